"""Reads rows by the half million without holding them all, on any connection that reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, tuple_

from single_window.store.bulk import on_sqlite

PIECE = 10_000


def in_pieces(connection: Connection, chosen: Select[Any], *key: ColumnElement[int]) -> Iterator[Any]:
    """The rows of a statement that selects its key, whole numbers from 0, first.

    SQLite hands them out as it reads. Elsewhere a cursor wants a transaction, which who reads need not have:
    there each piece is a query by itself, in the order of the key.
    """
    if on_sqlite(connection):
        yield from connection.execute(chosen.execution_options(yield_per=PIECE))
        return
    place, last = tuple_(*key), (-1,) * len(key)
    ordered = chosen.order_by(*key).limit(PIECE)
    while rows := connection.execute(ordered.where(place > last)).all():
        yield from rows
        last = tuple(rows[-1][: len(key)])
