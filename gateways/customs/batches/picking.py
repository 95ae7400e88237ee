"""Manual adding and removing of lists, by list number, order number or business key (merchant|order number)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.batches.opening import BATCH_FULL, IN_ANOTHER_BATCH, LANE_ALREADY_DRAWN
from declarations.lifecycle import state_values
from declarations.reasons import Reason
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.batches.members import continue_without_batch, dismiss_member, max_members, reserve_member
from gateways.customs.batches.opening import refusals_to_join
from gateways.customs.batches.repository import CURRENT_STATES, Batch, BatchDesk, BatchRepository
from gateways.customs.repository import Declaration


def add_members(batch: Batch, given_numbers: Sequence[str], desk: BatchDesk) -> list[Reason]:
    """Reserve a place for each list, which joins when its lane is due; return the reasons for lists refused."""
    lists = desk.repository.named(given_numbers)
    places = _current_members(batch, lists, given_numbers, desk.repository)
    refused = []
    for number in dict.fromkeys(given_numbers):
        declarations = _declarations_of_flow(batch, lists.get(number, ()))
        refusal = _refusals_to_add(batch, number, declarations, places.get(number), desk)
        if refusal is not None:
            refused.append(refusal)
            continue
        places[number] = reserve_member(batch, declarations[0].key if declarations else number, desk.repository)
    return refused


def _names_of(number: str, declarations: Sequence[Declaration]) -> list[str]:
    """The keys under which a place may be reserved for the lists that `number` refers to."""
    return [number, *(name for declaration in declarations for name in (declaration.key, declaration.order_no))]


def _declarations_of_flow(batch: Batch, declarations: Sequence[Declaration]) -> Sequence[Declaration]:
    """The declarations of the batch's direction; if there are none all of them, which are then refused as such."""
    return [declaration for declaration in declarations if declaration.flow == batch.flow] or declarations


def _current_members(
    batch: Batch, lists: Mapping[str, Sequence[Declaration]], given_numbers: Sequence[str], repository: BatchRepository
) -> dict[str, BatchMember]:
    """Existing places of the batch's direction, by the requested number."""
    names = {number: _names_of(number, lists.get(number, ())) for number in given_numbers}
    kept = {
        member.key: member
        for member in repository.reserved([name for some in names.values() for name in some])
        if member.flow == batch.flow
    }
    return {number: kept[name] for number, some in names.items() for name in some if name in kept}


def _refusals_to_add(
    batch: Batch, number: str, declarations: Sequence[Declaration], place: BatchMember | None, desk: BatchDesk
) -> Reason | None:
    """The first reason not to add a list; None if it can be added."""
    if batch.members >= max_members(desk):
        return Reason(BATCH_FULL, {"key": number, "batch_no": batch.batch_no, "most": str(max_members(desk))})
    if place is not None and place.state == "reserved":
        return Reason("19222", {"number": number})
    if len(declarations) > 1:
        return Reason("19223", {"number": number, "count": str(len(declarations))})
    return _refusal_to_join(batch, number, declarations[0], desk) if declarations else None


def _refusal_to_join(batch: Batch, number: str, declaration: Declaration, desk: BatchDesk) -> Reason | None:
    if declaration.batch_id == batch.id:
        return Reason(IN_ANOTHER_BATCH, {"key": number, "batch_no": batch.batch_no, "other": batch.batch_no})
    if declaration.lane:
        return Reason(
            LANE_ALREADY_DRAWN, {"key": number, "batch_no": batch.batch_no, **state_values(declaration.state)}
        )
    return next(iter(refusals_to_join(declaration, batch, desk)), None)


def remove_members(batch: Batch, given_numbers: Sequence[str], desk: BatchDesk) -> list[Reason]:
    """Remove members, which continue without the batch, and free places; return the reasons for lists refused."""
    lists = desk.repository.named(given_numbers)
    places = _current_members(batch, lists, given_numbers, desk.repository)
    members = _members_of(batch, lists, desk.repository)
    refused, leaving = list[Reason](), list[Declaration]()
    for number in dict.fromkeys(given_numbers):
        inside = [declaration for declaration in lists.get(number, ()) if declaration.batch_id == batch.id]
        place = places.get(number)
        if len(inside) == 1 and (member := members.get(inside[0].id)) is not None:
            dismiss_member(batch, member, "removed", desk.repository)
            inside[0].batch_id = 0  # the same list may be requested under a second number
            leaving.append(inside[0])
        elif place is not None and (place.batch_id, place.state) == (batch.id, "reserved"):
            dismiss_member(batch, place, "removed", desk.repository)
        else:
            refused.append(Reason("19227", {"number": number}))
    continue_without_batch(leaving, desk)
    return refused


def _members_of(
    batch: Batch, lists: Mapping[str, Sequence[Declaration]], repository: BatchRepository
) -> dict[int, BatchMember]:
    """The current members of the batch among `lists`, by declaration id."""
    inside = [
        declaration.id for of_number in lists.values() for declaration in of_number if declaration.batch_id == batch.id
    ]
    return {
        member.declaration_id: member
        for member in repository.members_of(inside)
        if member.batch_id == batch.id and member.state in CURRENT_STATES
    }
