"""Finds the rows of a list's story and the numbers under which they are stored. Imports and exports never share a
story.
The rows of an import are stored under its order number. Of an export, only order, collection and list are; its waybill
is stored under the waybill number, a transport note or request under its sender's number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, func, select

from gateways.customs.export.notes import NOTES
from gateways.customs.outcome import KIND_OF_LIST
from gateways.customs.repository import Declaration
from schemas import catalogue
from single_window.receipts import rows as receipts
from single_window.store.tables import document, request

SHARED = frozenset(
    kind
    for kind, handling in catalogue.handled().items()
    if handling.of_order and catalogue.by_kind(kind).flow == "export"
)
"""Export documents that are stored under the order number."""
_OF_MERCHANT = frozenset({"inventory", "tax_bill", "order"})
MAX_NOTE_PARTS = 50
"""Maximum number of note parts queried for one parcel."""
Concerns = Callable[[str, str], bool]
"""Tells from kind and business key whether a document, receipt or timeline row belongs to the story."""


class Gathered(NamedTuple):
    """The rows of a story: conditions for its documents, the numbers (`places`) under which its timeline and receipts
    are stored, and a filter (`mine`) for those found there."""

    where: tuple[ColumnElement[bool], ...]
    """Conditions on documents, combined with OR."""
    places: tuple[str, ...]
    concerns: Concerns
    unplaced: tuple[str, str] = ("", "")
    """Kind and key of a document whose receipts are stored under no number."""


def flow_of(kind: str) -> str:
    """Return the flow of a kind of document: E for exports only, else I."""
    try:
        return "E" if catalogue.by_kind(kind).flow == "export" else "I"
    except catalogue.UnknownMessage:
        return "I"


def of_list(connection: Connection, sandbox: str, declaration: Declaration) -> Gathered:
    """Return where the rows of a list's story are stored."""
    return _of_export(connection, sandbox, declaration) if declaration.flow == "E" else _of_import(declaration)


def of_number(order_no: str, flow: str) -> Gathered:
    """Return where the rows of an order without a declaration are stored, for one flow."""
    if flow == "E":
        return Gathered(
            (and_(document.c.order_no == order_no, document.c.kind.in_(sorted(SHARED))),),
            (order_no,),
            lambda kind, _: kind in SHARED,
        )
    return Gathered(
        (and_(document.c.order_no == order_no, document.c.kind.in_(_kinds("I"))),),
        (order_no,),
        lambda kind, _: flow_of(kind) == "I",
    )


def _kinds(flow: str) -> list[str]:
    return sorted({entry.kind for entry in catalogue.entries() if not entry.receipt and flow_of(entry.kind) == flow})


def _of_import(declaration: Declaration) -> Gathered:
    """Two merchants may use the same order number, so documents keyed by merchant are matched by key."""

    def concerns(kind: str, key: str) -> bool:
        return flow_of(kind) == "I" and (kind not in _OF_MERCHANT or key == declaration.key)

    named = document.c.order_no == declaration.order_no if declaration.order_no else document.c.key == declaration.key
    where = [and_(document.c.kind.in_(_kinds("I")), named)]
    parcel = declaration.logistics_key
    if parcel:
        where.append(and_(document.c.kind == "waybill_status", document.c.key == parcel))
    return Gathered(tuple(where), (declaration.order_no,), concerns, ("waybill_status", parcel))


def _of_export(connection: Connection, sandbox: str, declaration: Declaration) -> Gathered:
    papers = {
        ("export_order", declaration.key),
        ("collection", declaration.key),
        (KIND_OF_LIST["E"], declaration.key),
        ("export_waybill", declaration.logistics_key),
    }
    places = {declaration.order_no, declaration.logistics_key.partition("|")[2][:60]}
    for kind, key, place in (
        *_requests(connection, sandbox, declaration.id),
        *meetings_naming(connection, sandbox, declaration.logistics_key),
    ):
        papers.add((kind, key))
        places.add(place)
    return Gathered(_numbers_among(papers), tuple(sorted(places - {""})), lambda kind, key: (kind, key) in papers)


def _numbers_among(papers: Iterable[tuple[str, str]]) -> tuple[ColumnElement[bool], ...]:
    keys: dict[str, list[str]] = {}
    for kind, key in sorted(papers):
        keys.setdefault(kind, []).append(key)
    return tuple(and_(document.c.kind == kind, document.c.key.in_(some)) for kind, some in keys.items())


def _requests(connection: Connection, sandbox: str, declaration_id: int) -> Sequence[Any]:
    """Return (kind, key, order number) of a list's cancellations, returns and tallies."""
    return connection.execute(
        select(request.c.kind, request.c.key, func.coalesce(document.c.order_no, ""))
        .outerjoin(document, document.c.id == request.c.document_id)
        .where(request.c.sandbox == sandbox, request.c.declaration_id == declaration_id)
    ).all()


def meetings_naming(connection: Connection, sandbox: str, logistics_key: str) -> Sequence[Any]:
    """Return the note parts that contain a parcel, as (kind, key, sender's number).

    There is no index from parcels to notes, so the database scans the notes of the sandbox.
    """
    carrier, _, number = logistics_key.partition("|")
    if not number:
        return ()
    rows = connection.execute(
        select(document.c.kind, document.c.key, document.c.order_no)
        .where(
            document.c.sandbox == sandbox,
            document.c.kind.in_(NOTES),
            document.c.state != "deleted",
            contains_text(connection, document.c.facts, msgspec.json.encode(number)),
            contains_text(connection, document.c.facts, msgspec.json.encode(carrier)),
        )
        .order_by(document.c.id)
        .limit(MAX_NOTE_PARTS)
    ).all()
    return rows


def contains_text(connection: Connection, column: Any, part: bytes) -> ColumnElement[bool]:
    """Return the condition that a bytes column contains `part`."""
    if connection.dialect.name == "sqlite":
        return func.instr(column, part) > 0
    return func.pg_catalog.position(column, part) > 0


def answers_of(connection: Connection, sandbox: str, gathered: Gathered) -> list[tuple[str, receipts.Receipt]]:
    """Return the receipts of a story as (mailbox, receipt), ordered by time."""
    found = [
        pair
        for pair in receipts.of_orders(connection, sandbox, [place for place in gathered.places if place])
        if gathered.concerns(pair[1].kind, pair[1].key)
    ]
    kind, key = gathered.unplaced
    if key:
        found += receipts.of_keys(connection, sandbox, kind, [key])
    return sorted(found, key=lambda pair: pair[1].return_time)
