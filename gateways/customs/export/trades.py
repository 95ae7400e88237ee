"""Joins the documents of an export trade by their exact keys, and finds those that came under other numbers. For
meetings see `CustomsRepository`."""

from __future__ import annotations

from collections.abc import Iterable

from declarations.export import comparing
from declarations.reasons import Reason
from gateways.customs.lists import logistics_key_of
from gateways.customs.marks import MarkKind
from gateways.customs.repository import CustomsDesk, CustomsRepository
from gateways.customs.trade import EXPORT, JoinedExport
from gateways.records import FiledDocument

PARCEL_PREFIX = 60
"""Maximum length of a meeting's key; the port cuts longer numbers."""


def meeting_of_parcel(logistics_key: str) -> str:
    """Return the key of a parcel's meeting: its waybill number, cut to `PARCEL_PREFIX` characters."""
    return logistics_key.partition("|")[2][:PARCEL_PREFIX]


def lists_of(filed_documents: Iterable[FiledDocument]) -> list[FiledDocument]:
    """Return the declared export lists among documents."""
    return [
        document for document in filed_documents if document.kind == "export_inventory" and document.state == "declared"
    ]


def join_trades(lists: Iterable[FiledDocument], collected: bool, repository: CustomsRepository) -> list[JoinedExport]:
    """Join each list with its partners, by their exact keys; locks the meetings of their waybills.

    `collected`: a collection (403) is required."""
    lists = list(lists)
    keys = {document.id: logistics_key_of(document.facts) for document in lists}
    by_meeting = repository.load_meetings(
        sorted({*(document.order_no for document in lists), *map(meeting_of_parcel, keys.values())} - {""})
    )
    joined = []
    for document in lists:
        partners = {
            (filed.kind, filed.key): filed
            for filed in by_meeting.get(document.order_no, ())
            if filed.state == "declared"
        }
        waybill = next(
            (
                filed
                for filed in by_meeting.get(meeting_of_parcel(keys[document.id]), ())
                if filed.kind == "export_waybill" and filed.key == keys[document.id] and filed.state == "declared"
            ),
            None,
        )
        joined.append(
            JoinedExport(
                document,
                partners.get(("export_order", document.key)),
                waybill,
                partners.get(("collection", document.key)),
                collected,
            )
        )
    return joined


def misnumbered(trade: JoinedExport, repository: CustomsRepository) -> list[FiledDocument]:
    """Return documents of the kinds that a list misses which came under other numbers: at its order or with the number
    of its waybill, where no other list has their keys."""
    places = [trade.inventory.order_no, meeting_of_parcel(logistics_key_of(trade.inventory.facts))]
    met = repository.load_meetings([place for place in dict.fromkeys(places) if place])
    filed = [document for documents in met.values() for document in documents]
    taken = {key for document in lists_of(filed) for key in (document.key, logistics_key_of(document.facts))}
    near = [document for document in filed if document.kind in trade.missing and document.key not in taken]
    return [document for document in near if document.state in {"declared", "accepted"}]


def differences(trade: JoinedExport, others: Iterable[FiledDocument], desk: CustomsDesk) -> list[Reason]:
    """Return in which numbers and companies the first document of each missing kind differs from its trade."""
    first = {document.kind: document for document in reversed(list(others)) if document.kind in trade.missing}
    if not first:
        return []
    order, waybill, collection = (
        document.facts if (document := present or first.get(kind)) is not None else None
        for kind, present in zip(EXPORT.partners, trade[1:4], strict=True)
    )
    reasons = comparing.compare(order, waybill, trade.inventory.facts, collection, desk.day, desk.law)
    return [reason for reason in reasons if reason.rule in comparing.OF_NUMBERS]


def meetings_with_mark(kind: MarkKind, places: Iterable[str], repository: CustomsRepository) -> set[int]:
    """Return the ids in marks of a kind (ids of declarations, or of requests) at these meetings."""
    return {mark.id for place in places for mark in repository.marks(place) if mark.kind is kind}
