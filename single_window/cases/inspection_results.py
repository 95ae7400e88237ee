"""An inspector's result and remark for each line of goods. An inspection cannot be concluded without them."""

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
"""Possible results for a line of goods."""
REMARK = 100
"""Maximum length of a remark, in characters."""
LINES = 50
"""Maximum number of lines that an inspection covers."""
REASON = 1_000
"""Maximum length of a reason that includes the results, in characters."""
FINDINGS = "findings"
"""The name of the results among the values of a decision."""


class LineResult(NamedTuple):
    """The result and remark for a line of goods; `line` counts from 1."""

    line: int
    result: str
    remark: str = ""


def are_needed(subject: Match, action: str) -> bool:
    """True if a decision about a subject requires inspection results."""
    return (subject.category, subject.state, action) == (SubjectKind.DECLARATION, INSPECTED, CONCLUDE)


def demand(subject: Match, action: str, values: Mapping[str, Any]) -> None:
    """Raise `Refusal` if a decision concludes an inspection without results."""
    if are_needed(subject, action) and not values.get(FINDINGS):
        raise Refusal("findings_missing", label=subject.label)


def all_as_declared(connection: Connection, sandbox: str, subject: Match) -> Mapping[str, Any]:
    """Return the values of a decision for an inspection that found all goods as declared."""
    lines = range(1, lines_of(connection, sandbox, subject.id) + 1)
    return stored_text([LineResult(line, AS_DECLARED) for line in lines])


def of_lines(connection: Connection, sandbox: str, subject: Match, action: str, found: Any) -> Mapping[str, Any]:
    """Check the results `found` (a JSON list with [line, result, remark] for each line) and return them as values of a
    decision. Raises `Refusal` if a result is missing or not one of `RESULTS`."""
    return stored_text(check_results(parse_results(found), lines_of(connection, sandbox, subject.id), action))


def parse_results(found: Any) -> list[LineResult]:
    """Parse results from JSON; empty if `found` is no list. Raises `Refusal` for an entry of another shape."""
    return [_result(line) for line in found] if isinstance(found, list) else []


def _result(found: Any) -> LineResult:
    """Parse one result; raises `Refusal` for anything else."""
    match found:
        case [int() as line, str() as result, str() as remark] if result in RESULTS:
            return LineResult(line, result, remark.strip()[:REMARK])
        case _:
            raise Refusal("result_missing")


def stored_text(results: Sequence[LineResult]) -> Mapping[str, Any]:
    """Return results as values of a decision."""
    return {FINDINGS: [list(found) for found in results]}


def lines_of(connection: Connection, sandbox: str, declaration_id: int) -> int:
    """Return the number of a list's lines of goods that an inspection covers."""
    return min(LINES, len(goods(stories.of_declaration(connection, sandbox, declaration_id))))


def goods(story: Story) -> Sequence[Any]:
    """Return the lines of goods of the list in a story."""
    kind = story.head.kind if story.head else ""
    return next((document.lines for document in story.documents if document.kind == kind), ())


def check_results(results: Sequence[LineResult], lines: int, action: str) -> Sequence[LineResult]:
    """Return the results of all lines 1 to `lines`, ordered. Raises `Refusal` if a line has none, or if goods that
    differ or are missing are concluded without a remark."""
    by_line = {found.line: found._replace(remark=found.remark.strip()[:REMARK]) for found in results}
    if any(number not in by_line or by_line[number].result not in RESULTS for number in range(1, lines + 1)):
        raise Refusal("result_missing")
    ordered = [by_line[number] for number in range(1, lines + 1)]
    if action == CONCLUDE and any(found.result != AS_DECLARED and not found.remark for found in ordered):
        raise Refusal("remark_missing")
    return ordered


def sum_up(results: Sequence[LineResult]) -> str:
    """Describe the lines that are not as declared or have a remark, in Chinese as receipts are, as text of a reason."""
    names = {name: phrases.phrase("inspected", name).zh for name in RESULTS}
    notable = [line for line in results if line.result != AS_DECLARED or line.remark]
    return "；".join(
        f"第{line.line}项{names[line.result]}{'：' if line.remark else ''}{line.remark}" for line in notable
    )
