"""`single-window parked`: deliveries that could not be processed, or are not yet: list, send again, close."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from single_window.cases.parked.answers import DoneOut, HandlingOut, OutcomeOut, ParkedDeliveryOut, ParkedOut
from single_window.client import SandboxClient
from single_window.frame.commands.call import Call, Columns, Failure, command
from single_window.frame.commands.cases import typed
from single_window.frame.commands.through_api import through_api
from single_window.frame.typed import local
from single_window.language.words import Words
from single_window.store.names import ALREADY, BUSY, DISMISSED, OPEN, PARKED, UNKNOWN

_NOTICES = {
    PARKED: ("Nothing is parked.", "parked. Send again with: single-window parked retry ID … (or --all)"),
    DISMISSED: ("Nothing was dismissed.", "dismissed. Send again after all with: single-window parked retry ID …"),
    OPEN: ("Nothing is open.", 'open. Close with: single-window parked dismiss ID … --reason "…"'),
}
"""The notice under a list that is empty, and under one that is not."""
PAGE = 1_000
"""Deliveries that one call lists at most."""
LONGEST_WAIT = 30
"""Seconds that a call waits for what becomes of deliveries that are sent again."""
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


@parked.command("list")
@click.option("--dismissed", is_flag=True, help="Those that were closed, instead.")
@click.option("--open", "open_", is_flag=True, help="Those that are not dealt with yet, instead.")
@click.option("--traceback", is_flag=True, help="Where each failed, too.")
@command
@through_api
def list_(call: Call, sandbox: SandboxClient, dismissed: bool, open_: bool, traceback: bool) -> None:
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
    answer = _all(sandbox, {"state": state, "traceback": str(traceback).lower(), "limit": PAGE})
    call.print_json(answer)
    page = typed(answer, ParkedOut)
    call.records("", _COLUMNS, page.deliveries)
    for delivery in page.deliveries:
        if delivery.traceback:
            call.print_line(f"{delivery.id}:\n{delivery.traceback}")
    none, some = _NOTICES[state]
    call.print_line(f"{page.total} {some}" if page.total else none)


def _all(sandbox: SandboxClient, query: dict[str, Any]) -> dict[str, Any]:
    """All pages as one."""
    answer: dict[str, Any] = sandbox.call("GET", "/parked", query=query)
    if answer["next"] is None:
        return answer
    following = _all(sandbox, {**query, "before": answer["next"]})
    return {**following, "deliveries": [*answer["deliveries"], *following["deliveries"]]}


def _handled(done: HandlingOut) -> str:
    return f"{local(done.at)} {done.act} {done.who} {done.why}".rstrip()


@parked.command()
@_IDS
@_EVERY
@command
@through_api
def retry(call: Call, sandbox: SandboxClient, ids: tuple[int, ...], every: bool) -> None:
    """Send parked deliveries again; one that was dismissed, too, if it is named.

    \b
    Example:
      single-window parked retry 1205 1206
    """
    _chosen(ids, every)
    answer = sandbox.call("POST", "/parked/retry", json={"ids": ids, "all": every, "wait": LONGEST_WAIT})
    after = typed(answer, DoneOut).after or {}
    counts = [
        f"{after[state]} {text}"
        for state, text in ((PARKED, "parked again"), ("ready", "wait for another attempt"))
        if after.get(state)
    ]
    _show_done(call, answer, "sent again" + (f": {', '.join(counts)}" if counts else ""))


@parked.command()
@_IDS
@_EVERY
@click.option("--reason", required=True, help="Why nothing is to be done about them; kept with the delivery.")
@command
@through_api
def dismiss(call: Call, sandbox: SandboxClient, ids: tuple[int, ...], every: bool, reason: str) -> None:
    """Close deliveries: nothing is done about them, unless they are sent again by name.

    One that is still open, such as one that its worker hangs in, is closed by its id.

    \b
    Example:
      single-window parked dismiss 1205 --reason "sent by mistake"
    """
    _chosen(ids, every)
    if not reason.strip():
        raise click.UsageError("Say why, with --reason.")
    answer = sandbox.call("POST", "/parked/dismiss", json={"ids": ids, "all": every, "reason": reason})
    _show_done(call, answer, "dismissed")


def _chosen(ids: Sequence[int], every: bool) -> None:
    if bool(ids) == every:
        raise click.UsageError("Name the deliveries by id, or all of them with --all.")


def _show_done(call: Call, answer: Any, done_text: str) -> None:
    """Say what was done; raises `Failure` when something that was named could not be."""
    call.print_json(answer)
    done = typed(answer, DoneOut)
    left = [outcome for outcome in done.outcomes if outcome.outcome in {ALREADY, BUSY, UNKNOWN}]
    if not left:
        call.print_line(f"{done.count} {done_text}.")
        return
    reasons = "; ".join(f"{outcome.id}: {_words(call, outcome)}" for outcome in left[:MOST_NAMED])
    raise Failure(
        f"{done.count} of {len(done.outcomes)} {done_text}; the others of sandbox {call.sandbox!r} "
        f"were not ({reasons}{'; …' if left[MOST_NAMED:] else ''}). See: single-window parked list"
    )


def _words(call: Call, outcome: OutcomeOut) -> str:
    return call.pick(Words(outcome.zh, outcome.en))
