"""Prints the result of a replay."""

from __future__ import annotations

from single_window.cases.digests.comparing import Comparison
from single_window.commands.audit import print_audit
from single_window.frame.commands.call import Call
from single_window.recordings.posting import Pace
from single_window.recordings.replayed import SHOWN, ReplayResult


def show(call: Call, result: ReplayResult) -> None:
    """Print a result, for people or as JSON."""
    ended = result.ended
    took = f" in {result.timing.pace.seconds:.1f} s" if result.timing else ""
    call.print_json(result.plainly())
    call.print_line(
        f"{ended.messages} messages{took}, {result.otherwise} answered otherwise than recorded; "
        f"{ended.acts} acts, {ended.undone} could not be done; {result.digests.outcome.lines} outcomes"
    )
    if result.timing:
        _say_pace(call, result.timing.pace)
    for digest in (result.outcome, result.sequence):
        call.print_line(digest.told)
    if result.comparison:
        _show_differences(call, result.comparison)
    print_audit(call, result.audited)


def _show_differences(call: Call, comparison: Comparison) -> None:
    """Print how many outcomes are not the recorded ones, the first of them, and what differs in how many."""
    count = max(comparison.before.outcomes, comparison.after.outcomes)
    call.print_line(f"{comparison.differing} of {count} outcomes are not the recorded ones.")
    for group in comparison.groups[:1]:
        first = group.first
        call.print_line(f"The first: {group.trade}, {first.place}, {first.name}: {first.before} → {first.after}")
    call.table("What differs 差异", ("what 差异", "trades 单数"), comparison.causes.most_common(SHOWN))


def _say_pace(call: Call, pace: Pace) -> None:
    if pace.wanted:
        call.print_line(
            f"asked {pace.wanted:g} messages a second, sent {pace.reached:g}, answered {pace.answered:g}; "
            f"{pace.held} waited for an earlier one of their trade, {pace.turned_away} times one was turned away (503)"
        )
        call.print_line(f"sent late: half of them by {pace.half_late} ms at most, the latest by {pace.most_late} ms")
    if pace.limited:
        call.print_line(
            f"{pace.limited} times more was sent than the key may send (429): what was sent late is the sender's own "
            "matter. The operator may allow more: SINGLE_WINDOW_CALLS_PER_MINUTE"
        )
