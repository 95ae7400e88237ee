"""The findings of an inspection as pages show them: of each line of goods what was declared, what the inspector found,
and his remark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gateways.decisions import SubjectKind
from single_window.cases import inspection_results
from single_window.cases.declarations import assembly
from single_window.cases.declarations.parts import Story
from single_window.cases.inspection_results import AS_DECLARED, FINDINGS, LineResult
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store.decisions import DecisionState, StoredDecision, decisions_about

_STANDING = frozenset({DecisionState.FILED, DecisionState.PROPOSED, DecisionState.DONE})


class FoundLine(NamedTuple):
    """The finding about a line of goods. `declared`: the declared quantity, and `unit` its fact, None without one.
    `found`: the quantity that was counted, `excess` so much more than declared; both empty if nobody counted."""

    line: int
    goods: str
    declared: str
    unit: Any
    result: Words
    remark: str
    as_declared: bool
    found: str
    excess: str


class InspectionFindings(NamedTuple):
    """The findings that went with a decision, of which `lines` is about each line of goods."""

    decision: StoredDecision
    lines: Sequence[FoundLine]


def findings_of(connection: Connection, sandbox: str, story: Story) -> InspectionFindings | None:
    """Return the newest findings about the list of a story; None if it was not inspected by an officer."""
    decided = newest_findings(connection, sandbox, str(story.head.id)) if story.head else None
    return InspectionFindings(decided, found_lines(story, decided.details)) if decided else None


def newest_findings(connection: Connection, sandbox: str, declaration_id: str) -> StoredDecision | None:
    """Return the newest decision about a list that has findings; None if there is none."""
    made = decisions_about(connection, sandbox, SubjectKind.DECLARATION, declaration_id)
    standing = [decided for decided in made if decided.details.get(FINDINGS) and decided.state in _STANDING]
    return standing[-1] if standing else None


def lines_about(connection: Connection, sandbox: str, decided: StoredDecision) -> Sequence[FoundLine]:
    """Return the findings that go with a decision about a list; empty if none do."""
    if not decided.details.get(FINDINGS):
        return ()
    return found_lines(assembly.of_declaration(connection, sandbox, int(decided.subject_id)), decided.details)


def found_lines(story: Story, details: Mapping[str, Any]) -> Sequence[FoundLine]:
    """Return the findings among the values of a decision, with the declared goods."""
    lines = [{fact.name: fact for fact in line} for line in inspection_results.goods(story)]
    results = [LineResult(*result) for result in details.get(FINDINGS) or ()]
    return [_found(result, lines[result.line - 1] if result.line <= len(lines) else {}) for result in results]


def _found(result: LineResult, declared: Mapping[str, Any]) -> FoundLine:
    quantity = declared["qty"].text if "qty" in declared else ""
    return FoundLine(
        result.line,
        declared["gname"].text if "gname" in declared else "",
        declared=quantity,
        unit=declared.get("unit"),
        result=phrases.phrase("inspected", result.result),
        remark=result.remark,
        as_declared=result.result == AS_DECLARED,
        found=result.found,
        excess=_excess(result.found, quantity),
    )


def _excess(found: str, declared: str) -> str:
    """Return how much more was found than declared, with its sign; empty if that is unknown or nothing."""
    if not found or not declared:
        return ""
    more = Decimal(found) - Decimal(declared)
    return f"{more.normalize():+f}" if more else ""
