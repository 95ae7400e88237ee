"""Reads what lists reserve of allowances, caps and bonded stock, row by row, because a sandbox may have half a million
lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, select, tuple_

from declarations.lifecycle import all_lifecycles
from declarations.money import Scaled
from single_window.store.bulk import on_sqlite
from single_window.store.tables import declaration

ENDED = frozenset(name for name, state in all_lifecycles()["declaration"].states.items() if state.ended)
"""States of rejected or cancelled lists, which reserve nothing."""


class ListReservations(msgspec.Struct, frozen=True):
    """The reservations of a list. `allowance`: (identity, year, value, "reserved" or "used"); `caps`: (group,
    quantity); `stock`: (book, item, quantity, line)."""

    allowance: tuple[str, int, Scaled, str] | None = None
    caps: tuple[tuple[str, Scaled], ...] = ()
    stock: tuple[tuple[str, str, Scaled, int], ...] = ()


_decode = msgspec.json.Decoder(ListReservations).decode


def reservations_of_lists(
    connection: Connection, sandbox: str, kind: str
) -> Iterator[tuple[int, str, ListReservations]]:
    """(id, state, reservations) of every list with reservations of this kind."""
    chosen = select(declaration.c.id, declaration.c.state, declaration.c.held).where(
        declaration.c.sandbox == sandbox, declaration.c.held.contains(f'"{kind}"', autoescape=True)
    )
    for number, state, text in rows_in_pieces(connection, chosen, declaration.c.id):
        yield number, state, _decode(text)


ROWS_PER_QUERY = 10_000


def rows_in_pieces(connection: Connection, chosen: Select[Any], *key: ColumnElement[int]) -> Iterator[Any]:
    """The rows of a statement whose first columns are its key (non-negative integers).

    SQLite streams them. On PostgreSQL a cursor would need a transaction, so rows are queried in key order, a limited
    number per query.
    """
    if on_sqlite(connection):
        yield from connection.execute(chosen.execution_options(yield_per=ROWS_PER_QUERY))
        return
    place, last = tuple_(*key), (-1,) * len(key)
    ordered = chosen.order_by(*key).limit(ROWS_PER_QUERY)
    while rows := connection.execute(ordered.where(place > last)).all():
        yield from rows
        last = tuple(rows[-1][: len(key)])
