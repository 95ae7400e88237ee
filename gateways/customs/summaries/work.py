"""The progress of the work on a summary, phase by phase, in several deliveries.

Each delivery moves the summary's cursor and sends the next one in the same transaction. So the work resumes after a
crash, and a repeated delivery has no effect.
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
    """Send the message that continues the work at the cursor, in the same transaction."""
    desk.send(SummaryWork(summary.id, merchant(summary.ebc_code), summary.phase, summary.cursor, summary.after))


def end(summary: Summary) -> None:
    """End the work."""
    summary.phase, summary.cursor, summary.after = "", 0, 0


def note(summary: Summary, event: str, desk: SummaryDesk, reasons: Sequence[Reason] = ()) -> None:
    """Add an event to a summary's timeline."""
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
