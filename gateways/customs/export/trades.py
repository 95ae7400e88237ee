"""Finds the meeting of an export's documents, and joins those that belong together: by their exact keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gateways.customs.lists import logistics_key
from gateways.customs.repository import CustomsRepository
from gateways.records import Filed

PLACE = 60
"""Characters of a meeting's name, as the port cuts it."""
WAITS, USED = "L", "U"
"""Marks at a meeting: a list that waits there, one that was accepted there; each with its declaration's id."""


class Trade(NamedTuple):
    """A declared list with the partners that are there."""

    inventory: Filed
    order: Filed | None
    waybill: Filed | None
    collection: Filed | None
    collected: bool
    """Whether it needs the collection."""

    @property
    def partners(self) -> tuple[Filed, ...]:
        """The partners that have come."""
        return tuple([document for document in (self.order, self.waybill, self.collection) if document is not None])

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of the partners that it needs and that have not come."""
        wanted = [("export_order", self.order), ("export_waybill", self.waybill)]
        if self.collected:
            wanted.append(("collection", self.collection))
        return tuple([kind for kind, document in wanted if document is None])


def parcel_place(logistics_key: str) -> str:
    """The meeting of a parcel: its number, as the port cuts it."""
    return logistics_key.partition("|")[2][:PLACE]


def lists_of(filed: Iterable[Filed]) -> list[Filed]:
    """The export lists among documents that are declared."""
    return [document for document in filed if document.kind == "export_inventory" and document.state == "declared"]


def trades(lists: Iterable[Filed], collected: bool, repository: CustomsRepository) -> list[Trade]:
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
            Trade(
                document,
                here.get(("export_order", document.key)),
                waybill,
                here.get(("collection", document.key)),
                collected,
            )
        )
    return joined


def marked(topic: str, places: Iterable[str], repository: CustomsRepository) -> set[int]:
    """The declarations that have left a mark of a kind at these meetings."""
    return {
        int(mark[1:])
        for place in places
        for mark in repository.answered(place)
        if mark[:1] == topic and mark[1:].isdigit()
    }
