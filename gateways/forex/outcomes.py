"""Results of decisions about reports: receipts, timeline events, notice of collected payments to the refund desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from declarations import lifecycle
from declarations.forex.directory import COLLECTION
from declarations.forex.flows import GOODS
from declarations.lifecycle import LIFECYCLE_OF, Transition
from declarations.reasons import Reason
from gateways.forex.repository import FiledReport, ForexDesk, Leg
from gateways.records import CaseReference
from gateways.replies import acceptance_answer, identifying_fields
from gateways.topics.refund import ExchangeCollected

REPORT_KIND = "forex_report"


def apply_step(report: FiledReport, action: str) -> Transition:
    """Apply an action of the lifecycle to a report; raises `lifecycle.NotAllowed` if its state forbids it."""
    made = lifecycle.transition_of(report.state, action, LIFECYCLE_OF[REPORT_KIND])
    report.state = made.to
    return made


def send_receipt(report: FiledReport, status: str, reason: Reason, desk: ForexDesk) -> None:
    """Send a receipt about a report, with a later time than all its earlier ones."""
    desk.send_receipt(
        CaseReference(REPORT_KIND, report.key, report.cop_no).receipt(
            report.mailboxes, status, report.stamp(desk.now), reason, identifying_fields(REPORT_KIND, report)
        )
    )


def send_taken_in(report: FiledReport, desk: ForexDesk) -> None:
    """Send the receipt of a report that passed its checks, before it is booked."""
    send_receipt(report, *acceptance_answer(REPORT_KIND), desk)


def add_event(
    report: FiledReport, name: str, desk: ForexDesk, reasons: Sequence[Reason] = (), actor: str = "forex"
) -> None:
    """Add an event to a report's timeline."""
    desk.add_event(
        CaseReference(REPORT_KIND, report.key, report.cop_no).event(
            name, report.state, desk.now, reasons, actor=actor, return_time=report.last_return
        )
    )


def report_collected(report: FiledReport, legs: Iterable[Leg], desk: ForexDesk) -> None:
    """Notify the refund desk of the declarations and orders for which payments were collected, if any."""
    goods = [leg for leg in legs if leg.leg_kind == GOODS and leg.direction == COLLECTION]
    entries, orders = ({leg.entry_no for leg in goods} - {""}, {leg.order_no for leg in goods} - {""})
    if entries or orders:
        desk.send(ExchangeCollected(report.ebc_code, sorted(entries), sorted(orders)))
