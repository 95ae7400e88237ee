"""Lists are added and taken out by hand, by list number, order number or business key (merchant|order number)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.batches.opening import FULL, IN_ANOTHER, TOO_FAR
from declarations.reasons import Reason
from gateways.customs.batches.members import alone, dismiss, most, reserve
from gateways.customs.batches.opening import against
from gateways.customs.batches.repository import HERE, Batch, BatchDesk, BatchRepository, Member
from gateways.customs.repository import Declaration


def add(batch: Batch, numbers: Sequence[str], desk: BatchDesk) -> list[Reason]:
    """A place is kept for each list, which takes it where its lane would be drawn; gives what stands against others."""
    lists = desk.repository.named(numbers)
    places = _places(batch, lists, numbers, desk.repository)
    refused = []
    for number in dict.fromkeys(numbers):
        found = _of_flow(batch, lists.get(number, ()))
        refusal = _against(batch, number, found, places.get(number), desk)
        if refusal is not None:
            refused.append(refusal)
            continue
        places[number] = reserve(batch, found[0].key if found else number, desk.repository)
    return refused


def _names(number: str, found: Sequence[Declaration]) -> list[str]:
    """What a place may be kept under for a list that is called by this number."""
    return [number, *(name for one in found for name in (one.key, one.order_no))]


def _of_flow(batch: Batch, found: Sequence[Declaration]) -> Sequence[Declaration]:
    """Of an import and an export that share a number the batch's; what is only of the other direction is told so."""
    return [one for one in found if one.flow == batch.flow] or found


def _places(
    batch: Batch, lists: Mapping[str, Sequence[Declaration]], numbers: Sequence[str], repository: BatchRepository
) -> dict[str, Member]:
    """Places of the batch's direction that are kept already, by the number that is named now."""
    names = {number: _names(number, lists.get(number, ())) for number in numbers}
    kept = {
        one.key: one
        for one in repository.reserved([name for some in names.values() for name in some])
        if one.flow == batch.flow
    }
    return {number: kept[name] for number, some in names.items() for name in some if name in kept}


def _against(
    batch: Batch, number: str, found: Sequence[Declaration], place: Member | None, desk: BatchDesk
) -> Reason | None:
    """The first thing that stands against adding a list; None: it can be added."""
    if batch.members >= most(desk):
        return Reason(FULL, {"key": number, "batch_no": batch.batch_no, "most": str(most(desk))})
    if place is not None and place.state == "reserved":
        return Reason("19222", {"number": number})
    if len(found) > 1:
        return Reason("19223", {"number": number, "count": str(len(found))})
    if not found:
        return None
    if found[0].batch_id == batch.id:
        return Reason(IN_ANOTHER, {"key": number, "batch_no": batch.batch_no, "other": batch.batch_no})
    if found[0].lane:
        return Reason(TOO_FAR, {"key": number, "batch_no": batch.batch_no, "state": found[0].state})
    return next(iter(against(found[0], batch, desk)), None)


def remove(batch: Batch, numbers: Sequence[str], desk: BatchDesk) -> list[Reason]:
    """Members leave and go on by themselves, places are given up; gives what stands against the others."""
    lists = desk.repository.named(numbers)
    places = _places(batch, lists, numbers, desk.repository)
    members = {
        one.declaration_id: one
        for one in desk.repository.members_of(
            [one.id for found in lists.values() for one in found if one.batch_id == batch.id]
        )
        if one.batch_id == batch.id and one.state in HERE
    }
    refused, leaving = list[Reason](), list[Declaration]()
    for number in dict.fromkeys(numbers):
        inside = [one for one in lists.get(number, ()) if one.batch_id == batch.id]
        place = places.get(number)
        if len(inside) == 1 and (member := members.get(inside[0].id)) is not None:
            dismiss(batch, member, "removed", desk.repository)
            inside[0].batch_id = 0  # it may be named twice
            leaving.append(inside[0])
        elif place is not None and (place.batch_id, place.state) == (batch.id, "reserved"):
            dismiss(batch, place, "removed", desk.repository)
        else:
            refused.append(Reason("19227", {"number": number}))
    alone(leaving, desk)
    return refused
