"""The topics of the summary desk, and the function of each phase of a summary request.

A request waits while another one of its merchant claims lists ("wait"), then claims its own ("claim"). If a list cannot
be claimed, the claims are removed and the request is refused ("free"); else the lists are merged ("merge") and the
results sent ("tell").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from gateways.customs.lock_targets import PLACE, meeting_key_of
from gateways.customs.summaries import claiming, merging, months, requests, results
from gateways.customs.summaries.repository import Summary, SummaryDesk
from gateways.topics.customs import ListsClosed, SummaryDue, SummaryWork
from gateways.topics.shared import DocumentFiled
from gateways.topics.topic import Topic

PHASES: Mapping[str, Callable[[Summary, SummaryDesk], None]] = MappingProxyType(
    {
        "wait": claiming.wait_for_lists,
        "claim": claiming.claim_lists,
        "free": claiming.free_lists,
        "merge": merging.merge_lists,
        "tell": results.send_results,
    }
)


def handle_worked(work: Sequence[SummaryWork], desk: SummaryDesk) -> None:
    """Do the next step of each summary; skip a message that does not match its phase and cursor."""
    summaries = desk.repository.summaries({step.summary_id for step in work})
    for step in work:
        summary = summaries.get(step.summary_id)
        if summary is not None and (summary.phase, summary.cursor, summary.after) == (
            step.phase,
            step.cursor,
            step.after,
        ):
            PHASES[step.phase](summary, desk)
            desk.repository.put_summary(summary)


TOPICS = (
    Topic("export.summary_request", DocumentFiled, requests.handle_requests, PLACE, meeting_key_of),
    Topic("summary.worked", SummaryWork, handle_worked, PLACE, meeting_key_of),
    Topic("summary.closed", ListsClosed, months.handle_closed, PLACE, meeting_key_of),
    Topic("deadline.summary", SummaryDue, months.handle_due, PLACE, meeting_key_of),
)
