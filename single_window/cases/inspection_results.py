"""Results of an inspector: a result and a remark for each line of goods, without which no inspection is concluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gateways.decisions import SubjectKind
from single_window.cases.declarations import assembly as stories
from single_window.cases.declarations.parts import Match, Story
from single_window.language import phrases
from single_window.language.refusal import Refusal

INSPECTED, CONCLUDE = "under_inspection", "conclude"
AS_DECLARED = "as_declared"
RESULTS = (AS_DECLARED, "differs", "missing")
"""What an inspector may enter for a line of goods."""
REMARK = 100
"""Characters of a remark about one line."""
LINES = 50
"""Lines of goods that an inspection looks at."""
REASON = 1_000
"""Characters of a reason with what was found."""
FINDINGS = "findings"
"""Under which name a decision keeps them."""


class LineResult(NamedTuple):
    """The result for a line of goods: its number, the result, a remark."""

    line: int
    result: str
    remark: str = ""


def are_needed(subject: Match, action: str) -> bool:
    """True if a decision about a subject needs what was found of its goods."""
    return (subject.category, subject.state, action) == (SubjectKind.DECLARATION, INSPECTED, CONCLUDE)


def demand(subject: Match, action: str, values: Mapping[str, Any]) -> None:
    """Refuse to conclude an inspection that says nothing of the goods; raises `Refusal`."""
    if are_needed(subject, action) and not values.get(FINDINGS):
        raise Refusal("findings_missing", label=subject.label)


def all_as_declared(connection: Connection, sandbox: str, subject: Match) -> Mapping[str, Any]:
    """The values that a decision keeps of an inspection that found all goods as declared."""
    lines = range(1, lines_of(connection, sandbox, subject.id) + 1)
    return kept([LineResult(line, AS_DECLARED) for line in lines])


def of_lines(connection: Connection, sandbox: str, subject: Match, action: str, found: Any) -> Mapping[str, Any]:
    """The values that a decision keeps of the results of an inspection, one for each line: its number, the result, a
    remark. Raises `Refusal` if one is missing or has none of `RESULTS`."""
    return kept(checked(given(found), lines_of(connection, sandbox, subject.id), action))


def given(found: Any) -> list[LineResult]:
    """The results that somebody gives, in whatever shape; raises `Refusal` where it is none of lines."""
    return [_result(line) for line in found] if isinstance(found, list) else []


def _result(found: Any) -> LineResult:
    """A result as somebody gives it; raises `Refusal` for anything else, whatever it is."""
    match found:
        case [int() as line, str() as result, str() as remark] if result in RESULTS:
            return LineResult(line, result, remark.strip()[:REMARK])
        case _:
            raise Refusal("result_missing")


def kept(results: Sequence[LineResult]) -> Mapping[str, Any]:
    """The values that a decision keeps of the results of an inspection."""
    return {FINDINGS: [list(found) for found in results]}


def lines_of(connection: Connection, sandbox: str, declaration_id: int) -> int:
    """The number of lines of goods of a list that an inspection looks at."""
    return min(LINES, len(goods(stories.of_declaration(connection, sandbox, declaration_id))))


def goods(story: Story) -> Sequence[Any]:
    """The lines of goods of the list itself."""
    kind = story.head.kind if story.head else ""
    return next((document.lines for document in story.documents if document.kind == kind), ())


def checked(results: Sequence[LineResult], lines: int, action: str) -> Sequence[LineResult]:
    """Results for all of so many lines, in their order; raises `Refusal` where a line has none, or where goods
    that differ or are missing are let go without a remark."""
    by_line = {found.line: found._replace(remark=found.remark.strip()[:REMARK]) for found in results}
    if any(number not in by_line or by_line[number].result not in RESULTS for number in range(1, lines + 1)):
        raise Refusal("result_missing")
    whole = [by_line[number] for number in range(1, lines + 1)]
    if action == CONCLUDE and any(found.result != AS_DECLARED and not found.remark for found in whole):
        raise Refusal("remark_missing")
    return whole


def summed_up(results: Sequence[LineResult]) -> str:
    """The lines that are not as declared, in both languages, as text of a reason; empty where all are."""
    names = {name: phrases.phrase("inspected", name) for name in RESULTS}
    odd = [line for line in results if line.result != AS_DECLARED or line.remark]
    return "; ".join(
        f"{line.line} {names[line.result].zh} {names[line.result].en}{': ' if line.remark else ''}{line.remark}"
        for line in odd
    )
