"""Finds the meetings, lists and parcels that a batch of the export desk locks before it is handled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gateways.customs.export.examination import stock_of
from gateways.customs.export.goods import Work, share
from gateways.customs.export.notes import piece_of
from gateways.customs.export.trades import PLACE, USED, WAITS, lists_of, parcel_place, trades
from gateways.customs.lists import logistics_key
from gateways.customs.repository import CustomsRepository
from gateways.records import Filed

KEEPS, ALL = 0, 2
NAMES: Mapping[str, tuple[str, int]] = {
    "export.order": ("export", ALL),
    "export.collection": ("export", ALL),
    "export.waybill": ("export", ALL),
    "export.inventory": ("export", ALL),
    "export.consolidation": ("place", KEEPS),
    "export.arrival_note": ("place", KEEPS),
    "export.departure_note": ("place", KEEPS),
    "deadline.parts": ("place", KEEPS),
    "goods.consolidated": ("piece", KEEPS),
    "goods.arrived": ("piece", KEEPS),
    "goods.departed": ("piece", KEEPS),
    "goods.left": ("note", KEEPS),
    "goods.late": ("piece", KEEPS),
    "deadline.departure": ("place", KEEPS),
    "office.asked": ("nothing", KEEPS),
    "office.answered": ("declaration", KEEPS),
    "export.cancellation": ("document", ALL),
    "export.refund": ("document", KEEPS),
    "export.tally": ("document", ALL),
}
"""What a topic's payloads name, and how much of what that holds may change (see `customs.reach`)."""


def around(places: Collection[str], repository: CustomsRepository) -> set[str]:
    """Besides these meetings those of the waybills that lists there name, of the lists that name waybills there, and of
    lists that have left a mark at any of them: two carriers may assign the same number.

    Only read: a list or waybill that is filed at this moment is locked when it is handled.
    """
    if not places:
        return set()
    filed = repository.filed_at(sorted(places), ("export_inventory", "export_waybill"))
    keys = {document.key for document in filed if document.kind == "export_waybill"}
    keys |= {logistics_key(document.facts) for document in filed if document.kind == "export_inventory"}
    near = {*map(parcel_place, keys), *repository.orders("parcel", sorted(keys))} - {""}
    marks = repository.marks_at(sorted({*places, *near}))
    left = sorted(int(mark[1:]) for mark in marks if mark[:1] in {WAITS, USED} and mark[1:].isdigit())
    return near | set(repository.orders("declaration", left))


def complete(places: Collection[str], repository: CustomsRepository) -> tuple[set[str], set[tuple[str, str]]]:
    """Parcels and stock of the lists at these meetings, which are held, that may be accepted now."""
    met = repository.meet(sorted(places))
    here = [
        document
        for filed in met.values()
        for document in lists_of(filed)
        if parcel_place(logistics_key(document.facts)) in places
    ]  # another of the same order number is not queried
    parcels: set[str] = set()
    stock: set[tuple[str, str]] = set()
    for trade in trades(here, False, repository):
        if not trade.missing:
            parcels.add(logistics_key(trade.inventory.facts))
            stock.update(stock_of(trade.inventory.facts))
    return parcels, stock


def pieces(topic: str, payloads: Sequence[Work], repository: CustomsRepository) -> tuple[set[str], set[str]]:
    """Meetings and parcels that a batch's pieces of notes name, as far as the batch will work them off."""
    now, _later = share(payloads)
    filed = repository.documents(sorted({work.document_id for work in now}))
    parcels = {key for work in now for key in piece_of(work, filed)}
    places = set(repository.orders("parcel", sorted(parcels)))
    if topic == "goods.late":
        places |= {document.order_no for document in filed.values()}
    return places, parcels


def returned(filed: Filed, repository: CustomsRepository) -> set[str]:
    """The meetings of a return request (213) or a tally (215) besides its own: that of the parcel that comes back, and
    of the list that it names or that the request waiting for this parcel names."""
    place = filed.facts.logistics_no[:PLACE]
    waiting = [int(mark[1:]) for mark in repository.marks_at([place]) if mark[:1] == "R" and mark[1:].isdigit()]
    return {place, *repository.orders("invt_no", [filed.facts.invt_no]), *repository.orders("request", waiting)}
