"""Finds the meetings, parcels and stock that a batch about exports locks before it is handled."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gateways.customs.export.examination import stock_of
from gateways.customs.export.goods import Work, split_pieces
from gateways.customs.export.notes import piece_of
from gateways.customs.export.trades import PLACE, lists_of, parcel_place, trades
from gateways.customs.lists import logistics_key
from gateways.customs.marks import MarkKind
from gateways.customs.repository import CustomsRepository
from gateways.records import FiledDocument


def related_meetings(places: Collection[str], repository: CustomsRepository) -> set[str]:
    """Return the meetings related to `places`: of the waybills that lists there name, of the lists that name waybills
    there, and of lists with a mark at any of these (two carriers may assign the same number). Reads without locks: a
    list or waybill filed concurrently is locked when it is handled.
    """
    if not places:
        return set()
    filed = repository.filed_at(sorted(places), ("export_inventory", "export_waybill"))
    keys = {document.key for document in filed if document.kind == "export_waybill"}
    keys |= {logistics_key(document.facts) for document in filed if document.kind == "export_inventory"}
    related = {*map(parcel_place, keys), *repository.orders("parcel", sorted(keys))} - {""}
    marks = repository.marks_at(sorted({*places, *related}))
    marked_ids = sorted(mark.id for mark in marks if mark.kind in {MarkKind.WAITING, MarkKind.USED})
    return related | set(repository.orders("declaration", marked_ids))


def complete(places: Collection[str], repository: CustomsRepository) -> tuple[set[str], set[tuple[str, str]]]:
    """Return parcels and stock of the lists at these locked meetings that may be accepted now."""
    met = repository.meet(sorted(places))
    lists = [
        document
        for filed in met.values()
        for document in lists_of(filed)
        if parcel_place(logistics_key(document.facts)) in places
    ]  # a list with the same order number whose waybill's meeting is not locked is left out
    parcels: set[str] = set()
    stock: set[tuple[str, str]] = set()
    for trade in trades(lists, False, repository):
        if not trade.missing:
            parcels.add(logistics_key(trade.inventory.facts))
            stock.update(stock_of(trade.inventory.facts))
    return parcels, stock


def pieces(payloads: Sequence[Work], late: bool, repository: CustomsRepository) -> tuple[set[str], set[str]]:
    """Return the meetings and parcels of the pieces of notes that this batch will handle."""
    now, _later = split_pieces(payloads)
    filed = repository.documents(sorted({work.document_id for work in now}))
    parcels = {key for work in now for key in piece_of(work, filed)}
    places = set(repository.orders("parcel", sorted(parcels)))
    if late:
        places |= {document.order_no for document in filed.values()}
    return places, parcels


def returned(filed: FiledDocument, repository: CustomsRepository) -> set[str]:
    """Return the further meetings of a return request (213) or a tally (215): of the returned parcel, of the list that
    it names, and of the lists of requests that wait for the parcel."""
    place = filed.facts.logistics_no[:PLACE]
    waiting = [mark.id for mark in repository.marks_at([place]) if mark.kind is MarkKind.RETURN_AWAITED]
    return {place, *repository.orders("invt_no", [filed.facts.invt_no]), *repository.orders("request", waiting)}
