"""`single-window audit history`: judges what clients sent and saw, of a sandbox, a recording, or lines of their own."""

from __future__ import annotations

from pathlib import Path

import click

from single_window.frame.commands.call import Call
from single_window.frame.commands.local import local_command
from single_window.frame.commands.options import EXISTING_FILE, argument, option

BOUND_SECONDS = 60.0


@local_command(
    "history",
    examples=(
        "--data window --sandbox ci",
        "day.swr",
        "seen.jsonl --bound 120 --json",
    ),
    above="single-window audit",
)
def history(
    call: Call,
    file: Path | None = argument("[FILE]", type=EXISTING_FILE, required=False),
    bound: float = option(
        "Seconds within which what was taken has its first receipt.",
        default=BOUND_SECONDS,
        type=click.FloatRange(0),
        metavar="SECONDS",
    ),
) -> None:
    """Judge a history: is there an order of events that explains every receipt, balance and state that was seen?

    FILE is a recording, or observations as lines of JSON that a client kept, of any window; without it, the history of
    the sandbox is read from the database. A contradiction is shown as the smallest set of observations, with its rule.
    Exit status 0: the history is true, 1: false, 3: unknown; what is missing is said.
    """
    from single_window.commands import judged_history  # imported late: other audits at a window need no database

    judged_history.judge_history(call, file, round(bound * 1_000))
