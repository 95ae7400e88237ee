"""Manual decisions about batches: open, add, remove, declare, have every list inspected.

Each manual change raises the batch's `revision`; a decision made for an earlier revision is refused without effect. A
change of many lists is carried out in several deliveries of up to `MEMBERS_PER_CHUNK` lists, all under the decision's
id. The revision is raised by the first, so that later decisions do not stop the rest; the last delivery answers the
decision.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.lifecycle import OFFICER
from declarations.reasons import Reason
from declarations.refusals import refusal_of_action
from gateways.customs.batches import picking
from gateways.customs.batches.members import declare_batch, open_batch
from gateways.customs.batches.notes import MEMBERS_PER_CHUNK, add_event, start_phase
from gateways.customs.batches.opening import manual_opening_of
from gateways.customs.batches.repository import Batch, BatchDesk
from gateways.topics.shared import Decision

ROLE, LISTS, CONTINUED = "role", "lists", "continued"
"""Keys of a decision's values: role (participant or officer); numbers of lists; true if its first chunk is done."""
COUNTED_STATES = "19205"
"""Reason with three counts: lists added or removed, lists refused, lists still to be handled."""


def decide_batches(decisions: Sequence[Decision], desk: BatchDesk) -> None:
    """Carry out decisions about batches (subject id 0: open a new one); refuse and note those not allowed."""
    desk.repository.lock_batches({decision.subject_id for decision in decisions if decision.subject_id}, ())
    for decision in decisions:
        if decision.action == "open":
            _open_batch(decision, desk)
            continue
        batch = desk.repository.batches([decision.subject_id]).get(decision.subject_id)
        if batch is not None:
            _decide_batch(batch, decision, desk)


def _decide_batch(batch: Batch, decision: Decision, desk: BatchDesk) -> None:
    if reasons := list(refusals_of(batch, decision)):
        add_event(batch, "action_refused", desk, reasons, decision.by, decision.id)
        desk.answer_refused(decision.id, reasons)
    else:
        _carry_out(batch, decision, desk)
        batch.asked = decision.id
        desk.repository.put_batch(batch)


def refusals_of(batch: Batch, decision: Decision) -> Sequence[Reason]:
    """Return the reasons to refuse a decision about a batch. A later chunk (`seen` is 0) skips the revision check."""
    if decision.values[ROLE] != OFFICER and decision.by != batch.opened_by:
        return [Reason("19212", {"who": decision.by, "opened_by": batch.opened_by})]
    if decision.seen not in {0, batch.revision}:
        return [Reason("19211", {"seen": str(decision.seen), "revision": str(batch.revision)})]
    try:
        lifecycle.transition_of(
            batch.state, "join" if decision.action in {"add", "remove"} else decision.action, "batch"
        )
    except lifecycle.NotAllowed as error:
        return [refusal_of_action(error, "batch")]
    if decision.action == "declare" and not batch.members:
        return [Reason("19213", {"batch_no": batch.batch_no})]
    return []


def _open_batch(decision: Decision, desk: BatchDesk) -> None:
    where = (decision.values["flow"], decision.values["customs_code"], decision.values["trade_mode"])
    open_batch(manual_opening_of(*where, decision.id), *where, decision.by, desk, decision.id)
    desk.answer_done(decision.id)


def _carry_out(batch: Batch, decision: Decision, desk: BatchDesk) -> None:
    action = decision.action
    if action == "declare":
        declare_batch(batch, decision.by, desk, decision.id)
    elif action == "review":
        _decide_review(batch, decision, desk)
    elif action in {"add", "remove"}:
        _change_members(batch, decision, desk)
        return
    else:
        raise ValueError(f"Customs has no decision {action!r} about a batch.")
    desk.answer_done(decision.id)


def _decide_review(batch: Batch, decision: Decision, desk: BatchDesk) -> None:
    """Have every list inspected, whatever the results of the samples."""
    batch.advance("review")
    batch.revision += 1
    ordered = {"reason": decision.reason, "lists": str(batch.members), "by": decision.by}
    batch.reasons = (Reason("16002", ordered),) if decision.reason else ()
    add_event(batch, "batch_review", desk, batch.reasons, decision.by, decision.id)
    start_phase(batch, "inspect", desk)


def _change_members(batch: Batch, decision: Decision, desk: BatchDesk) -> None:
    """Add or remove the first `MEMBERS_PER_CHUNK` lists; send the rest as the next delivery."""
    lists = decision.values[LISTS]
    numbers, rest = lists[:MEMBERS_PER_CHUNK], lists[MEMBERS_PER_CHUNK:]
    pick = picking.add_members if decision.action == "add" else picking.remove_members
    refused = pick(batch, numbers, desk)
    batch.revision += not decision.values.get(CONTINUED)
    counts = {"done": str(len(numbers) - len(refused)), "refused": str(len(refused)), "left": str(len(rest))}
    reasons = [Reason(COUNTED_STATES, counts), *refused]
    add_event(batch, f"batch_{decision.action}", desk, reasons, decision.by, decision.id)
    if rest:
        values = {**decision.values, LISTS: rest, CONTINUED: True}
        desk.send(decision._replace(seen=0, values=values), "decision.batch")
    else:
        desk.answer_done(decision.id, reasons)
