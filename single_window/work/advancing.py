"""Advances a sandbox's virtual clock, deadline by deadline, each with all its follow-up work.

The clock is only moved when no work is left, by compare-and-set. So several callers in any process can advance one
sandbox concurrently, and a killed one leaves no inconsistent state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from single_window.clock import Clock
from single_window.context import Context
from single_window.refused import Refused
from single_window.store import sandboxes
from single_window.store.engine import snapshot, writing
from single_window.work import dispatch


class ClockState(NamedTuple):
    """The clock of a sandbox, its next deadline (`due`), and its number of deliveries that may be handled now."""

    clock: Clock
    due: int | None
    open: int


def advance(
    context: Context,
    sandbox: str,
    until: int,
    settle: Callable[[], object],
    others_work: bool,
    progress: Callable[[int], None] = lambda instant: None,
) -> None:
    """Move a virtual clock to an instant, handling every deadline on the way before going on.

    `settle` returns when no work is left, or raises; `others_work`: other processes may do the work.
    """
    while True:
        settle()
        now = clock_state(context, sandbox)
        if others_work and now.open:
            continue
        instant = now.clock.now()
        if now.due is not None and now.due <= instant:
            _file_due(context, sandbox, instant)
        elif instant >= until:
            return
        elif target := _set_clock(context, sandbox, now, until):
            _file_due(context, sandbox, target)
            progress(target)


def clock_state(context: Context, sandbox: str) -> ClockState:
    """The clock state of a sandbox, in one snapshot; raises `UnknownSandbox`."""
    with snapshot(context.engine) as connection:
        clock = sandboxes.find(connection, sandbox).clock
        return ClockState(clock, dispatch.next_due(connection, sandbox), dispatch.due_deliveries(connection, sandbox))


def _set_clock(context: Context, sandbox: str, now: ClockState, until: int) -> int:
    """Compare-and-set the clock to the next deadline or `until`; returns that instant, 0 if another caller was
    first.
    """
    if now.clock.kind != "virtual":
        raise Refused(
            "clock-not-virtual",
            f"The sandbox {sandbox!r} follows the machine's clock. "
            f"Give it one of its own: single-window clock set MOMENT --sandbox {sandbox}",
            name=sandbox,
        )
    target = until if now.due is None else min(now.due, until)
    with writing(context.engine) as connection:
        return target if sandboxes.set_clock(connection, sandbox, target, seen=now.clock) else 0


def _file_due(context: Context, sandbox: str, instant: int) -> None:
    dispatch.file_due(context.engine, context.numbering, {sandbox: instant})
    context.wake()
