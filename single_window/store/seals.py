"""Seals: a checksum in each row of a table, of its columns, so that nobody is told what a disk has altered.

Columns that many statements change alone are left out, such as states, and bytes, which have a checksum of their own.
A row without a seal (0) was written by a release before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any
from zlib import crc32

import msgspec
from sqlalchemy import Connection, LargeBinary, Select, Table, select, update

from schemas.packing import AlteredData
from single_window.store.bulk import insert_rows
from single_window.store.columns import CheckedBytes, TextInBytes
from single_window.store.prepared import SQLITE
from single_window.store.tables import document, epcis_capture, epcis_event, message, timeline

SEALS: dict[Table, Seal] = {}
"""The seals of all tables that have them, of the modules that are loaded."""
_packed = msgspec.msgpack.Encoder().encode
_SEALED = 1 << 32
"""Added to each checksum, since 0 is that of rows that have none."""


class Seal:
    """The seal of a table; `names`: the columns that it is made of, in their order."""

    def __init__(self, table: Table, names: Sequence[str]) -> None:
        self.table, self.names = table, tuple(names)
        self._kinds = [table.c[name].type for name in names]
        SEALS[table] = self

    def of(self, values: Iterable[Any]) -> int:
        """The seal of the values of `names`."""
        return _SEALED | crc32(_packed(tuple(values)))

    def compare(self, row: Sequence[Any]) -> None:
        """Raise `AlteredData` for values of `names`, and a seal behind them, that are not what was stored."""
        if self.is_altered(row):
            raise AlteredData(f"a row of {self.table.name} is not what was stored")

    def is_altered(self, row: Sequence[Any]) -> bool:
        """True for values of `names`, and a seal behind them, that are not what was stored."""
        *values, seal = row
        return bool(seal) and seal != self.of(values)

    def is_altered_on_disk(self, row: Sequence[Any]) -> bool:
        """As `is_altered`, for values as the driver gives them."""
        *values, seal = row
        try:
            read = [
                kind.process_result_value(value, SQLITE) if isinstance(kind, TextInBytes) else value
                for kind, value in zip(self._kinds, values, strict=True)
            ]
        except (AlteredData, AttributeError, TypeError):  # a bit of its header makes another type of a value
            return True
        return self.is_altered([*read, seal])

    def select(self) -> Select[Any]:
        """Select what `compare` needs."""
        return select(*[self.table.c[name] for name in (*self.names, "seal")])


def _all_but(table: Table, *changing: str) -> Seal:
    left_out = {"sandbox", "seal", *changing}
    names = [column.name for column in table.c if not isinstance(column.type, LargeBinary | CheckedBytes)]
    return Seal(table, [name for name in names if name not in left_out])


_all_but(message, "state")
_all_but(document, "state", "version", "port_no", "last_return")
_all_but(timeline)
_all_but(epcis_event)
_all_but(epcis_capture)


def insert_sealed(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows with their seals, given in the order of `columns`."""
    insert_rows(connection, table, (*columns, "seal"), sealed(table, columns, rows))


def sealed(table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows in the order of `columns`, each with its seal behind them."""
    seal = SEALS[table]
    pick = itemgetter(*[columns.index(name) for name in seal.names])
    return [(*row, seal.of(pick(row))) for row in rows]


def change(connection: Connection, table: Table, number: int, values: Mapping[str, Any]) -> None:
    """Change columns of the row with an id, and its seal; raises `AlteredData` if it is not what was stored."""
    seal = SEALS[table]
    row = connection.execute(seal.select().where(table.c.id == number)).one()
    seal.compare(row)
    after = seal.of({**row._mapping, **values}[name] for name in seal.names)
    connection.execute(update(table).where(table.c.id == number).values(**values, seal=after if row.seal else 0))


def with_seals(statement: Select[Any], *tables: Table) -> Select[Any]:
    """A statement that also selects, behind its own columns, what `checked` needs to know of these tables."""
    return statement.add_columns(
        *(table.c[name].label(f"sealed_{table.name}_{name}") for table in tables for name in _columns(table))
    )


def checked(rows: Sequence[Any], *tables: Table) -> Sequence[Any]:
    """The rows of a statement by `with_seals`; raises `AlteredData` if a row of one of the tables is not what was
    stored."""
    ends = list(chain.from_iterable(_columns(table) for table in tables))
    for row in rows:
        place = len(row) - len(ends)
        for table in tables:
            after = place + len(_columns(table))
            SEALS[table].compare(row[place:after])
            place = after
    return rows


def fetch(connection: Connection, statement: Select[Any], *tables: Table) -> Sequence[Any]:
    """The rows of a statement, with further columns behind its own; raises `AlteredData` if a row of one of the tables
    is not what was stored."""
    return checked(connection.execute(with_seals(statement, *tables)).all(), *tables)


def fetch_whole(connection: Connection, statement: Select[Any], table: Table) -> Sequence[Any]:
    """As `fetch`, for a statement that begins with all columns of the table: it needs no others."""
    rows, seal = connection.execute(statement).all(), SEALS[table]
    pick = itemgetter(*[table.c.keys().index(name) for name in _columns(table)])
    for row in rows:
        seal.compare(pick(row))
    return rows


def _columns(table: Table) -> tuple[str, ...]:
    return (*SEALS[table].names, "seal")
