"""`single-window parked`: deliveries that could not be processed, or are not yet: list, send again, close."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from single_window.client import SandboxClient
from single_window.commands.acting import AS, person
from single_window.commands.by_api import over_api
from single_window.commands.call import Call, Failure, command
from single_window.commands.remote import over_http
from single_window.language.plainly import moment
from single_window.store.engine import reading
from single_window.store.parking import DISMISSED, OPEN, PARKED, STATES, Parked, listed, states
from single_window.wiring import Window
from single_window.work import parking

_SAID = {
    PARKED: ("Nothing is parked.", "parked. Send again with: single-window parked retry ID … (or --all)"),
    DISMISSED: ("Nothing was dismissed.", "dismissed. Send again after all with: single-window parked retry ID …"),
    OPEN: ("Nothing is open.", 'open. Close with: single-window parked dismiss ID … --reason "…"'),
}
"""What is said of a list that is empty, and of one that is not."""
MOST_TOLD = 5
"""Deliveries that an error names at most."""
_IDS = click.argument("ids", nargs=-1, type=click.IntRange(1, 2**62))
_EVERY = click.option("--all", "every", is_flag=True, help="All that are parked in the sandbox.")


@click.group()
def parked() -> None:
    """Deliveries that could not be processed after all attempts."""


def _list_there(call: Call, there: SandboxClient, dismissed: bool, open_: bool, traceback: bool) -> None:
    state = OPEN if open_ else DISMISSED if dismissed else PARKED
    found = there.call("GET", "/parked", query={"state": state, "traceback": str(traceback).lower()})["deliveries"]
    call.give(found)
    call.table(
        "",
        ("id", "queue 队列", "topic 主题", "attempts 次数", "reason 原因"),
        [(one["id"], one["queue"], one["topic"], one["attempts"], one["reason"]) for one in found],
    )
    call.say(f"{len(found)} {_SAID[state][1]}" if found else _SAID[state][0])


@parked.command("list")
@click.option("--dismissed", is_flag=True, help="Those that were closed, instead.")
@click.option("--open", "open_", is_flag=True, help="Those that are not dealt with yet, instead.")
@click.option("--traceback", is_flag=True, help="Where each failed, too.")
@command
@over_http(_list_there)
def list_(call: Call, dismissed: bool, open_: bool, traceback: bool) -> None:
    """List what is parked, newest first, and what was done about it so far.

    \b
    Examples:
      single-window parked list
      single-window parked list --dismissed
      single-window parked list --open
    """
    if dismissed and open_:
        raise click.UsageError("Either --dismissed or --open.")
    state = OPEN if open_ else DISMISSED if dismissed else PARKED
    with call.reading() as (_, connection):
        found = listed(connection, call.sandbox, STATES[state])
    call.give(found)
    call.table(
        "",
        ("id", "queue 队列", "topic 主题", "message 报文", "items", "attempts 次数", "reason 原因", "handled 处置"),
        [
            (
                one.id,
                one.queue,
                one.topic,
                one.message_id or "",
                one.item_count,
                one.attempts,
                one.reason,
                _handled(one),
            )
            for one in found
        ],
    )
    for one in found if traceback else ():
        call.say(f"{one.id}:\n{one.traceback}")
    none, some = _SAID[state]
    call.say(f"{len(found)} {some}" if found else none)


def _handled(one: Parked) -> str:
    return "\n".join(f"{moment(done.at)[:19]} {done.act} {done.who} {done.why}".rstrip() for done in one.handled)


@parked.command()
@_IDS
@_EVERY
@AS
@command
@over_api("POST", "/parked/retry", body={"ids": "ids", "every": "all"})
def retry(call: Call, ids: tuple[int, ...], every: bool, account: str | None) -> None:
    """Send parked deliveries again; one that was dismissed, too, if it is named.

    \b
    Example:
      single-window parked retry 1205 1206
    """
    _chosen(ids, every)
    with call.window() as window:
        done = parking.retry(window, call.sandbox, None if every else ids, person(window, account))
        if done.changed:
            call.work(window)
        after = _after(window, call.sandbox, done.changed)
    told = [
        f"{after[state]} {said}"
        for state, said in ((PARKED, "parked again"), ("ready", "wait for another attempt"), ("sent", "under way"))
        if after[state]
    ]
    _told(call, done, "sent again" + (f": {', '.join(told)}" if told else ""), {"parked": after[PARKED]})


def _after(window: Window, sandbox: str, ids: list[int]) -> Counter[str]:
    with reading(window.engine) as connection:
        return Counter(states(connection, sandbox, ids).values())


@parked.command()
@_IDS
@_EVERY
@AS
@click.option("--reason", required=True, help="Why nothing is to be done about them; kept with the delivery.")
@command
@over_api("POST", "/parked/dismiss", body={"ids": "ids", "every": "all", "reason": "reason"})
def dismiss(call: Call, ids: tuple[int, ...], every: bool, account: str | None, reason: str) -> None:
    """Close deliveries: nothing is done about them, unless they are sent again by name.

    One that is still open, such as one that its worker hangs in, is closed by its id.

    \b
    Example:
      single-window parked dismiss 1205 --reason "sent by mistake"
    """
    _chosen(ids, every)
    if not reason.strip():
        raise click.UsageError("Say why, with --reason.")
    with call.window() as window:
        done = parking.dismiss(window, call.sandbox, None if every else ids, person(window, account), reason.strip())
    _told(call, done, "dismissed", {})


def _chosen(ids: tuple[int, ...], every: bool) -> None:
    if bool(ids) == every:
        raise click.UsageError("Name the deliveries by id, or all of them with --all.")


def _told(call: Call, done: parking.Done, what: str, more: dict[str, Any]) -> None:
    """Say what was done; raises `Failure` when something that was named could not be."""
    left = [one for one in done.outcomes if one.outcome in {parking.ALREADY, parking.BUSY, parking.UNKNOWN}]
    call.give({"count": len(done.changed), "outcomes": done.outcomes, **more})
    if not left:
        call.say(f"{len(done.changed)} {what}.")
        return
    told = "; ".join(f"{one.id}: {call.pick(one.words)}" for one in left[:MOST_TOLD])
    raise Failure(
        f"{len(done.changed)} of {len(done.outcomes)} {what}; the others of sandbox {call.sandbox!r} "
        f"were not ({told}{'; …' if left[MOST_TOLD:] else ''}). See: single-window parked list"
    )
