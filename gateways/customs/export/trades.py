"""Finds the meeting of an export's documents, and joins those that belong together: by their exact keys."""

from __future__ import annotations

from collections.abc import Iterable

from gateways.customs.lists import logistics_key
from gateways.customs.marks import MarkKind
from gateways.customs.repository import CustomsRepository
from gateways.customs.trade import JoinedExport
from gateways.records import FiledDocument

PLACE = 60
"""Characters of a meeting's name, as the port cuts it."""


def parcel_place(logistics_key: str) -> str:
    """The meeting of a parcel: its number, as the port cuts it."""
    return logistics_key.partition("|")[2][:PLACE]


def lists_of(filed: Iterable[FiledDocument]) -> list[FiledDocument]:
    """The export lists among documents that are declared."""
    return [document for document in filed if document.kind == "export_inventory" and document.state == "declared"]


def trades(lists: Iterable[FiledDocument], collected: bool, repository: CustomsRepository) -> list[JoinedExport]:
    """Each list with its partners, found by their exact keys; takes hold of the meetings of their waybills."""
    lists = list(lists)
    keys = {document.id: logistics_key(document.facts) for document in lists}
    met = repository.meet(
        sorted({*(document.order_no for document in lists), *map(parcel_place, keys.values())} - {""})
    )
    joined = []
    for document in lists:
        here = {(filed.kind, filed.key): filed for filed in met.get(document.order_no, ()) if filed.state == "declared"}
        waybill = next(
            (
                filed
                for filed in met.get(parcel_place(keys[document.id]), ())
                if filed.kind == "export_waybill" and filed.key == keys[document.id] and filed.state == "declared"
            ),
            None,
        )
        joined.append(
            JoinedExport(
                document,
                here.get(("export_order", document.key)),
                waybill,
                here.get(("collection", document.key)),
                collected,
            )
        )
    return joined


def marked(kind: MarkKind, places: Iterable[str], repository: CustomsRepository) -> set[int]:
    """The declarations, or requests, that have left a mark of a kind at these meetings."""
    return {mark.id for place in places for mark in repository.marks(place) if mark.kind is kind}
