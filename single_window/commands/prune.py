"""`single-window prune`: drop the bytes of old messages and finished work; what was decided stays."""

from __future__ import annotations

from datetime import datetime

import click

from declarations.calendar import instant_of
from single_window import pruning
from single_window.commands.call import Call, command
from single_window.store.engine import reading


@click.command()
@click.option(
    "--before", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DAY", help="What came before this day."
)
@click.option("--yes", is_flag=True, help="Do it [default: only say what would go].")
@command
def prune(call: Call, before: datetime, yes: bool) -> None:
    """Drop the archived bytes of messages that came before DAY and the deliveries finished before it.

    Documents, declarations, receipts, timeline, tax bills, allowances and books stay: they are the record. Messages
    with open or parked work keep their bytes.

    \b
    Examples:
      single-window prune --before 2026-01-01
      single-window prune --before 2026-01-01 --yes
    """
    instant = instant_of(before.date())
    with call.reading() as (window, connection):
        plan = pruning.plan(connection, call.sandbox, instant)
    if yes:
        with call.window() as window, call.progress("prune", plan.messages + plan.deliveries) as progress:
            pruning.prune(window.engine, call.sandbox, instant, progress)
            with reading(window.engine) as connection:
                plan = plan._replace(left=pruning.plan(connection, call.sandbox, instant).messages)
    call.give({**plan._asdict(), "done": yes})
    call.say(
        f"{'Dropped' if yes else 'Would drop'} the bytes of {plan.messages} message(s) ({plan.size / 1e6:.1f} MB) and "
        f"{plan.deliveries} finished deliveries of sandbox {call.sandbox} from before {before:%Y-%m-%d}."
    )
    call.say("The database keeps its size and fills the space again." if yes else "Nothing is dropped yet: add --yes.")
