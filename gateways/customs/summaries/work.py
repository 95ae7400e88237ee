"""Proceeds with the work on a summary: phase by phase, a few thousand lists in a delivery.

Each delivery files the next one in the same commit and moves the request's cursor, which records what is done: whatever
ends a process between two of them, the work continues where it was, and a repeated delivery finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from gateways.customs.summaries.places import merchant
from gateways.customs.summaries.repository import Summary, SummaryDesk
from gateways.records import TimelineEvent
from gateways.topics.customs import SummaryWork


def begin(summary: Summary, phase: str, desk: SummaryDesk) -> None:
    """Start a phase at its beginning."""
    summary.phase, summary.cursor, summary.after = phase, 0, 0
    continue_work(summary, desk)


def continue_work(summary: Summary, desk: SummaryDesk) -> None:
    """Have the next delivery work from the cursor on; it is filed with what was done."""
    desk.send(SummaryWork(summary.id, merchant(summary.ebc_code), summary.phase, summary.cursor, summary.after))


def end(summary: Summary) -> None:
    """Nothing is left to do."""
    summary.phase, summary.cursor, summary.after = "", 0, 0


def note(summary: Summary, event: str, desk: SummaryDesk, reasons: Sequence[Reason] = ()) -> None:
    """A line of a request's timeline."""
    desk.note(
        TimelineEvent(
            order_no=summary.place,
            kind="summary_request",
            key=summary.key,
            at=desk.now,
            actor="customs",
            event=event,
            state=summary.state,
            reasons=reasons,
        )
    )
