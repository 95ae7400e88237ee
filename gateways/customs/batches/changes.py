"""Changes of batches that people decide: open, add, remove, declare, have every list inspected.

A batch counts its changes by people (`revision`); a decision about a revision that is past is refused, and nothing is
done. A change of many lists is carried out a few hundred in a delivery, all under the id of the decision: it counts
when it begins, so that it goes on whatever others decide meanwhile, and is answered with its last delivery.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.lifecycle import OFFICER
from declarations.reasons import Reason
from gateways.customs.batches import picking
from gateways.customs.batches.members import declare, opened
from gateways.customs.batches.memory import Batch, BatchMemory
from gateways.customs.batches.notes import CHUNK, note, start
from gateways.customs.batches.opening import by_hand
from gateways.decisions import Decision, decisions
from gateways.gateway import Answers, Circumstances, Item

ROLE, LISTS, CONTINUED = "role", "lists", "continued"
"""Values of a decision: who decides as a participant or an officer; numbers of lists; that it has begun already."""
COUNTED = "19205"
"""How many lists were added or taken out, how many were not, how many are left to do."""


def decide_batches(items: Sequence[Item], memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Carry out decisions about batches, each item a `Decision` (batch id 0: open one); what may not be done is refused
    and noted."""
    filed = decisions(items)
    memory.hold_batches({decision.subject_id for decision in filed if decision.subject_id}, ())
    for decision in filed:
        if decision.action == "open":
            _open(decision, memory, circumstances, answers)
            continue
        batch = memory.batches([decision.subject_id]).get(decision.subject_id)
        if batch is None:
            continue
        refusals = list(against(batch, decision))
        if refusals:
            note(batch, "action_refused", circumstances, answers, refusals, decision.by, decision.id)
            answers.refuse(decision.id, refusals)
        else:
            _carry_out(batch, decision, memory, circumstances, answers)
            batch.asked = decision.id
            memory.put_batch(batch)


def decide_as_filed_earlier(items: Sequence[Item], memory: BatchMemory, circumstances: Circumstances,
                            answers: Answers) -> None:
    """Changes that an earlier version filed, each item [number, batch id, action, role, by, revision, content]."""
    filed = []
    for number, batch_id, action, role, by, revision, content in items:
        values = content if action == "open" else {ROLE: role, LISTS: content, CONTINUED: not revision}
        reason = content or "" if action == "review" else ""
        filed.append(Decision(batch_id, number, revision, action, reason, by, values))
    decide_batches(filed, memory, circumstances, answers)


def against(batch: Batch, decision: Decision) -> Sequence[Reason]:
    """Why a decision about a batch is refused; what has begun goes on whatever others have changed since."""
    if decision.values[ROLE] != OFFICER and decision.by != batch.opened_by:
        return [Reason("19212", {"who": decision.by, "opened_by": batch.opened_by})]
    if decision.seen not in {0, batch.revision}:
        return [Reason("19211", {"seen": str(decision.seen), "revision": str(batch.revision)})]
    try:
        lifecycle.move(batch.state, "join" if decision.action in {"add", "remove"} else decision.action, "batch")
    except lifecycle.NotAllowed as refused:
        return [Reason("16003", {"refusal": str(refused)})]
    if decision.action == "declare" and not batch.members:
        return [Reason("19213", {"batch_no": batch.batch_no})]
    return []


def _open(decision: Decision, memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    where = (decision.values["flow"], decision.values["customs_code"], decision.values["trade_mode"])
    opened(by_hand(*where, decision.id), *where, decision.by, memory, circumstances, answers, decision.id)
    answers.carried_out(decision.id)


def _carry_out(batch: Batch, decision: Decision, memory: BatchMemory, circumstances: Circumstances,
               answers: Answers) -> None:
    action = decision.action
    if action == "declare":
        declare(batch, decision.by, memory, circumstances, answers, decision.id)
    elif action == "review":
        _review(batch, decision, circumstances, answers)
    elif action in {"add", "remove"}:
        _pick(batch, decision, memory, circumstances, answers)
        return
    else:
        raise ValueError(f"Somebody decided to {action!r} a batch, but customs does not know how.")
    answers.carried_out(decision.id)


def _review(batch: Batch, decision: Decision, circumstances: Circumstances, answers: Answers) -> None:
    """An officer has every list inspected, whatever the samples say."""
    batch.advance("review")
    batch.revision += 1
    batch.reasons = (Reason("16002", {"reason": decision.reason}),) if decision.reason else ()
    note(batch, "batch_review", circumstances, answers, batch.reasons, decision.by, decision.id)
    start(batch, "inspect", answers)


def _pick(batch: Batch, decision: Decision, memory: BatchMemory, circumstances: Circumstances,
          answers: Answers) -> None:
    """Add or take out the first lists that are named, and leave the rest to the next delivery."""
    lists = decision.values[LISTS]
    numbers, rest = lists[:CHUNK], lists[CHUNK:]
    pick = picking.add if decision.action == "add" else picking.remove
    refused = pick(batch, numbers, memory, circumstances, answers)
    batch.revision += not decision.values.get(CONTINUED)
    counts = {"done": str(len(numbers) - len(refused)), "refused": str(len(refused)), "left": str(len(rest))}
    reasons = [Reason(COUNTED, counts), *refused]
    note(batch, f"batch_{decision.action}", circumstances, answers, reasons, decision.by, decision.id)
    if rest:
        values = {**decision.values, LISTS: rest, CONTINUED: True}
        answers.send("decision.batch", list(decision._replace(seen=0, values=values)))
    else:
        answers.carried_out(decision.id, reasons)
