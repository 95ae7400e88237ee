"""Stored documents: bulk look-up by key, insert and replacement.

A document is replaced under the meeting locks of its old and new order. Customs holds these locks while it decides,
so it has either decided on the old document already, or will read the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select

from single_window.store import epochs
from single_window.store.bulk import array_value, in_array, on_sqlite, one_of, per_dialect
from single_window.store.gateways.customs import hold_meetings
from single_window.store.prepared import fetch_all
from single_window.store.seals import insert_sealed
from single_window.store.tables import document

COLUMNS = (
    "id",
    "sandbox",
    "kind",
    "key",
    "order_no",
    "message_id",
    "position",
    "mailboxes",
    "guid",
    "app_type",
    "app_time",
    "app_status",
    "content_hash",
    "state",
    "version",
    "port_no",
    "last_return",
    "facts",
)
KindAndKey = tuple[str, str]
"""(kind, business key)"""


class IncomingDocument(NamedTuple):
    """The fields of a new document that determine whether it replaces a stored one."""

    key: str
    order_no: str
    app_time: str


class StoredDocument(NamedTuple):
    """A stored document, without its content."""

    id: int
    app_time: str
    guid: str
    content_hash: str
    state: str
    version: int
    port_no: str
    last_return: int
    order_no: str
    mailboxes: str


def _orders_of_replaced(
    stored: Mapping[KindAndKey, StoredDocument], coming: Mapping[str, Sequence[IncomingDocument]]
) -> set[str]:
    """The orders, old and new, of stored documents that newer ones may replace."""
    return {
        order_no
        for kind, arrivals in coming.items()
        for arrival in arrivals
        if (old := stored.get((kind, arrival.key))) is not None and arrival.app_time > old.app_time
        for order_no in (arrival.order_no, old.order_no)
        if order_no
    }


def on_file(
    connection: Connection, sandbox: str, coming: Mapping[str, Sequence[IncomingDocument]]
) -> dict[KindAndKey, StoredDocument]:
    """(kind, key) → the document stored under the key of an incoming one. Those that may be replaced are read under
    their orders' locks."""
    stored = _stored_documents(connection, sandbox, coming)
    orders = _orders_of_replaced(stored, coming)
    if not orders or on_sqlite(connection):
        return stored
    hold_meetings(connection, sandbox, sorted(orders))
    return _stored_documents(connection, sandbox, coming)


@per_dialect
def _of_kind(sqlite: bool) -> Any:
    return select(*[document.c[name] for name in ("key", *StoredDocument._fields)]).where(
        document.c.sandbox == bindparam("of_sandbox"),
        document.c.kind == bindparam("of_kind"),
        in_array(sqlite, document.c.key, "keys"),
    )


def _stored_documents(
    connection: Connection, sandbox: str, coming: Mapping[str, Sequence[IncomingDocument]]
) -> dict[KindAndKey, StoredDocument]:
    stored = {}
    for kind, arrivals in coming.items():
        parameters = {
            "of_sandbox": sandbox,
            "of_kind": kind,
            "keys": array_value(connection, [arrival.key for arrival in arrivals]),
        }
        rows = fetch_all(connection, _of_kind(connection), parameters)
        stored.update({(kind, key): StoredDocument(*rest) for key, *rest in rows})
    return stored


def put(connection: Connection, rows: Mapping[KindAndKey, Sequence[Any]], replaced: Sequence[int]) -> None:
    """Insert documents, each in the order of `COLUMNS`, after deleting those with the ids `replaced`."""
    if replaced:
        epochs.bump(connection, epochs.DOCUMENTS)
        connection.execute(delete(document).where(one_of(connection, document.c.id, replaced)))
    insert_sealed(connection, document, COLUMNS, [rows[place] for place in sorted(rows)])


def hold_trades_of(connection: Connection, sandbox: str, ids: Iterable[int]) -> None:
    """Lock the meetings of these documents' orders, as before a replacement."""
    if not on_sqlite(connection):
        orders = connection.execute(
            select(document.c.order_no).where(
                document.c.sandbox == sandbox, one_of(connection, document.c.id, list(ids))
            )
        ).scalars()
        hold_meetings(connection, sandbox, sorted({order_no for order_no in orders if order_no}))
