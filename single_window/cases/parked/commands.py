"""`single-window parked`: deliveries that could not be processed, or are not yet: list, send again, close."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import click
import msgspec

from single_window.cases.parked.answers import HandlingOut, ParkedDeliveryOut, ParkedOut, done_out, listed
from single_window.client import SandboxClient
from single_window.frame.commands.actors import AS, person
from single_window.frame.commands.by_api import over_api
from single_window.frame.commands.call import Call, Columns, Failure, command
from single_window.frame.commands.cases import called
from single_window.frame.commands.remote import over_http
from single_window.frame.kinds import ALL
from single_window.frame.typed import local
from single_window.store.engine import reading
from single_window.store.parking import DISMISSED, OPEN, PARKED, states
from single_window.wiring import Window
from single_window.work import parking

_NOTICES = {
    PARKED: ("Nothing is parked.", "parked. Send again with: single-window parked retry ID … (or --all)"),
    DISMISSED: ("Nothing was dismissed.", "dismissed. Send again after all with: single-window parked retry ID …"),
    OPEN: ("Nothing is open.", 'open. Close with: single-window parked dismiss ID … --reason "…"'),
}
"""The notice under a list that is empty, and under one that is not."""
MOST_NAMED = 5
"""Deliveries that an error names at most."""
_IDS = click.argument("ids", nargs=-1, type=click.IntRange(1, 2**62))
_EVERY = click.option("--all", "every", is_flag=True, help="All that are parked in the sandbox.")


@click.group()
def parked() -> None:
    """Deliveries that could not be processed after all attempts."""


_COLUMNS: Columns[ParkedDeliveryOut] = (
    ("id", lambda delivery: delivery.id),
    ("queue 队列", lambda delivery: delivery.queue),
    ("topic 主题", lambda delivery: delivery.topic),
    ("message 报文", lambda delivery: delivery.message_id or ""),
    ("items", lambda delivery: delivery.items),
    ("attempts 次数", lambda delivery: delivery.attempts),
    ("reason 原因", lambda delivery: delivery.reason),
    ("handled 处置", lambda delivery: "\n".join(map(_handled, delivery.handled))),
)


def _list_there(call: Call, there: SandboxClient, dismissed: bool, open_: bool, traceback: bool) -> None:
    state = _state(dismissed, open_)
    answer = there.call("GET", "/parked", query={"state": state, "traceback": str(traceback).lower()})
    called(ParkedOut, partial(_show, state))(call, answer)


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
    state = _state(dismissed, open_)
    with call.reading() as (_, connection):
        page = listed(connection, call.sandbox, state, limit=ALL, traceback=traceback)
    call.give(page)
    _show(state, call, page)


def _state(dismissed: bool, open_: bool) -> str:
    if dismissed and open_:
        raise click.UsageError("Either --dismissed or --open.")
    return OPEN if open_ else DISMISSED if dismissed else PARKED


def _show(state: str, call: Call, page: ParkedOut) -> None:
    call.records("", _COLUMNS, page.deliveries)
    for delivery in page.deliveries:
        if delivery.traceback:
            call.say(f"{delivery.id}:\n{delivery.traceback}")
    none, some = _NOTICES[state]
    call.say(f"{page.total} {some}" if page.total else none)


def _handled(done: HandlingOut) -> str:
    return f"{local(done.at)} {done.act} {done.who} {done.why}".rstrip()


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
    counts = [
        f"{after[state]} {text}"
        for state, text in ((PARKED, "parked again"), ("ready", "wait for another attempt"), ("sent", "under way"))
        if after[state]
    ]
    _print_done(call, done, "sent again" + (f": {', '.join(counts)}" if counts else ""), {"parked": after[PARKED]})


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
    _print_done(call, done, "dismissed", {})


def _chosen(ids: tuple[int, ...], every: bool) -> None:
    if bool(ids) == every:
        raise click.UsageError("Name the deliveries by id, or all of them with --all.")


def _print_done(call: Call, done: parking.Done, done_text: str, more: dict[str, Any]) -> None:
    """Say what was done; raises `Failure` when something that was named could not be."""
    left = [outcome for outcome in done.outcomes if outcome.outcome in {parking.ALREADY, parking.BUSY, parking.UNKNOWN}]
    call.give({**msgspec.structs.asdict(done_out(done)), **more})
    if not left:
        call.say(f"{len(done.changed)} {done_text}.")
        return
    reasons = "; ".join(f"{outcome.id}: {call.pick(outcome.words)}" for outcome in left[:MOST_NAMED])
    raise Failure(
        f"{len(done.changed)} of {len(done.outcomes)} {done_text}; the others of sandbox {call.sandbox!r} "
        f"were not ({reasons}{'; …' if left[MOST_NAMED:] else ''}). See: single-window parked list"
    )
