"""`single-window batch`: open one, add and remove lists, declare it, see how it stands, draw its samples again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gateways.customs.batches.repository import Batch
from single_window.cases import batches
from single_window.commands.acting import AS, PARTICIPANT, person
from single_window.commands.by_api import Filled, over_api
from single_window.commands.call import FAILED, Call, Failure, command
from single_window.commands.decisions import answered, tell_refusal
from single_window.commands.histories import because, show_history
from single_window.language import words
from single_window.language.plainly import moment
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.wiring import Window
from single_window.work import decisions

SHOWN = 20
"""Members that `show` lists at most unless it is told otherwise."""
_SEEN = click.option(
    "--revision",
    type=click.IntRange(0),
    default=0,
    help="What you saw; somebody's change since then refuses yours [default: as it is now].",
)
_FILE = click.option(
    "--file",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with one number a line.",
)


_ASKED: dict[str, Filled] = {
    "participant": ("by", lambda code: code or ""),
    "participant:role": ("role", lambda code: "participant" if code else "officer"),
}
_SEEN_ASKED: dict[str, Filled] = {**_ASKED, "revision": "revision"}


@click.group()
def batch() -> None:
    """Batches: lists that are declared, drawn, inspected and released together."""


@batch.command("open")
@click.argument("flow", type=click.Choice(["I", "E"]))
@click.argument("office")
@click.argument("mode")
@AS
@PARTICIPANT
@command
@over_api("POST", "/batches", body=_ASKED | {"flow": "flow", "office": "customs_code", "mode": "trade_mode"})
def open_(call: Call, flow: str, office: str, mode: str, account: str | None, participant: str | None) -> None:
    """Open a batch by hand: I (import) or E (export), customs office, trade mode.

    \b
    Example:
      single-window batch open I 4240 1210
    """
    with call.window() as window:
        asked = batches.open_batch(window, call.sandbox, flow, office, mode, person(window, account, participant))
        _wait(call, window)
        with reading(window.engine) as connection:
            opened = batches.by_opening(connection, call.sandbox, asked.opening)
    if opened is None:
        raise Failure("The batch was not opened; see: single-window parked list")
    call.give(opened)
    call.say(f"Opened batch {opened.batch_no}. Add lists with: single-window batch add {opened.batch_no} NUMBER …")


@batch.command()
@click.argument("batch_no")
@click.argument("numbers", nargs=-1)
@_FILE
@AS
@PARTICIPANT
@_SEEN
@command
@over_api("POST", "/batches/{batch_no}/add", body=_SEEN_ASKED | {"numbers": "lists"})
def add(call: Call, batch_no: str, numbers: tuple[str, ...], source: Path | None, **asking: Any) -> None:
    """Add lists by list number, order number, or merchant|order number.

    A list that has not been accepted yet takes its place when it is.

    \b
    Examples:
      single-window batch add 424020261120I000001 D261120A033D0000000 D261120A033D0000001
      single-window batch add 424020261120I000001 --file numbers.txt
    """
    _change(call, batch_no, "add", _numbers(numbers, source), **asking)


@batch.command()
@click.argument("batch_no")
@click.argument("numbers", nargs=-1)
@_FILE
@AS
@PARTICIPANT
@_SEEN
@command
@over_api("POST", "/batches/{batch_no}/remove", body=_SEEN_ASKED | {"numbers": "lists"})
def remove(call: Call, batch_no: str, numbers: tuple[str, ...], source: Path | None, **asking: Any) -> None:
    """Take lists out of a batch that is open; they go on by themselves.

    \b
    Example:
      single-window batch remove 424020261120I000001 D261120A033D0000000
    """
    _change(call, batch_no, "remove", _numbers(numbers, source), **asking)


@batch.command()
@click.argument("batch_no")
@AS
@PARTICIPANT
@_SEEN
@command
@over_api("POST", "/batches/{batch_no}/declare", body=_SEEN_ASKED)
def declare(call: Call, batch_no: str, **asking: Any) -> None:
    """Declare a batch: nobody joins any more, the samples are drawn.

    \b
    Example:
      single-window batch declare 424020261120I000001
    """
    _change(call, batch_no, "declare", None, **asking)


@batch.command()
@click.argument("batch_no")
@click.option("--reason", default="", help="Why; the history keeps it.")
@AS
@_SEEN
@command
@over_api("POST", "/batches/{batch_no}/review", body=_SEEN_ASKED | {"reason": "reason"})
def review(call: Call, batch_no: str, reason: str, **asking: Any) -> None:
    """Have every list of a batch inspected, as an officer, while its samples are.

    \b
    Example:
      single-window batch review 424020261120I000001 --reason 情报布控
    """
    _change(call, batch_no, "review", reason.strip() or None, **asking)


@batch.command("list")
@click.option("--state", default="", help="Only those in this state.")
@command
@over_api("GET", "/batches", query={"state": "state"})
def list_(call: Call, state: str) -> None:
    """List batches, newest first.

    \b
    Example:
      single-window batch list --state open
    """
    with call.reading() as (_, connection):
        found = batches.listed(connection, call.sandbox, state)
    call.give(found)
    call.table(
        "",
        (
            "batch 批次",
            "flow",
            "office 关区",
            "mode 监管方式",
            "state 状态",
            "members 票数",
            "samples 样本",
            "released 放行",
            "opened 建立",
        ),
        [
            (
                one.batch_no,
                one.flow,
                one.customs_code,
                one.trade_mode,
                _state(call, one),
                one.members,
                one.drawn,
                one.released,
                moment(one.opened_at)[:19],
            )
            for one in found
        ],
    )
    if not found:
        call.say("There are no batches.")


@batch.command()
@click.argument("batch_no")
@click.option("--all", "every", is_flag=True, help="All members, not only the first.")
@command
@over_api("GET", "/batches/{batch_no}")
def show(call: Call, batch_no: str, every: bool) -> None:
    """Show one batch: where it stands, its samples, its members, what has happened to it.

    \b
    Example:
      single-window batch show 424020261120I000001
    """
    with call.reading() as (_, connection):
        one = _found(call, connection, batch_no)
        told = batches.history(connection, call.sandbox, batch_no)
        places = batches.members(connection, one.id, most=max(one.places, 1) if every else SHOWN)
    call.give({"batch": one, "members": places, "history": told})
    call.say(f"{one.batch_no}  {_state(call, one)}  revision {one.revision}")
    call.say(
        f"{one.flow} {one.customs_code} {one.trade_mode}; members {one.members}, samples {one.drawn} "
        f"(awaited {one.awaited}, failed {one.failed}), held {one.held}, released {one.released}, "
        f"refused {one.refused}" + (f"; {one.phase}: {one.cursor} of {one.places}" if one.phase else "")
    )
    show_history(call, told, "batch")
    call.table(
        "",
        ("", "list 清单", "invtNo", "place", "sample 抽样", "list state 状态"),
        [
            (
                place.position,
                place.order_no,
                place.invt_no,
                call.pick(words.phrase("member", place.state)),
                f"{place.why} {'' if place.number is None else place.number}".strip(),
                call.pick(words.state(place.list_state)) if place.list_state else "",
            )
            for place in places
        ],
    )
    if len(places) < one.places:
        call.say(f"{len(places)} of {one.places} places; all of them: single-window batch show {batch_no} --all")


@batch.command()
@click.argument("batch_no")
@command
def audit(call: Call, batch_no: str) -> None:
    """Draw the samples of a batch again from what is stored. Exit code 1: the outcome is another.

    \b
    Example:
      single-window batch audit 424020261120I000001
    """
    with call.reading() as (_, connection):
        one = _found(call, connection, batch_no)
        if one.state in {"open", "declared", "dissolved"}:
            raise Failure(f"The samples of batch {batch_no} have not been drawn: it is {one.state}.")
        sandbox = sandboxes.find(connection, call.sandbox)
        found = batches.audit(connection, one, sandbox.seed, law_of(connection, call.sandbox))
    call.give({"batch": one.batch_no, "agrees": found.agrees, **found._asdict()})
    call.table("", ("list 清单", "why", "number 抽签号"), [(each.key, each.why, each.number) for each in found.samples])
    call.say(
        f"{found.members} lists, {len(found.samples)} samples: "
        + ("the draw gives what was done." if found.agrees else "the draw gives something else.")
    )
    if not found.inspection:
        call.say("The sandbox had no inspection when the batch was declared: nothing was drawn.")
    for name in ("missing", "extra", "numbers"):
        if getattr(found, name):
            call.say(f"{name}: {', '.join(getattr(found, name))}")
    if not found.agrees:
        raise click.exceptions.Exit(FAILED)


def _change(
    call: Call,
    batch_no: str,
    action: str,
    content: Any,
    revision: int,
    account: str | None,
    participant: str | None = None,
) -> None:
    """Ask, wait until it is done or refused, and tell which."""
    with call.window() as window:
        asked = batches.ask(
            window, call.sandbox, batch_no, action, person(window, account, participant), revision, content
        )
        _wait(call, window)
        with reading(window.engine) as connection:
            told = batches.said(connection, call.sandbox, asked)
            after = _found(call, connection, batch_no)
        decided = decisions.outcome(window, call.sandbox, asked.number)
    call.give({"batch": after, "said": told, **answered(decided)})
    call.say(f"{after.batch_no}: {_state(call, after)}, revision {after.revision}, members {after.members}")
    for line in told:
        call.say(f"{call.pick(words.event(line.event))} {because(call, line.reasons)}")
    tell_refusal(call, decided, f"single-window batch show {batch_no}{call.aside}")


def _wait(call: Call, window: Window) -> None:
    if not call.work(window):
        raise Failure("It is filed, but the running window has not done it yet; see: single-window batch list")


def _numbers(given: tuple[str, ...], source: Path | None) -> list[str]:
    more = source.read_text("utf-8").split() if source is not None else []
    found = list(dict.fromkeys([*given, *more]))
    if not found:
        raise click.UsageError("Name lists, or a file with --file.")
    return found


def _found(call: Call, connection: Any, batch_no: str) -> Batch:
    one = batches.found(connection, call.sandbox, batch_no)
    if one is None:
        raise batches.NoSuchBatch(call.sandbox, batch_no)
    return one


def _state(call: Call, one: Batch) -> str:
    return call.pick(words.state(one.state, "batch"))
