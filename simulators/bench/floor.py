"""The baseline for imports: the same bytes parsed, validated and inserted into four plain tables, nothing else.

No archive, matching, rules, tax, receipts or queue: whatever the window takes beyond this is its own cost.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, create_engine, event, func, insert, select

from schemas import catalogue
from schemas.message import Message
from schemas.reading import open_message, read

KINDS = {"311": "order", "411": "payment", "511": "waybill", "621": "inventory"}
ROWS = 2_000
"""Approximate number of rows in a transaction."""


class Floor:
    """A database with one table per document kind: a text column per head element, all lines in one text column."""

    def __init__(self, folder: Path, synchronous: str) -> None:
        metadata = MetaData()
        self._tables = {
            code: Table(
                kind,
                metadata,
                Column("id", Integer, primary_key=True),
                *[Column(f"h_{name}", Text) for name in catalogue.names(code)[0]],
                Column("lines", Text),
            )
            for code, kind in KINDS.items()
        }
        self._engine = floor_engine(folder / "floor.sqlite3", synchronous)
        metadata.create_all(self._engine)
        self._waiting: dict[str, list[dict[str, str | None]]] = {code: [] for code in KINDS}

    def take(self, bodies: Iterable[bytes]) -> None:
        """Parse, validate and insert messages; raises `ValueError` for one with a finding."""
        for body in bodies:
            message = read(open_message(body))
            if message.findings:
                raise ValueError(message.findings[0].en)
            self._keep(message)
        self._insert()

    def _keep(self, message: Message) -> None:
        names = [f"h_{name}" for name in catalogue.names(message.code)[0]]
        self._waiting[message.code] += [
            {**dict(zip(names, block.head, strict=True)), "lines": repr(block.lines)} for block in message.blocks
        ]
        if sum(map(len, self._waiting.values())) >= ROWS:
            self._insert()

    def _insert(self) -> None:
        with self._engine.begin() as connection:
            for code, rows in self._waiting.items():
                if rows:
                    connection.execute(insert(self._tables[code]), rows)
                    rows.clear()

    def count(self) -> int:
        """Count the stored lists (one per trade)."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(self._tables["621"])).scalar() or 0)

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()


def floor_engine(file: Path, synchronous: str) -> Engine:
    """SQLite with the window's journal settings only."""
    engine = create_engine(f"sqlite:///{file}")

    @event.listens_for(engine, "connect")
    def _prepare(connection: object, _record: object) -> None:
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    return engine
