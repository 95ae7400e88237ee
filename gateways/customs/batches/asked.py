"""What people ask of a batch: open, add, remove, declare, have every list inspected. Each says what he has seen.

A batch counts its changes by people (`revision`); who asks for a change of what is no longer so is refused, and
nothing is done. What is asked for many lists is done a few hundred in a delivery, under the number of the asking: it
counts when it begins, so that it goes on whatever others ask meanwhile, and they are told that it has begun.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from declarations import lifecycle
from declarations.lifecycle import OFFICER
from declarations.reasons import Reason
from gateways.customs.batches import picking
from gateways.customs.batches.members import declare, opened
from gateways.customs.batches.memory import Batch, BatchMemory
from gateways.customs.batches.notes import CHUNK, note, start
from gateways.customs.batches.opening import by_hand
from gateways.gateway import Answers, Circumstances, Item

BEGUN = 0
"""The revision at which the rest of something begun is asked for: whichever the batch has."""
COUNTED = "19205"
"""How many lists were added or taken out, how many were not, how many are left to do."""


class Ask(NamedTuple):
    """Something asked for: its number, which batch, what, by whom in which role, at which revision."""

    number: int
    batch_id: int
    action: str
    role: str
    who: str
    revision: int
    content: Any


def hear_asked(items: Sequence[Item], memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """People ask, each item an `Ask`; what may not be done is noted, not done."""
    asks = [Ask(*item) for item in items]
    memory.hold_batches({one.batch_id for one in asks if one.batch_id}, ())
    for ask in asks:
        if ask.action == "open":
            where = (ask.content["flow"], ask.content["customs_code"], ask.content["trade_mode"])
            opened(by_hand(*where, ask.number), *where, ask.who, memory, circumstances, answers, ask.number)
            continue
        batch = memory.batches([ask.batch_id]).get(ask.batch_id)
        if batch is None:
            continue
        refusals = list(against(batch, ask))
        if refusals:
            note(batch, "action_refused", circumstances, answers, refusals, ask.who, ask.number)
        else:
            _carry_out(batch, ask, memory, circumstances, answers)
            batch.asked = ask.number
            memory.put_batch(batch)


def against(batch: Batch, ask: Ask) -> Sequence[Reason]:
    """What stands against it; nothing that somebody did meanwhile against what goes on with something begun."""
    if ask.role != OFFICER and ask.who != batch.opened_by:
        return [Reason("19212", {"who": ask.who, "opened_by": batch.opened_by})]
    if ask.revision not in {BEGUN, batch.revision}:
        return [Reason("19211", {"seen": str(ask.revision), "revision": str(batch.revision)})]
    try:
        lifecycle.move(batch.state, "join" if ask.action in {"add", "remove"} else ask.action, "batch")
    except lifecycle.NotAllowed as refused:
        return [Reason("16003", {"refusal": str(refused)})]
    if ask.action == "declare" and not batch.members:
        return [Reason("19213", {"batch_no": batch.batch_no})]
    return []


def _carry_out(batch: Batch, ask: Ask, memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    action = ask.action
    if action == "declare":
        declare(batch, ask.who, memory, circumstances, answers, ask.number)
    elif action == "review":
        _review(batch, ask, circumstances, answers)
    elif action in {"add", "remove"}:
        _pick(batch, ask, memory, circumstances, answers)
    else:
        raise ValueError(f"Somebody asked to {action!r} a batch, but customs does not know how.")


def _review(batch: Batch, ask: Ask, circumstances: Circumstances, answers: Answers) -> None:
    """An officer has every list inspected, whatever the samples say."""
    batch.advance("review")
    batch.revision += 1
    batch.reasons = (Reason("16002", {"reason": ask.content}),) if ask.content else ()
    note(batch, "batch_review", circumstances, answers, batch.reasons, ask.who, ask.number)
    start(batch, "inspect", answers)


def _pick(batch: Batch, ask: Ask, memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Add or take out the first lists that are named, and ask for the rest in the next delivery."""
    numbers, rest = ask.content[:CHUNK], ask.content[CHUNK:]
    pick = picking.add if ask.action == "add" else picking.remove
    refused = pick(batch, numbers, memory, circumstances, answers)
    batch.revision += ask.revision != BEGUN
    counts = {"done": str(len(numbers) - len(refused)), "refused": str(len(refused)), "left": str(len(rest))}
    note(batch, f"batch_{ask.action}", circumstances, answers, [Reason(COUNTED, counts), *refused], ask.who, ask.number)
    if rest:
        answers.send("batch.asked", list(ask._replace(revision=BEGUN, content=rest)))
