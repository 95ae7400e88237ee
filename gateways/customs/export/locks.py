"""Finds the meetings, lists and parcels that a batch of the export desk locks before it is handled."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gateways.customs.export.examination import stock_of
from gateways.customs.export.goods import Work, share
from gateways.customs.export.notes import piece_of
from gateways.customs.export.trades import PLACE, lists_of, parcel_place, trades
from gateways.customs.lists import logistics_key
from gateways.customs.marks import MarkKind
from gateways.customs.repository import CustomsRepository
from gateways.records import FiledDocument


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
    left = sorted(mark.id for mark in marks if mark.kind in {MarkKind.WAITING, MarkKind.USED})
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


def pieces(payloads: Sequence[Work], late: bool, repository: CustomsRepository) -> tuple[set[str], set[str]]:
    """Meetings and parcels that a batch's pieces of notes name, as far as the batch will work them off."""
    now, _later = share(payloads)
    filed = repository.documents(sorted({work.document_id for work in now}))
    parcels = {key for work in now for key in piece_of(work, filed)}
    places = set(repository.orders("parcel", sorted(parcels)))
    if late:
        places |= {document.order_no for document in filed.values()}
    return places, parcels


def returned(filed: FiledDocument, repository: CustomsRepository) -> set[str]:
    """The meetings of a return request (213) or a tally (215) besides its own: that of the parcel that comes back, and
    of the list that it names or that the request waiting for this parcel names."""
    place = filed.facts.logistics_no[:PLACE]
    waiting = [mark.id for mark in repository.marks_at([place]) if mark.kind is MarkKind.RETURN_AWAITED]
    return {place, *repository.orders("invt_no", [filed.facts.invt_no]), *repository.orders("request", waiting)}
