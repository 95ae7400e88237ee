"""`single-window recall`: recalls, and the trail of their goods."""

from __future__ import annotations

import click

from single_window.cases.recalls.answers import RECALL_KIND, RecallOut
from single_window.frame.commands.call import Call
from single_window.frame.commands.cases import show_history
from single_window.frame.commands.rows import CommandGroup
from single_window.frame.typed import local
from single_window_client import SandboxClient
from single_window_client.calls import part

recall = CommandGroup("recall")
recall.cases(
    RECALL_KIND,
    "List recalls, newest first; one is ordered by: single-window create recall open_recall.",
    ("--state running",),
)


def _show(call: Call, found: RecallOut) -> None:
    call.print_line(f"{found.recall_no}  {call.pick(found.state_words)}  {found.gname}  {found.precision}")
    call.print_line(f"{local(found.start_due)} / {local(found.finish_due)}  {found.overdue_kind}".rstrip())
    if now := found.findings or None:
        call.print_line(f"held {now.stock} + {now.waiting}, sold {now.sold} in {now.lists} lists, out {now.out}")
    call.print_line(f"told {found.told}, back {found.back}, destroyed {found.destroyed}, refunded {found.refunded}")
    show_history(call, found.history or (), "recall")


recall.case(
    RECALL_KIND,
    help="Show a recall by its recallNo or id: its clocks, what is held, sold and came back.",
    show=_show,
    examples=("RC202611200001",),
)


@recall.client(examples=("RC202611200001 > trail.csv",))
def trail(call: Call, sandbox: SandboxClient, number: str) -> None:
    """Print the trail of a recall as CSV: list, parcel, lot, quantity, day of release, state, precision.

    No buyer is in it."""
    click.echo(sandbox.call("GET", f"/recalls/{part(number)}/trail.csv"), nl=False)
