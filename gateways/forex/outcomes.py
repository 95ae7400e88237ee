"""Sends what is decided about a report: receipts, lines of the timeline, and to the refund desk what was collected."""

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
    """Move a report along its lifecycle; raises `lifecycle.NotAllowed` when its state forbids the action."""
    made = lifecycle.move(report.state, action, LIFECYCLE_OF[KIND])
    report.state = made.to
    return made


def send_receipt(report: FiledReport, status: str, reason: Reason, desk: ForexDesk) -> None:
    """A receipt about a report, later than every earlier one."""
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
    """The receipt of a report that passed by itself, before it is booked."""
    send_receipt(report, *taken_in(KIND), desk)


def note(report: FiledReport, name: str, desk: ForexDesk, reasons: Sequence[Reason] = (), actor: str = "forex") -> None:
    """A line of the timeline about a report."""
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
    """Notify the refund desk for which declarations and orders money came in, if any did."""
    goods = [leg for leg in legs if leg.leg_kind == GOODS and leg.direction == COLLECTION]
    entries, orders = ({leg.entry_no for leg in goods} - {""}, {leg.order_no for leg in goods} - {""})
    if entries or orders:
        desk.send(ExchangeCollected(report.ebc_code, sorted(entries), sorted(orders)))
