"""`single-window prune`: delete old message bytes and dismissed deliveries; results of decisions stay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from single_window.answers.sandboxes import PrunedOut, PruningOut
from single_window.frame.commands.call import Call
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.options import option
from single_window.frame.commands.rows import client_command
from single_window_client import SandboxClient


@client_command(
    examples=("--before 2026-01-01", "--before 2026-01-01 --personal --yes", "--before 2023-01-01 --trades --yes")
)
def prune(
    call: Call,
    sandbox: SandboxClient,
    before: datetime = option("Data received before this day.", metavar="DAY"),
    personal: bool = option(
        "Mask names and numbers of persons in documents of completed imports, and of decided parcels to Korea."
    ),
    trades: bool = option(
        "Delete documents, receipts and timelines of completed imports after the legal retention period."
    ),
    dry_run: bool = option("Only show what would be deleted, as without --yes."),
    yes: bool = option("Delete the data [default: only show what would be deleted]."),
) -> None:
    """Delete the archived bytes of messages received before DAY and dismissed deliveries filed before it.

    Documents, declarations, receipts, timelines, tax bills, allowances and ledgers stay. Messages with open or parked
    work keep their bytes. --personal and --trades mask or delete the documents of completed imports; lists, bills and
    ledgers stay, so that `single-window audit` still balances. An interrupted run is continued by the next one.
    """
    day, confirmed = before.date(), yes and not dry_run
    wanted = {"before": str(day), "personal": personal, "trades": trades}
    plan = _plan(sandbox, wanted)
    remaining = _delete(call, sandbox, wanted, plan) if confirmed else 0
    call.print_json({**msgspec.structs.asdict(plan), "left": remaining, "done": confirmed})
    _say(call, plan, day, confirmed)
    if plan.parcels:
        people = f"People of {plan.parcels} parcel(s) to and from Korea"
        call.print_line(f"{people}: {'masked' if confirmed else 'would be masked'}.")
    if personal or trades:
        done = "deleted" if trades else "masked"
        call.print_line(f"Documents of {plan.trades} completed import(s): {done if confirmed else f'would be {done}'}.")


def _plan(sandbox: SandboxClient, wanted: Mapping[str, Any]) -> PruningOut:
    query = {name: str(value).lower() for name, value in wanted.items()}
    return convert_answer(sandbox.call("GET", "/pruning", query=query), PruningOut)


def _delete(call: Call, sandbox: SandboxClient, wanted: Mapping[str, Any], plan: PruningOut) -> int:
    """Delete with repeated calls; return the number of messages whose bytes were not deleted."""
    after: int | None = 0
    done = 0
    with call.progress("prune", plan.messages + plan.deliveries + plan.events + plan.trades + plan.parcels) as progress:
        while after is not None:
            part = convert_answer(sandbox.call("POST", "/pruning", json={**wanted, "after": after}), PrunedOut)
            done, after = done + part.rows + part.imports, part.next
            progress(done)
    return _plan(sandbox, wanted).messages


def _say(call: Call, plan: PruningOut, day: date, confirmed: bool) -> None:
    call.print_line(
        f"{'Deleted' if confirmed else 'Would delete'} the bytes of {plan.messages} message(s) "
        f"({plan.size / 1e6:.1f} MB) "
        f"and {plan.deliveries} dismissed deliveries of sandbox {call.sandbox} from before {day}."
    )
    if plan.events:
        what = "was told of containers that have gone, and of their ships"
        call.print_line(f"{'Deleted' if confirmed else 'Would delete'} what {what}: {plan.events} event(s).")
    call.print_line(
        "The database keeps its size and reuses the space." if confirmed else "Nothing is deleted yet: add --yes."
    )
