"""Documents filed by the port, for the repositories of gateways. Always queried, never cached."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, select

from gateways.records import FiledDocument
from single_window.store.bulk import array_value, in_array, one_of, per_dialect
from single_window.store.prepared import fetch_all
from single_window.store.tables import document

FILED = tuple(
    document.c[name]
    for name in ("id", "kind", "key", "order_no", "version", "state", "port_no", "mailboxes", "last_return", "facts")
)
"""The columns of a `FiledDocument`, in the order of its fields."""


def filed_documents(connection: Connection, *where: ColumnElement[bool]) -> list[FiledDocument]:
    """The documents that fulfil all conditions."""
    return [FiledDocument(*row) for row in connection.execute(select(*FILED).where(*where)).all()]


@per_dialect
def _of_orders(sqlite: bool) -> Any:
    return select(*FILED).where(
        document.c.sandbox == bindparam("of_sandbox"), in_array(sqlite, document.c.order_no, "orders")
    )


def filed_of(connection: Connection, sandbox: str, order_nos: Collection[str]) -> list[FiledDocument]:
    """The documents of these orders."""
    parameters = {"of_sandbox": sandbox, "orders": array_value(connection, order_nos)}
    return [FiledDocument(*row) for row in fetch_all(connection, _of_orders(connection), parameters)]


def filed_by_id(connection: Connection, ids: Collection[int], *where: ColumnElement[bool]) -> dict[int, FiledDocument]:
    """Documents by id that fulfil all conditions."""
    documents = filed_documents(connection, one_of(connection, document.c.id, list(ids)), *where) if ids else []
    return {filed_document.id: filed_document for filed_document in documents}
