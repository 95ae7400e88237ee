"""Values of a case that the sentence of its reason names, besides those that are stored with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from sqlalchemy import Connection

from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.spot_checks.judgement import FAILED
from gateways.decisions import SubjectKind
from gateways.spot_checks.outcomes import KIND
from single_window.cases.inspection_findings import lines_about, newest_findings
from single_window.cases.price_at_stake import facts_of_line
from single_window.cases.sentence_facts import SentenceFacts
from single_window.cases.subjects import values
from single_window.store.agency_tables.laboratory import sample_order
from single_window.store.case_queue import QueuedCase
from single_window.store.gateways.laboratory import ORDERS

FAILURES = frozenset({"23004", "23008", "23024", "23035"})
"""Codes whose sentences name what a sample failed in."""
DETAINED = frozenset({"14501", "14502", "14503", "14599"})
"""Codes of detentions, whose sentences name what was counted."""


def facts_of(
    connection: Connection, sandbox: str, case: QueuedCase, reason: Reason, law: Parameters
) -> Mapping[str, str]:
    """Return the values for the sentence of a reason: of the line that a price query is about, of the first item in
    which a sample failed, by its newest report, of the first line of detained goods of which the inspector counted
    other than declared, or what the subject adds itself, as it is now, to why the case waits now; empty for any other
    reason."""
    if case.subject in _own_facts():
        if case.reasons and reason.rule not in {waits_for.rule for waits_for in case.reasons}:
            return {}
        return _own_facts()[case.subject].facts(connection, sandbox, case.subject_id, reason)
    if case.subject == KIND and reason.rule in FAILURES:
        return _failed_item(connection, sandbox, int(case.subject_id))
    if case.subject == SubjectKind.DECLARATION and reason.rule.partition(".")[0] in DETAINED:
        return _counted_otherwise(connection, sandbox, case.subject_id)
    return facts_of_line(connection, sandbox, case.declaration_id, reason, law)


@cache
def _own_facts() -> Mapping[str, SentenceFacts]:
    """Return the further values of sentences, by the kind of subject."""
    return {own.subject: own for own in values("queries", SentenceFacts)}


def _counted_otherwise(connection: Connection, sandbox: str, declaration_id: str) -> Mapping[str, str]:
    decided = newest_findings(connection, sandbox, declaration_id)
    lines = lines_about(connection, sandbox, decided) if decided else ()
    first = next((line for line in lines if line.excess), None)
    if first is None:
        return {}
    declared, found = (f"{Decimal(text).normalize():f}" for text in (first.declared, first.found))
    return {"line": str(first.line), "goods": first.goods, "declared": declared, "found": found}


def _failed_item(connection: Connection, sandbox: str, sample_id: int) -> Mapping[str, str]:
    column = sample_order.c
    chosen = ORDERS.select().where(column.sandbox == sandbox, column.sample_id == sample_id, column.report_no != "")
    newest = chosen.order_by(column.issued_at.desc(), column.id.desc())
    reports = map(ORDERS.make, connection.execute(newest))
    failed = next((line for report in reports for line in report.lines if line.verdict == FAILED), None)
    if failed is None:
        return {}
    return {"item": failed.item, "value": failed.value, "item_limit": f"{failed.limit} {failed.unit}".strip()}
