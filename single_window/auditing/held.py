"""Sums of what lists hold of allowances, caps and bonded stock, read list by list: a sandbox may have half a
million."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, select, tuple_

from declarations.lifecycle import lifecycles
from declarations.money import Scaled
from single_window.store.bulk import on_sqlite
from single_window.store.tables import declaration

ENDED = frozenset(name for name, state in lifecycles()["declaration"].states.items() if state.ended)
"""States in which a list has come to a bad end and holds nothing any more."""


class ListReservations(msgspec.Struct, frozen=True):
    """The reservations of one list: [identity, year, value, reserved or used]; [group, quantity]; [book, item,
    quantity, line]."""

    allowance: tuple[str, int, Scaled, str] | None = None
    caps: tuple[tuple[str, Scaled], ...] = ()
    stock: tuple[tuple[str, str, Scaled, int], ...] = ()


_decode = msgspec.json.Decoder(ListReservations).decode


def held(connection: Connection, sandbox: str, kind: str) -> Iterator[tuple[int, str, ListReservations]]:
    """Id, state and holdings of every list that holds some of this kind."""
    chosen = select(declaration.c.id, declaration.c.state, declaration.c.held).where(
        declaration.c.sandbox == sandbox, declaration.c.held.contains(f'"{kind}"', autoescape=True)
    )
    for number, state, text in in_pieces(connection, chosen, declaration.c.id):
        yield number, state, _decode(text)


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
