"""`single-window prune`: drop the bytes of old messages and finished work; what was decided stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import click
import msgspec

from single_window.answers.sandboxes import PrunedOut, PruningOut
from single_window.client import SandboxClient
from single_window.frame.commands.call import Call, command
from single_window.frame.commands.cases import typed
from single_window.frame.commands.through_api import through_api


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
@through_api
def prune(
    call: Call, sandbox: SandboxClient, before: datetime, personal: bool, trades: bool, dry_run: bool, yes: bool
) -> None:
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
    wanted = {"before": str(day), "personal": personal, "trades": trades}
    plan = _plan(sandbox, wanted)
    left = _do(call, sandbox, wanted, plan) if doing else 0
    call.print_json({**msgspec.structs.asdict(plan), "left": left, "done": doing})
    _say(call, plan, day, doing)
    if personal or trades:
        done = "dropped" if trades else "masked"
        call.print_line(f"Papers of {plan.trades} import(s) that ended: {done if doing else f'would be {done}'}.")


def _plan(sandbox: SandboxClient, wanted: Mapping[str, Any]) -> PruningOut:
    query = {name: str(value).lower() for name, value in wanted.items()}
    return typed(sandbox.call("GET", "/pruning", query=query), PruningOut)


def _do(call: Call, sandbox: SandboxClient, wanted: Mapping[str, Any], plan: PruningOut) -> int:
    """Drop it, call by call; gives the number of messages whose bytes did not go."""
    after: int | None = 0
    done = 0
    with call.progress("prune", plan.messages + plan.deliveries + plan.trades) as progress:
        while after is not None:
            part = typed(sandbox.call("POST", "/pruning", json={**wanted, "after": after}), PrunedOut)
            done, after = done + part.rows + part.imports, part.next
            progress(done)
    return _plan(sandbox, wanted).messages


def _say(call: Call, plan: PruningOut, day: date, doing: bool) -> None:
    call.print_line(
        f"{'Dropped' if doing else 'Would drop'} the bytes of {plan.messages} message(s) ({plan.size / 1e6:.1f} MB) "
        f"and {plan.deliveries} finished deliveries of sandbox {call.sandbox} from before {day}."
    )
    call.print_line(
        "The database keeps its size and fills the space again." if doing else "Nothing is dropped yet: add --yes."
    )
