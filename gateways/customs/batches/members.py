"""Lists become members of a batch, and leave it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from declarations.calendar import HOUR
from declarations.reasons import Reason
from gateways.customs import lanes
from gateways.customs.batches.memory import Batch, BatchMemory, Member
from gateways.customs.batches.notes import note, start
from gateways.customs.batches.opening import fits
from gateways.customs.memory import Declaration
from gateways.customs.outcome import event
from gateways.gateway import Answers, Circumstances, DeadlineDraft, Item


def most(circumstances: Circumstances) -> int:
    """How many lists a batch holds at most; a full one is declared."""
    table: Any = circumstances.parameters.on("batches.opening", circumstances.day).table
    return int(table["most"])


def waits(declaration: Declaration | None) -> bool:
    """Whether a list stands where its lane would be drawn."""
    return declaration is not None and declaration.state == "accepted" and not declaration.lane


def opened(opening: str, flow: str, customs_code: str, trade_mode: str, who: str, memory: BatchMemory,
           circumstances: Circumstances, answers: Answers, asked: int = 0) -> Batch:
    """A new batch; when its window is over it is declared by itself."""
    batch = Batch(memory.new_id(), memory.batch_no(customs_code, flow, circumstances.now), flow, who, opening,
                  customs_code, trade_mode, opened_at=circumstances.now, asked=asked)
    hours = circumstances.parameters.on("windows.batch_hours", circumstances.day).amount
    due = circumstances.now + int(hours * HOUR)
    answers.deadlines.append(DeadlineDraft(due, "deadline.batch", "customs", [batch.id]))
    note(batch, "batch_opened", circumstances, answers, actor=who, asked=asked)
    memory.put_batch(batch)
    return batch


def reserve(batch: Batch, key: str, memory: BatchMemory) -> Member:
    """Keep a place for a list that has not come this far."""
    member = Member(batch.id, batch.places, 0, key, batch.flow, "reserved")
    batch.places, batch.members = batch.places + 1, batch.members + 1
    memory.put_member(member)
    memory.put_batch(batch)
    return member


def admit(batch: Batch, member: Member, declaration: Declaration, memory: BatchMemory, circumstances: Circumstances,
          answers: Answers) -> None:
    """A list takes its place."""
    member.declaration_id, member.key, member.state = declaration.id, declaration.key, "waiting"
    declaration.batch_id, declaration.batch_no = batch.id, batch.batch_no
    answers.timeline.append(event(declaration, circumstances.now, "batch_joined",
                                  [Reason("19201", {"batch_no": batch.batch_no})]))
    memory.put_member(member)
    memory.put_declaration(declaration)


def dismiss(batch: Batch, member: Member, why: str, memory: BatchMemory) -> None:
    """A place is given up: "removed", "missing" or "withdrawn"."""
    member.state = why
    batch.members -= 1
    memory.put_member(member)
    memory.put_batch(batch)


def alone(lists: Sequence[Declaration], memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Lists go on by themselves: each draws its own lane."""
    companies = memory.companies(sorted({one.ebc_code for one in lists})) if lists else {}
    for declaration in lists:
        declaration.batch_id, declaration.batch_no = 0, ""
        if waits(declaration):
            lanes.draw(declaration, companies, memory, circumstances, answers)
        memory.put_declaration(declaration)


def join(items: Sequence[Item], memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Lists would join, each item ["joined", batch that keeps a place or 0, declaration id, opening]."""
    lists = memory.declarations([item[2] for item in items])
    keys = {key for one in lists.values() for key in (one.key, one.order_no)}
    kept = {(one.batch_id, one.key): one for one in memory.reserved(keys)}
    left: list[Declaration] = []
    for _, batch_id, number, opening in items:
        declaration = lists.get(number)
        if declaration is None or not waits(declaration) or declaration.batch_id:
            continue
        member = kept.pop((batch_id, declaration.key), None) or kept.pop((batch_id, declaration.order_no), None)
        batch = memory.batches([batch_id]).get(batch_id) if member else None
        if member is not None and batch is not None and not (batch.state in {"open", "declared"}
                                                             and fits(declaration, batch, circumstances)):
            dismiss(batch, member, "missing", memory)
            member = None
        if member is not None and batch is not None:
            admit(batch, member, declaration, memory, circumstances, answers)
        elif opening:
            batch = _of_opening(opening, declaration, memory, circumstances, answers)
            admit(batch, reserve(batch, declaration.key, memory), declaration, memory, circumstances, answers)
        else:
            left.append(declaration)
    alone(left, memory, circumstances, answers)


def _of_opening(opening: str, declaration: Declaration, memory: BatchMemory, circumstances: Circumstances,
                answers: Answers) -> Batch:
    """The open batch of an opening, or a new one, which whoever declared its first list may declare.

    One that is full is declared; a new one is opened beside it."""
    batch = memory.open_batches([opening]).get(opening)
    if batch is not None and batch.members >= most(circumstances):
        declare(batch, "customs", memory, circumstances, answers)
        batch = None
    return batch or opened(opening, declaration.flow, declaration.customs_code, declaration.trade_mode,
                           declaration.agent_code, memory, circumstances, answers)


def declare(batch: Batch, who: str, memory: BatchMemory, circumstances: Circumstances, answers: Answers,
            asked: int = 0) -> None:
    """Nobody joins any more; the samples are drawn, chunk by chunk."""
    batch.advance("declare")
    batch.declared_at, batch.revision = circumstances.now, batch.revision + 1
    note(batch, "batch_declared", circumstances, answers, actor=who, asked=asked)
    start(batch, "gather", answers)
    memory.put_batch(batch)


def hear_due(items: Sequence[Item], memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """The windows of batches are over, each item [batch id]: declare what is still open, dissolve what is empty."""
    for batch in memory.batches([item[0] for item in items]).values():
        if batch.state == "open" and batch.members:
            declare(batch, "customs", memory, circumstances, answers)
        elif batch.state == "open":
            dissolve(batch, memory, circumstances, answers)


def dissolve(batch: Batch, memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """No list is left."""
    batch.advance("dissolve")
    batch.closed_at, batch.phase, batch.revision = circumstances.now, "", batch.revision + 1
    note(batch, "batch_dissolved", circumstances, answers)
    memory.put_batch(batch)
