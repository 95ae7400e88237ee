"""What is done with a few hundred members at a time: gather what they are drawn from, inspect, hand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.batches.sampling import HELD, INSPECTED_WITH_BATCH
from declarations.reasons import Reason
from gateways.customs import lanes
from gateways.customs.batches import drawing
from gateways.customs.batches.members import dismiss, waits
from gateways.customs.batches.memory import Batch, BatchMemory, Member
from gateways.customs.memory import Declaration
from gateways.customs.outcome import event
from gateways.gateway import Answers, Circumstances

Lists = Mapping[int, Declaration]


def gather(batch: Batch, members: Sequence[Member], lists: Lists, memory: BatchMemory, circumstances: Circumstances,
           answers: Answers) -> None:
    """Keep what each member that waits is drawn from; a place whose list has not come is given up."""
    for member in members:
        if member.state == "reserved":
            dismiss(batch, member, "missing", memory)
    waiting = [(one, declaration) for one in members if one.state == "waiting"
               and waits(declaration := lists[one.declaration_id])]
    documents = memory.documents([declaration.document_id for _, declaration in waiting])
    companies = memory.companies(sorted({declaration.ebc_code for _, declaration in waiting}))
    for member, declaration in waiting:
        member.draw = drawing.inputs(declaration, documents[declaration.document_id].facts,
                                     companies.get(declaration.ebc_code), circumstances)
        memory.put_member(member)


def inspect_samples(batch: Batch, members: Sequence[Member], lists: Lists, memory: BatchMemory,
                    circumstances: Circumstances, answers: Answers) -> None:
    """Have the samples inspected; one that an officer has taken up since it was drawn is no sample any more."""
    for member in members:
        declaration = lists[member.declaration_id]
        if waits(declaration) and declaration.batch_id == batch.id:
            drawn = {"why": member.draw["why"], "number": str(member.draw["number"] or "")}
            _inspect(declaration, [Reason("14500", drawn)], circumstances, answers)
            memory.put_declaration(declaration)
        elif not declaration.lane:
            member.state = "waiting"
            batch.drawn, batch.awaited = batch.drawn - 1, batch.awaited - 1
            memory.put_member(member)


def inspect_all(batch: Batch, members: Sequence[Member], lists: Lists, memory: BatchMemory,
                circumstances: Circumstances, answers: Answers) -> None:
    """Have every list inspected that was not; the samples that passed go on."""
    for member in members:
        declaration = lists[member.declaration_id]
        if member.state == "waiting" and declaration.batch_id == batch.id and waits(declaration):
            member.state = "inspected"
            with_batch = Reason(INSPECTED_WITH_BATCH, {"batch_no": batch.batch_no})
            _inspect(declaration, [Reason("14500", {}), with_batch], circumstances, answers)
            memory.put_member(member)
            memory.put_declaration(declaration)
    release(batch, [one for one in members if one.state != "inspected"], lists, memory, circumstances, answers)


def _inspect(declaration: Declaration, reasons: Sequence[Reason], circumstances: Circumstances,
             answers: Answers) -> None:
    declaration.lane = drawing.INSPECTION
    lanes.inspect(declaration, reasons, circumstances, answers)


def release(batch: Batch, members: Sequence[Member], lists: Lists, memory: BatchMemory, circumstances: Circumstances,
            answers: Answers) -> None:
    """Hand on what is in order; what an officer or an inspector still has in hand is held."""
    leaving = (lists[member.declaration_id] for member in members)
    memory.parcels(sorted({one.logistics_key for one in leaving if one.flow == "E"}))  # asked for together, not by each
    for member in members:
        declaration = lists[member.declaration_id]
        if declaration.batch_id != batch.id or member.state == "going":
            continue  # come to its end, or handed on a moment ago
        if declaration.state in {"accepted", "concluded"}:
            go(member, declaration, memory, circumstances, answers)
        elif member.state != "held":
            why = Reason(HELD if member.state == "failed" else "19206", {"batch_no": batch.batch_no})
            member.state, batch.held = "held", batch.held + 1
            answers.timeline.append(event(declaration, circumstances.now, "batch_held", [why]))
            memory.put_member(member)


def go(member: Member, declaration: Declaration, memory: BatchMemory, circumstances: Circumstances,
       answers: Answers) -> None:
    """Hand a member on: an import to tax, an export to its release."""
    before, member.state = declaration.state, "going"
    memory.put_member(member)
    lanes.proceed(declaration, memory, circumstances, answers)
    if declaration.state != before:  # an import has only asked for its tax: its row is left as it is
        memory.put_declaration(declaration)
