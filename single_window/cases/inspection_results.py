"""An inspector's result for each line of goods, with the quantity that he found and a remark. An inspection cannot be
concluded without results."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gateways.decisions import SubjectKind
from single_window.cases.declarations import assembly
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


_QUANTITY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,5})?")


class LineResult(NamedTuple):
    """The result and remark for a line of goods; `line` counts from 1. `found`: the quantity that was found, in the
    declared unit, as it was typed; empty: nobody counted."""

    line: int
    result: str
    remark: str = ""
    found: str = ""


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
    """Check the results `found` (a JSON list with [line, result, remark, found quantity] for each line; the last may be
    left out) and return them as values of a decision. Raises `Refusal` if a result is missing or not one of
    `RESULTS`, or if a quantity is none or contradicts its result."""
    declared = declared_quantities(connection, sandbox, subject.id)
    results = check_results(parse_results(found), len(declared), action)
    check_quantities(results, declared)
    return stored_text(results)


def parse_results(found: Any) -> list[LineResult]:
    """Parse results from JSON; empty if `found` is no list. Raises `Refusal` for an entry of another shape."""
    return [_result(line) for line in found] if isinstance(found, list) else []


def _result(found: Any) -> LineResult:
    """Parse one result; raises `Refusal` for anything else."""
    match found:
        case [int() as line, str() as result, str() as remark, *more] if result in RESULTS and len(more) < 2:
            return LineResult(line, result, remark.strip()[:REMARK], _quantity(line, *more))
        case _:
            raise Refusal("result_missing")


def _quantity(line: int, given: object = "") -> str:
    """A quantity as it was typed, without blanks; raises `Refusal` for anything that is no quantity."""
    text = given.strip() if isinstance(given, str) else "?"
    if text and not _QUANTITY.fullmatch(text):
        raise Refusal("found_quantity", line=line, given=str(given)[:40])
    return text


def stored_text(results: Sequence[LineResult]) -> Mapping[str, Any]:
    """Return results as values of a decision."""
    return {FINDINGS: [list(found) for found in results]}


def lines_of(connection: Connection, sandbox: str, declaration_id: int) -> int:
    """Return the number of a list's lines of goods that an inspection covers."""
    return min(LINES, len(goods(assembly.of_declaration(connection, sandbox, declaration_id))))


def declared_quantities(connection: Connection, sandbox: str, declaration_id: int) -> Sequence[str]:
    """Return the declared quantity of each line of goods that an inspection covers."""
    lines = goods(assembly.of_declaration(connection, sandbox, declaration_id))[:LINES]
    return [next((fact.text for fact in line if fact.name == "qty"), "") for line in lines]


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
    silent = [found.line for found in ordered if found.result != AS_DECLARED and not found.remark]
    if action == CONCLUDE and silent:
        raise Refusal("remark_missing", line=silent[0])
    return ordered


def check_quantities(results: Sequence[LineResult], declared: Sequence[str]) -> None:
    """Raise `Refusal` if a found quantity contradicts its result: another one than declared of goods that are as
    declared, or any of goods that are not there."""
    for found, quantity in zip(results, declared, strict=True):
        expected = {AS_DECLARED: quantity, "missing": "0"}.get(found.result, "")
        if found.found and expected and Decimal(found.found) != Decimal(expected):
            words = phrases.phrase("inspected", found.result)
            raise Refusal("found_contradicts", line=found.line, found=found.found, declared=quantity, result=words)


def sum_up(results: Sequence[LineResult]) -> str:
    """Describe the lines that are not as declared or have a remark, in Chinese as receipts are, as text of a reason.
    `desk.js` puts the same together while the officer types."""
    counted = phrases.phrase("label", "found_counted").zh
    notable = [line for line in results if line.result != AS_DECLARED or line.remark]
    return "；".join(
        f"第{line.line}项{phrases.phrase('inspected', line.result).zh}"
        f"{f'，{counted}{line.found}' if line.found else ''}{f'：{line.remark}' if line.remark else ''}"
        for line in notable
    )
