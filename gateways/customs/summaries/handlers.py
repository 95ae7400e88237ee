"""The topics of the summary desk. `HANDLERS` is the table of contents; `PHASES` the order of its work.

A request waits while another of its merchant is claiming ("wait"); it claims its lists ("claim"), or frees them
("free") and is refused; what is claimed merges ("merge"), and the results are sent ("tell").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from gateways.customs.summaries import claiming, merging, months, requests, results
from gateways.customs.summaries.repository import Summary, SummaryDesk
from gateways.gateway import Handler
from gateways.topics.customs import SummaryWork

PHASES: Mapping[str, Callable[[Summary, SummaryDesk], None]] = MappingProxyType(
    {
        "wait": claiming.wait,
        "claim": claiming.claim,
        "free": claiming.free,
        "merge": merging.merge_lists,
        "tell": results.send,
    }
)


def handle_worked(work: Sequence[SummaryWork], desk: SummaryDesk) -> None:
    """Continue the work."""
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


HANDLERS: dict[str, Handler] = {
    "export.summary_request": requests.handle_requests,
    "summary.worked": handle_worked,
    "summary.closed": months.handle_closed,
    "deadline.summary": months.handle_due,
}
NAMES = dict.fromkeys(HANDLERS, ("place", 0))
"""Each item names a meeting, in the second place, and changes nothing that lists hold (see `customs.reach`)."""
