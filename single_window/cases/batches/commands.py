"""`single-window batch`: open one, add and remove lists, declare it, see how it stands, draw its samples again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gateways.customs.batches.repository import Batch
from single_window.cases import batches
from single_window.cases.batches.answers import BATCH, BatchOut, MemberOut, batch_out, history_out
from single_window.frame.commands.actors import AS, PARTICIPANT, person
from single_window.frame.commands.by_api import Filled, over_api
from single_window.frame.commands.call import FAILED, Call, Columns, Failure, command
from single_window.frame.commands.cases import list_cases, list_options, no_such, show_history, show_options
from single_window.frame.commands.decisions import answered, carried_out, show_refusal
from single_window.frame.not_found import NotFound
from single_window.frame.typed import because
from single_window.language import phrases
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.store.law_books import law_of

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
        filed = batches.open_batch(window, call.sandbox, flow, office, mode, person(window, account, participant))
        carried_out(call, window, filed.number, "single-window batch list")
        with reading(window.engine) as connection:
            opened = batches.by_opening(connection, call.sandbox, filed.opening)
    if opened is None:
        raise Failure("The batch was not opened; see: single-window parked list")
    call.give(batch_out(opened))
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
@list_options(BATCH)
def list_(call: Call, **filters: Any) -> None:
    """List batches, newest first.

    \b
    Example:
      single-window batch list --state open
    """
    list_cases(call, BATCH, **filters)


@batch.command()
@show_options(BATCH, "BATCH_NO")
def show(call: Call, batch: BatchOut) -> None:
    """Show one batch: where it stands, its samples, its members, what has happened to it.

    \b
    Example:
      single-window batch show 424020261120I000001
    """
    members, lines = batch.of_members or (), batch.history or ()
    call.say(f"{batch.batch_no}  {call.pick(batch.standing)}  revision {batch.revision}")
    call.say(
        f"{batch.flow} {batch.customs_code} {batch.trade_mode}; members {batch.members}, samples {batch.drawn} "
        f"(awaited {batch.awaited}, failed {batch.failed}), held {batch.held}, released {batch.released}, "
        f"refused {batch.refused}" + (f"; {batch.phase}: {batch.cursor} of {batch.places}" if batch.phase else "")
    )
    show_history(call, lines, "batch")
    call.records("", _MEMBER, members)
    if len(members) < batch.places:
        call.say(
            f"{len(members)} of {batch.places} places; all of them: single-window batch show {batch.batch_no} --all"
        )


_MEMBER: Columns[MemberOut] = (
    ("", lambda member: member.position),
    ("list 清单", lambda member: member.order_no),
    ("invtNo", lambda member: member.invt_no),
    ("place", lambda member: phrases.phrase("member", member.state)),
    ("sample 抽样", lambda member: f"{member.why} {'' if member.number is None else member.number}".strip()),
    ("list state 状态", lambda member: phrases.state(member.list_state) if member.list_state else ""),
)


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
        drawn_batch = _existing(call, connection, batch_no)
        if drawn_batch.state in {"open", "declared", "dissolved"}:
            raise Failure(f"The samples of batch {batch_no} have not been drawn: it is {drawn_batch.state}.")
        sandbox = sandboxes.find(connection, call.sandbox)
        drawn = batches.audit(connection, drawn_batch, sandbox.seed, law_of(connection, call.sandbox))
    call.give({"batch": drawn_batch.batch_no, "agrees": drawn.agrees, **drawn._asdict()})
    call.table(
        "", ("list 清单", "why", "number 抽签号"), [(sample.key, sample.why, sample.number) for sample in drawn.samples]
    )
    call.say(
        f"{drawn.members} lists, {len(drawn.samples)} samples: "
        + ("the draw gives what was done." if drawn.agrees else "the draw gives something else.")
    )
    if not drawn.inspection:
        call.say("The sandbox had no inspection when the batch was declared: nothing was drawn.")
    for name in ("missing", "extra", "numbers"):
        if getattr(drawn, name):
            call.say(f"{name}: {', '.join(getattr(drawn, name))}")
    if not drawn.agrees:
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
    """File the request, wait until it is done or refused, and show which."""
    look = f"single-window batch show {batch_no}{call.aside}"
    with call.window() as window:
        who = person(window, account, participant)
        try:
            filed = batches.request_change(window, call.sandbox, batch_no, action, who, revision, content)
        except NotFound:
            raise no_such(call, BATCH, batch_no) from None
        decided = carried_out(call, window, filed.number, look)
        with reading(window.engine) as connection:
            lines = history_out(batches.history_of(connection, call.sandbox, filed))
            after = batch_out(_existing(call, connection, batch_no))
    call.give({"batch": after, "said": lines, **answered(decided)})
    call.say(f"{after.batch_no}: {call.pick(after.standing)}, revision {after.revision}, members {after.members}")
    for line in lines:
        call.say(f"{call.pick(phrases.event(line.event))} {call.pick(because(line.reasons))}")
    show_refusal(call, decided, look)


def _numbers(given: tuple[str, ...], source: Path | None) -> list[str]:
    more = source.read_text("utf-8").split() if source is not None else []
    numbers = list(dict.fromkeys([*given, *more]))
    if not numbers:
        raise click.UsageError("Name lists, or a file with --file.")
    return numbers


def _existing(call: Call, connection: Any, batch_no: str) -> Batch:
    existing = batches.find(connection, call.sandbox, batch_no)
    if existing is None:
        raise no_such(call, BATCH, batch_no)
    return existing
