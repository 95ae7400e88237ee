"""The progress of the work on a summary, phase by phase, in several deliveries.

Each delivery moves the summary's cursor and sends the next one in the same transaction. So the work resumes after a
crash, and a repeated delivery has no effect.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from gateways.customs.summaries.closed_lists import meeting_of_merchant
from gateways.customs.summaries.repository import Summary, SummaryDesk
from gateways.records import CaseReference
from gateways.topics.customs import SummaryWork


def begin_phase(summary: Summary, phase: str, desk: SummaryDesk) -> None:
    """Start a phase at its beginning."""
    summary.phase, summary.cursor, summary.after = phase, 0, 0
    continue_work(summary, desk)


def continue_work(summary: Summary, desk: SummaryDesk) -> None:
    """Send the message that continues the work at the cursor, in the same transaction."""
    desk.send(
        SummaryWork(summary.id, meeting_of_merchant(summary.ebc_code), summary.phase, summary.cursor, summary.after)
    )


def end_work(summary: Summary) -> None:
    """End the work."""
    summary.phase, summary.cursor, summary.after = "", 0, 0


def add_event(summary: Summary, event: str, desk: SummaryDesk, reasons: Sequence[Reason] = ()) -> None:
    """Add an event to a summary's timeline."""
    desk.add_event(
        CaseReference("summary_request", summary.key, summary.place).event(event, summary.state, desk.now, reasons)
    )
