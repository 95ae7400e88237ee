"""Lists, as the window's own events tell their goods: of a lot with a GTIN where an item of an account book has one
trace batch, else by the company's item number. An event belongs to the first mailbox of its list.

What may be other afterwards is kept with the change; the rest follows from it when the events are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, select

from declarations.documents import ExportInventory, Inventory, unpack
from declarations.money import decimal_of
from gateways.traceability.repository import BookKey, TraceBatch
from schemas.epcis.own_events import OwnGoods, goods_class, parcel
from single_window.store.bulk import array_value, in_array, per_dialect
from single_window.store.gateways.traceability import BATCHES
from single_window.store.own_told import Happened, Told, ToldGoods
from single_window.store.pending_changes import ListChange, PendingChanges
from single_window.store.prepared import fetch_all
from single_window.store.tables import declaration, document

LISTS: Mapping[str, tuple[str, type[Any]]] = MappingProxyType(
    {"inventory": ("I", Inventory), "export_inventory": ("E", ExportInventory)}
)
"""Kind of list → its flow, and the class of its facts."""
GoodsNames = Callable[[str, str], tuple[str, str]]
"""Account book and item → GTIN and lot, each empty unless it is the only one."""


@per_dialect
def _of_flow(sqlite: bool) -> Any:
    columns = declaration.c
    chosen = select(*columns["key", "invt_no", "ebc_code", "customs_code", "mailboxes"], document.c.facts)
    own = (columns.sandbox == bindparam("of_sandbox"), columns.flow == bindparam("of_flow"))
    with_document = chosen.join(document, document.c.id == columns.document_id)
    return with_document.where(*own, in_array(sqlite, columns.key, "keys"))


def changed_lists(connection: Connection, sandbox: str, happened: Sequence[Happened]) -> list[ListChange]:
    """Return what happened to lists that have a document, with the lists as they are now, by one query a flow."""
    found: dict[tuple[str, str], Any] = {}
    for kind, (flow, _) in LISTS.items():
        if keys := sorted({subject.key for subject in happened if subject.kind == kind}):
            values = {"of_sandbox": sandbox, "of_flow": flow, "keys": array_value(connection, keys)}
            found.update({(kind, row.key): row for row in fetch_all(connection, _of_flow(connection), values)})
    return [
        ListChange(*subject, row.invt_no, row.ebc_code, row.customs_code, row.mailboxes.partition(";")[0], row.facts)
        for subject in happened
        if (row := found.get(subject[:2])) is not None
    ]


def told_lists(connection: Connection, sandbox: str, pending: Sequence[PendingChanges]) -> list[Told]:
    """Return what is told of the lists of each of these changes, by one query of the batches of all account books."""
    facts = [[unpack(LISTS[change.kind][1], change.facts) for change in some.changes] for some in pending]
    books = _of_books(connection, sandbox, {listed.ems_no for of_some in facts for listed in of_some if listed.ems_no})
    found = []
    for some, of_some in zip(pending, facts, strict=True):
        names = _names_of(books, some.later)
        pairs = zip(some.changes, of_some, strict=True)
        found.append({(change.kind, change.key): _told_list(change, listed, names) for change, listed in pairs})
    return found


def _told_list(change: ListChange, listed: Any, names: GoodsNames) -> ToldGoods:
    goods = [
        OwnGoods(
            goods_class(
                change.ebc_code, line.item_no or line.item_record_no, *names(listed.ems_no, line.item_record_no)
            ),
            decimal_of(line.qty),
            line.unit,
        )
        for line in listed.lines
    ]
    return ToldGoods(
        goods,
        office_uri(change.customs_code),
        list_uri(change.invt_no or change.key),
        change.mailbox,
        parent=parcel(listed.logistics_code, listed.logistics_no) if listed.logistics_no else "",
    )


def office_uri(customs_code: str) -> str:
    """The URI of a customs office."""
    return f"urn:single-window:office:{customs_code}"


def list_uri(number: str) -> str:
    """The URI of a list by its number, or its key where customs has given it none."""
    return f"urn:single-window:list:{number.replace('|', ':')}"


def names_in_books(connection: Connection, sandbox: str, books: set[str]) -> GoodsNames:
    """Return what the items of account books are called now."""
    return _names_of(_of_books(connection, sandbox, books), frozenset())


def _names_of(books: Mapping[BookKey, Sequence[TraceBatch]], later: frozenset[str]) -> GoodsNames:
    def names(ems_no: str, item_record_no: str) -> tuple[str, str]:
        known = [batch for batch in books.get((ems_no, item_record_no), ()) if batch.batch_no not in later]
        gtins, lots = {batch.gtin for batch in known}, {batch.lot for batch in known}
        return gtins.pop() if len(gtins) == 1 else "", lots.pop() if len(lots) == 1 else ""

    return names


def _of_books(connection: Connection, sandbox: str, books: set[str]) -> Mapping[BookKey, Sequence[TraceBatch]]:
    by_key: dict[BookKey, list[TraceBatch]] = {}
    if books:
        for batch in BATCHES.load(connection, sandbox, "ems_no", sorted(books)):
            by_key.setdefault(batch.book_key, []).append(batch)
    return by_key
