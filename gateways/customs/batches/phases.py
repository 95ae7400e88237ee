"""The phases of a batch, each for one chunk of members: gather inputs of the draw, inspect, release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.batches.sampling import HELD, INSPECTED_WITH_BATCH
from declarations.reasons import Reason
from gateways.customs import list_holds, risk_lane
from gateways.customs.batches import drawing
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.batches.members import awaits_lane, dismiss_member
from gateways.customs.batches.repository import Batch, BatchDesk
from gateways.customs.outcome import make_event
from gateways.customs.repository import Declaration

Lists = Mapping[int, Declaration]


def _dismiss_missing(batch: Batch, members: Sequence[BatchMember], desk: BatchDesk) -> None:
    for member in members:
        if member.state == "reserved":
            dismiss_member(batch, member, "missing", desk.repository)


def gather_members(batch: Batch, members: Sequence[BatchMember], lists: Lists, desk: BatchDesk) -> None:
    """Store the inputs of the draw with each waiting member; give up places whose list has not come."""
    _dismiss_missing(batch, members, desk)
    waiting = [
        (member, declaration)
        for member in members
        if member.state == "waiting" and awaits_lane(declaration := lists[member.declaration_id])
    ]
    documents = desk.repository.documents([declaration.document_id for _, declaration in waiting])
    companies = desk.repository.companies(sorted({declaration.ebc_code for _, declaration in waiting}))
    for member, declaration in waiting:
        member.draw = drawing.batch_list_of(
            declaration, documents[declaration.document_id].facts, companies.get(declaration.ebc_code), desk
        )
        desk.repository.put_member(member)


def inspect_samples(batch: Batch, members: Sequence[BatchMember], lists: Lists, desk: BatchDesk) -> None:
    """Inspect the samples; a list that an officer has taken into review since the draw is no longer a sample."""
    for member in members:
        declaration = lists[member.declaration_id]
        if awaits_lane(declaration) and declaration.batch_id == batch.id:
            drawn = {"why": member.draw["why"], "number": str(member.draw["number"] or "")}
            _inspect(declaration, [Reason("14500", drawn, _sampling_law(batch))], desk)
            desk.repository.put_declaration(declaration)
        elif not declaration.lane:
            member.state = "waiting"
            batch.drawn, batch.awaited = batch.drawn - 1, batch.awaited - 1
            desk.repository.put_member(member)


def inspect_all(batch: Batch, members: Sequence[BatchMember], lists: Lists, desk: BatchDesk) -> None:
    """Inspect every list that was not sampled; the samples that passed continue."""
    for member in members:
        declaration = lists[member.declaration_id]
        if member.state == "waiting" and declaration.batch_id == batch.id and awaits_lane(declaration):
            member.state = "inspected"
            with_batch = Reason(INSPECTED_WITH_BATCH, {"batch_no": batch.batch_no}, _sampling_law(batch))
            _inspect(declaration, [with_batch], desk, Reason("14500", {}))
            desk.repository.put_member(member)
            desk.repository.put_declaration(declaration)
    release_members(batch, [member for member in members if member.state != "inspected"], lists, desk)


def _sampling_law(batch: Batch) -> tuple[str, ...]:
    """The ids of the dated values by which the samples of a batch were drawn."""
    return tuple(batch.verdict.get("parameters", ()))


def _inspect(declaration: Declaration, reasons: Sequence[Reason], desk: BatchDesk, told: Reason | None = None) -> None:
    declaration.lane = drawing.INSPECTION
    risk_lane.inspect(declaration, reasons, desk, told)


def release_members(batch: Batch, members: Sequence[BatchMember], lists: Lists, desk: BatchDesk) -> None:
    """Continue the members that are accepted or concluded; hold those still in review or inspection."""
    leaving = (lists[member.declaration_id] for member in members)
    # prefetch in one query, instead of one for each member
    desk.repository.parcels(sorted({declaration.logistics_key for declaration in leaving if declaration.flow == "E"}))
    list_holds.read_together((lists[member.declaration_id] for member in members), desk)
    for member in members:
        declaration = lists[member.declaration_id]
        if declaration.batch_id != batch.id or member.state == "going":
            continue  # has left the batch or continued already
        if declaration.state in {"accepted", "concluded"}:
            continue_member(member, declaration, desk)
        elif member.state != "held":
            why = Reason(HELD if member.state == "failed" else "19206", {"batch_no": batch.batch_no})
            member.state, batch.held = "held", batch.held + 1
            desk.add_event(make_event(declaration, desk.now, "batch_held", [why]))
            desk.repository.put_member(member)


def continue_member(member: BatchMember, declaration: Declaration, desk: BatchDesk) -> None:
    """Continue a member: an import to its tax assessment, an export to its release."""
    before, member.state = declaration.state, "going"
    desk.repository.put_member(member)
    risk_lane.proceed(declaration, desk)
    if declaration.state != before:  # an import only requests its assessment, which leaves its row unchanged
        desk.repository.put_declaration(declaration)
