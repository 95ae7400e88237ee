"""`single-window parked`: list deliveries that could not be processed, retry or dismiss them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from single_window.cases.parked.answers import DoneOut, HandlingOut, OutcomeOut, ParkedDeliveryOut, ParkedOut
from single_window.frame.commands.call import Call, Columns, Failure
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import CommandGroup
from single_window.frame.commands.through_api import pages
from single_window.frame.typed import local
from single_window.language.words import Words
from single_window.store.names import ALREADY, BUSY, DISMISSED, OPEN, PARKED, UNKNOWN
from single_window_client import SandboxClient

_NOTICES = {
    PARKED: ("Nothing is parked.", "parked. Send again with: single-window parked retry ID … (or --all)"),
    DISMISSED: ("Nothing was dismissed.", "dismissed. Send again after all with: single-window parked retry ID …"),
    OPEN: ("Nothing is open.", 'open. Close with: single-window parked dismiss ID … --reason "…"'),
}
"""State -> (the notice for an empty list, the text after the count of a non-empty one)."""
PAGE_SIZE = 1_000
"""Maximum number of deliveries listed by one call."""
WAIT_SECONDS = 30
"""Seconds that a call waits for the results of retried deliveries."""
MAX_LISTED_IN_ERROR = 5
"""Maximum number of deliveries listed in an error message."""
_IDS = argument(type=click.IntRange(1, 2**62))
_EVERY = option("All parked deliveries of the sandbox.", "--all")


parked = CommandGroup("parked")


_COLUMNS: Columns[ParkedDeliveryOut] = (
    ("id", lambda delivery: delivery.id),
    ("queue 队列", lambda delivery: delivery.queue),
    ("topic 主题", lambda delivery: delivery.topic),
    ("message 报文", lambda delivery: delivery.message_id or ""),
    ("items", lambda delivery: delivery.items),
    ("attempts 次数", lambda delivery: delivery.attempts),
    ("reason 原因", lambda delivery: delivery.reason),
    ("handled 处置", lambda delivery: "\n".join(map(_handled_text, delivery.handled))),
)


@parked.client("list", examples=("", "--dismissed", "--open"))
def list_(
    call: Call,
    sandbox: SandboxClient,
    dismissed: bool = option("List dismissed deliveries instead."),
    open_: bool = option("List open deliveries instead: not processed yet.", "--open"),
    traceback: bool = option("Include the traceback of each failure."),
) -> None:
    """List parked deliveries, newest first, with the operations on them so far."""
    if dismissed and open_:
        raise click.UsageError("Either --dismissed or --open.")
    state = OPEN if open_ else DISMISSED if dismissed else PARKED
    answer = call.answered(_all(sandbox, {"state": state, "traceback": str(traceback).lower(), "limit": PAGE_SIZE}))
    page = convert_answer(answer, ParkedOut)
    call.records("", _COLUMNS, page.deliveries)
    for delivery in page.deliveries:
        if delivery.traceback:
            call.print_line(f"{delivery.id}:\n{delivery.traceback}")
    none, some = _NOTICES[state]
    call.print_line(f"{page.total} {some}" if page.total else none)


def _all(sandbox: SandboxClient, query: dict[str, Any]) -> dict[str, Any]:
    """Fetch all pages and combine them."""
    answers = list(pages(sandbox, "/parked", query, by="before"))
    return {**answers[-1], "deliveries": [delivery for answer in answers for delivery in answer["deliveries"]]}


def _handled_text(done: HandlingOut) -> str:
    return f"{local(done.at)} {done.act} {done.who} {done.why}".rstrip()


@parked.client(examples=("1205 1206",))
def retry(call: Call, sandbox: SandboxClient, ids: tuple[int, ...] = _IDS, every: bool = _EVERY) -> None:
    """Send parked deliveries again; dismissed ones too, if given by id."""
    _check_choice(ids, every)
    answer = sandbox.call("POST", "/parked/retry", json={"ids": ids, "all": every, "wait": WAIT_SECONDS})
    after = convert_answer(answer, DoneOut).after or {}
    counts = [
        f"{after[state]} {text}"
        for state, text in ((PARKED, "parked again"), ("ready", "wait for another attempt"))
        if after.get(state)
    ]
    _show_done(call, answer, "sent again" + (f": {', '.join(counts)}" if counts else ""))


@parked.client(examples=('1205 --reason "sent by mistake"',))
def dismiss(
    call: Call,
    sandbox: SandboxClient,
    ids: tuple[int, ...] = _IDS,
    every: bool = _EVERY,
    reason: str = option("Why they need no processing; stored with the delivery."),
) -> None:
    """Close deliveries: they are not processed unless they are sent again by id.

    An open delivery, such as one whose worker hangs, can be closed by its id.
    """
    _check_choice(ids, every)
    if not reason.strip():
        raise click.UsageError("Say why, with --reason.")
    answer = sandbox.call("POST", "/parked/dismiss", json={"ids": ids, "all": every, "reason": reason})
    _show_done(call, answer, "dismissed")


def _check_choice(ids: Sequence[int], every: bool) -> None:
    if bool(ids) == every:
        raise click.UsageError("Name the deliveries by id, or all of them with --all.")


def _show_done(call: Call, answer: Any, done_text: str) -> None:
    """Print the result; raises `Failure` if a given delivery could not be changed."""
    call.print_json(answer)
    done = convert_answer(answer, DoneOut)
    unchanged = [outcome for outcome in done.outcomes if outcome.outcome in {ALREADY, BUSY, UNKNOWN}]
    if not unchanged:
        call.print_line(f"{done.count} {done_text}.")
        return
    reasons = "; ".join(f"{outcome.id}: {_words(call, outcome)}" for outcome in unchanged[:MAX_LISTED_IN_ERROR])
    raise Failure(
        f"{done.count} of {len(done.outcomes)} {done_text}; the others of sandbox {call.sandbox!r} "
        f"were not ({reasons}{'; …' if unchanged[MAX_LISTED_IN_ERROR:] else ''}). See: single-window parked list"
    )


def _words(call: Call, outcome: OutcomeOut) -> str:
    return call.pick(Words(outcome.zh, outcome.en))
