"""`single-window batch`: open a batch, add and remove lists, declare it, show it, recalculate its samples."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import click

from single_window.cases.batches.answers import BATCH_KIND, BatchAskedOut, BatchAuditOut, BatchOut, MemberOut
from single_window.frame.commands.call import FAILED, Call, Columns, Failure
from single_window.frame.commands.cases import convert_answer, show_history
from single_window.frame.commands.options import EXISTING_FILE, option
from single_window.frame.commands.rows import CommandGroup
from single_window.frame.commands.through_api import PARTICIPANT
from single_window.frame.typed import because
from single_window.language import phrases
from single_window_client import SandboxClient
from single_window_client.calls import part

_SEEN = option(
    "The revision that you saw last: refused if the batch was changed since [default: the current one].",
    type=click.IntRange(0),
    default=0,
    show_default=False,
)
_FILE = option("A file with one number a line.", "--file", type=EXISTING_FILE)


batch = CommandGroup(
    "batch",
    "Batches: lists that are declared, drawn, inspected and released together. Participants change their "
    "own here; officers change any with `act --about batch`.",
)


@batch.client("open", examples=("I 4240 1210",))
@PARTICIPANT
def open_(
    call: Call,
    sandbox: SandboxClient,
    flow: Literal["I", "E"],
    office: str,
    mode: str,
    participant: str | None = None,
) -> None:
    """Open a batch by hand: I (import) or E (export), customs office, trade mode."""
    body = {"flow": flow, "customs_code": office, "trade_mode": mode, **_author(participant)}
    answer = call.answered(sandbox.call("POST", "/batches", json=body))
    if "batch_no" not in answer:
        raise Failure(f"The request is stored but not completed yet; see: single-window batch list{call.scope_options}")
    number = answer["batch_no"]
    call.print_line(f"Opened batch {number}. Add lists with: single-window batch add {number} NUMBER …")


@batch.client(
    examples=(
        "424020261120I000001 D261120A033D0000000 D261120A033D0000001 --participant A1",
        "424020261120I000001 --file numbers.txt --participant A1",
    )
)
@PARTICIPANT
def add(
    call: Call,
    sandbox: SandboxClient,
    batch_no: str,
    numbers: tuple[str, ...],
    source: Path | None = _FILE,
    participant: str | None = None,
    revision: int = _SEEN,
) -> None:
    """Add lists by list number, order number, or merchant|order number.

    A list that is not accepted yet joins the batch once it is.
    """
    lists = _numbers(numbers, source)
    _change(call, sandbox, batch_no, "add", participant, lists=lists, revision=revision)


@batch.client(examples=("424020261120I000001 D261120A033D0000000 --participant A1",))
@PARTICIPANT
def remove(
    call: Call,
    sandbox: SandboxClient,
    batch_no: str,
    numbers: tuple[str, ...],
    source: Path | None = _FILE,
    participant: str | None = None,
    revision: int = _SEEN,
) -> None:
    """Take lists out of a batch that is open; each is then processed by itself."""
    lists = _numbers(numbers, source)
    _change(call, sandbox, batch_no, "remove", participant, lists=lists, revision=revision)


@batch.client(examples=("424020261120I000001 --participant A1",))
@PARTICIPANT
def declare(
    call: Call, sandbox: SandboxClient, batch_no: str, participant: str | None = None, revision: int = _SEEN
) -> None:
    """Declare a batch: no list can join it any more, and its samples are drawn."""
    _change(call, sandbox, batch_no, "declare", participant, revision=revision)


batch.cases(BATCH_KIND, "List batches, newest first.", ("--state open",))


def _show(call: Call, batch: BatchOut) -> None:
    members, lines = batch.of_members or (), batch.history or ()
    call.print_line(f"{batch.batch_no}  {call.pick(batch.state_words)}  revision {batch.revision}")
    call.print_line(
        f"{batch.flow} {batch.customs_code} {batch.trade_mode}; members {batch.members}, samples {batch.drawn} "
        f"(awaited {batch.awaited}, failed {batch.failed}), held {batch.held}, released {batch.released}, "
        f"refused {batch.refused}" + (f"; {batch.phase}: {batch.cursor} of {batch.places}" if batch.phase else "")
    )
    show_history(call, lines, "batch")
    call.records("", _MEMBER, members)
    if len(members) < batch.places:
        all_of_them = f"single-window batch show {batch.batch_no} --all"
        call.print_line(f"{len(members)} of {batch.places} places; all of them: {all_of_them}")


_MEMBER: Columns[MemberOut] = (
    ("", lambda member: member.position),
    ("list 清单", lambda member: member.order_no),
    ("invtNo", lambda member: member.invt_no),
    ("place", lambda member: phrases.phrase("member", member.state)),
    ("sample 抽样", lambda member: f"{member.why} {'' if member.number is None else member.number}".strip()),
    ("list state 状态", lambda member: phrases.state(member.list_state) if member.list_state else ""),
)


batch.case(
    BATCH_KIND,
    "BATCH_NO",
    "Show one batch: state, samples, members, history.",
    _show,
    ("424020261120I000001",),
)


def _show_audit(call: Call, drawn: BatchAuditOut) -> None:
    call.table(
        "", ("list 清单", "why", "number 抽签号"), [(sample.key, sample.why, sample.number) for sample in drawn.samples]
    )
    call.print_line(
        f"{drawn.members} lists, {len(drawn.samples)} samples: "
        + ("as drawn at the time." if drawn.agrees else "they differ from those drawn at the time.")
    )
    if not drawn.inspection:
        call.print_line("The sandbox had no inspection when the batch was declared: nothing was drawn.")
    for name in ("missing", "extra", "numbers"):
        if getattr(drawn, name):
            call.print_line(f"{name}: {', '.join(getattr(drawn, name))}")


batch.row(
    "audit",
    "GET /batches/{batch_no}/audit",
    "Recalculate the samples of a batch from the stored data. Exit code 1: they differ.",
    _show_audit,
    examples=("424020261120I000001",),
    holds=lambda drawn: drawn.agrees,
)


def _author(participant: str | None) -> Mapping[str, str]:
    return {"by": participant, "role": "participant"} if participant else {"role": "officer"}


def _change(
    call: Call, sandbox: SandboxClient, batch_no: str, action: str, participant: str | None, **asked: Any
) -> None:
    """Request a change, as `participant` if one is given, and print the result."""
    answer = sandbox.call("POST", f"/batches/{part(batch_no)}/{action}", json={"by": participant or "", **asked})
    call.print_json(answer)
    done = convert_answer(answer, BatchAskedOut)
    if after := done.batch:
        standing = call.pick(after.state_words)
        call.print_line(f"{after.batch_no}: {standing}, revision {after.revision}, members {after.members}")
    for line in done.said or ():
        call.print_line(f"{call.pick(phrases.event(line.event))} {call.pick(because(line.reasons))}")
    if done.status != "done":
        following = f"single-window batch show {batch_no}{call.scope_options}"
        call.print_line(f"The request is not completed yet; see: {following}")
        raise click.exceptions.Exit(FAILED)


def _numbers(given: tuple[str, ...], source: Path | None) -> list[str]:
    more = source.read_text("utf-8").split() if source is not None else []
    numbers = list(dict.fromkeys([*given, *more]))
    if not numbers:
        raise click.UsageError("Name lists, or a file with --file.")
    return numbers
