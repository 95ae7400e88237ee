"""The history of a case as a table: the same for batches, summaries, reports and registrations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from declarations.reasons import Reason
from single_window.cases.histories import HistoryLine
from single_window.commands.call import Call
from single_window.language import words
from single_window.language.plainly import moment


def show_history(call: Call, lines: Iterable[HistoryLine], lifecycle: str, *, events_of: str = "") -> None:
    """Print the lines; states are worded by `lifecycle`, events as those of the kind `events_of` (empty: of any)."""
    call.table(
        "",
        ("time 时间", "who", "what", "state 状态", "because 原因"),
        [
            (
                moment(line.at)[:19],
                line.actor,
                call.pick(words.event(line.event, events_of)),
                call.pick(words.state(line.state, lifecycle)),
                because(call, line.reasons),
            )
            for line in lines
        ],
    )


def because(call: Call, reasons: Sequence[Reason]) -> str:
    """Reasons in the words of the call, on one line."""
    return "; ".join(call.pick(words.said(reason)) for reason in reasons)
