"""Results of decisions about reports: receipts, timeline events, notice of collected payments to the refund desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from declarations import lifecycle
from declarations.forex.directory import COLLECTION
from declarations.forex.flows import GOODS
from declarations.lifecycle import LIFECYCLE_OF, Transition
from declarations.reasons import Reason
from gateways.forex.repository import FiledReport, ForexDesk, Leg
from gateways.records import ReceiptDraft, TimelineEvent
from gateways.replies import ANSWERS, identify, taken_in
from gateways.topics.refund import ExchangeCollected

KIND = "forex_report"


def step(report: FiledReport, action: str) -> Transition:
    """Apply an action of the lifecycle to a report; raises `lifecycle.NotAllowed` if its state forbids it."""
    made = lifecycle.move(report.state, action, LIFECYCLE_OF[KIND])
    report.state = made.to
    return made


def send_receipt(report: FiledReport, status: str, reason: Reason, desk: ForexDesk) -> None:
    """Send a receipt about a report, with a later time than all its earlier ones."""
    desk.receipt(
        ReceiptDraft(
            mailboxes=report.mailboxes,
            code=ANSWERS[KIND],
            order_no=report.cop_no,
            kind=KIND,
            key=report.key,
            return_status=status,
            return_time=report.stamp(desk.now),
            reason=reason,
            fields=identify(KIND, report),
        )
    )


def send_taken_in(report: FiledReport, desk: ForexDesk) -> None:
    """Send the receipt of a report that passed its checks, before it is booked."""
    send_receipt(report, *taken_in(KIND), desk)


def note(report: FiledReport, name: str, desk: ForexDesk, reasons: Sequence[Reason] = (), actor: str = "forex") -> None:
    """Add an event to a report's timeline."""
    desk.note(
        TimelineEvent(
            order_no=report.cop_no,
            kind=KIND,
            key=report.key,
            at=desk.now,
            actor=actor,
            event=name,
            state=report.state,
            reasons=reasons,
            return_time=report.last_return,
        )
    )


def report_collected(report: FiledReport, legs: Iterable[Leg], desk: ForexDesk) -> None:
    """Notify the refund desk of the declarations and orders for which payments were collected, if any."""
    goods = [leg for leg in legs if leg.leg_kind == GOODS and leg.direction == COLLECTION]
    entries, orders = ({leg.entry_no for leg in goods} - {""}, {leg.order_no for leg in goods} - {""})
    if entries or orders:
        desk.send(ExchangeCollected(report.ebc_code, sorted(entries), sorted(orders)))
