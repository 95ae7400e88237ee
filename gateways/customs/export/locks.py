"""Finds the meetings, parcels and stock that a batch about exports locks before it is handled."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gateways.customs.export.examination import stock_keys_of
from gateways.customs.export.goods import Work, split_pieces
from gateways.customs.export.notes import piece_of
from gateways.customs.export.trades import PARCEL_PREFIX, join_trades, lists_of, meeting_of_parcel
from gateways.customs.lists import logistics_key_of
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
    filed_documents = repository.filed_at(sorted(places), ("export_inventory", "export_waybill"))
    keys = {document.key for document in filed_documents if document.kind == "export_waybill"}
    keys |= {logistics_key_of(document.facts) for document in filed_documents if document.kind == "export_inventory"}
    related = {*map(meeting_of_parcel, keys), *repository.orders("parcel", sorted(keys))} - {""}
    marks = repository.marks_at(sorted({*places, *related}))
    marked_ids = sorted(mark.id for mark in marks if mark.kind in {MarkKind.WAITING, MarkKind.USED})
    return related | set(repository.orders("declaration", marked_ids))


def rows_of_complete_exports(
    places: Collection[str], repository: CustomsRepository
) -> tuple[set[str], set[tuple[str, str]]]:
    """Return parcels and stock of the lists at these locked meetings that may be accepted now."""
    met = [document for filed in repository.load_meetings(sorted(places)).values() for document in lists_of(filed)]
    # a list with the same order number whose waybill's meeting is not locked is left out
    lists = [document for document in met if meeting_of_parcel(logistics_key_of(document.facts)) in places]
    parcels, stock = set[str](), set[tuple[str, str]]()
    for trade in join_trades(lists, False, repository):
        if not trade.missing:
            parcels.add(logistics_key_of(trade.inventory.facts))
            stock.update(stock_keys_of(trade.inventory.facts))
    return parcels, stock


def rows_of_pieces(payloads: Sequence[Work], late: bool, repository: CustomsRepository) -> tuple[set[str], set[str]]:
    """Return the meetings and parcels of the pieces of notes that this batch will handle."""
    now, _later = split_pieces(payloads)
    documents_by_id = repository.documents(sorted({work.document_id for work in now}))
    parcels = {key for work in now for key in piece_of(work, documents_by_id)}
    places = set(repository.orders("parcel", sorted(parcels)))
    if late:
        places |= {document.order_no for document in documents_by_id.values()}
    return places, parcels


def orders_of_return(document: FiledDocument, repository: CustomsRepository) -> set[str]:
    """Return the further meetings of a return request (213) or a tally (215): of the returned parcel, of the list that
    it names, and of the lists of requests that wait for the parcel."""
    place = document.facts.logistics_no[:PARCEL_PREFIX]
    waiting = [mark.id for mark in repository.marks_at([place]) if mark.kind is MarkKind.RETURN_AWAITED]
    return {place, *repository.orders("invt_no", [document.facts.invt_no]), *repository.orders("request", waiting)}
