"""`single-window prune`: drop the bytes of old messages and finished work; what was decided stays."""

from __future__ import annotations

from datetime import date, datetime

import click

from declarations.calendar import instant_of
from single_window.frame.commands.call import Call, command
from single_window.retention import closing_records, pruning
from single_window.store.engine import reading


@click.command()
@click.option(
    "--before", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DAY", help="What came before this day."
)
@click.option("--personal", is_flag=True, help="Mask names and numbers of people in papers of imports that ended.")
@click.option(
    "--trades",
    is_flag=True,
    help="Drop documents, receipts and timeline of imports that ended; the law says how long they are kept at least.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would go, as without --yes.")
@click.option("--yes", is_flag=True, help="Do it [default: only say what would go].")
@command
def prune(call: Call, before: datetime, personal: bool, trades: bool, dry_run: bool, yes: bool) -> None:
    """Drop the archived bytes of messages that came before DAY and the deliveries finished before it.

    Documents, declarations, receipts, timeline, tax bills, allowances and books stay: they are the record. Messages
    with open or parked work keep their bytes. --personal and --trades take the papers of imports that ended: lists,
    bills and ledgers stay, so that `single-window audit` stays clean. It may be broken off; the next run goes on.

    \b
    Examples:
      single-window prune --before 2026-01-01
      single-window prune --before 2026-01-01 --personal --yes
      single-window prune --before 2023-01-01 --trades --yes
    """
    day, doing = before.date(), yes and not dry_run
    with call.reading() as (window, connection):
        if trades:
            closing_records.check(day, window.now(call.sandbox), window.parameters)
        plan = pruning.plan(connection, call.sandbox, instant_of(day))
        ended = closing_records.count(connection, call.sandbox, instant_of(day)) if personal or trades else 0
    if doing:
        plan = _do(call, plan, day, personal, trades, ended)
    call.give({**plan._asdict(), "trades": ended, "done": doing})
    _say(call, plan, day, doing)
    if personal or trades:
        done = "dropped" if trades else "masked"
        call.say(f"Papers of {ended} import(s) that ended: {done if doing else f'would be {done}'}.")


def _do(call: Call, plan: pruning.Plan, day: date, personal: bool, trades: bool, ended: int) -> pruning.Plan:
    instant = instant_of(day)
    with call.window() as window:
        with call.progress("prune", plan.messages + plan.deliveries) as progress:
            pruning.prune(window.engine, call.sandbox, instant, progress)
        for wanted, act in ((personal and not trades, closing_records.mask), (trades, closing_records.drop)):
            if wanted:
                with call.progress("trades", ended) as progress:
                    act(window.engine, call.sandbox, day, progress)
        with reading(window.engine) as connection:
            return plan._replace(left=pruning.plan(connection, call.sandbox, instant).messages)


def _say(call: Call, plan: pruning.Plan, day: date, doing: bool) -> None:
    call.say(
        f"{'Dropped' if doing else 'Would drop'} the bytes of {plan.messages} message(s) ({plan.size / 1e6:.1f} MB) "
        f"and {plan.deliveries} finished deliveries of sandbox {call.sandbox} from before {day}."
    )
    call.say(
        "The database keeps its size and fills the space again." if doing else "Nothing is dropped yet: add --yes."
    )
