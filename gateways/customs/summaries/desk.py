"""What the summary desk hears. `HEARINGS` is the table of contents; `PHASES` the order of its work.

A request waits while another of its merchant is claiming ("wait"); it claims its lists ("claim"), or lets go of them
("free") and is refused; what is claimed merges ("merge"), and the outcome is told ("tell").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from gateways.customs.summaries import asking, claiming, merging, months, telling
from gateways.customs.summaries.memory import Summary, SummaryMemory
from gateways.gateway import Answers, Circumstances, Hearing, Item

PHASES: Mapping[str, Callable[[Summary, SummaryMemory, Circumstances, Answers], None]] = MappingProxyType({
    "wait": claiming.wait, "claim": claiming.claim, "free": claiming.free, "merge": merging.merge_lists,
    "tell": telling.tell})


def hear_worked(items: Sequence[Item], memory: SummaryMemory, circumstances: Circumstances, answers: Answers) -> None:
    """The work goes on, each item [summary id, the merchant's meeting, phase, cursor, after]."""
    found = memory.summaries({item[0] for item in items})
    for number, _, phase, cursor, after in items:
        summary = found.get(number)
        if summary is not None and (summary.phase, summary.cursor, summary.after) == (phase, cursor, after):
            PHASES[phase](summary, memory, circumstances, answers)
            memory.put_summary(summary)


HEARINGS: dict[str, Hearing] = {
    "export.summary_request": asking.hear_requests,
    "summary.worked": hear_worked,
    "summary.closed": months.hear_closed,
    "deadline.summary": months.hear_due,
}
NAMES = dict.fromkeys(HEARINGS, ("place", 0))
"""Each item names a meeting, in the second place, and changes nothing that lists hold (see `customs.reach`)."""
