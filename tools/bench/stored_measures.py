"""Measures the bytes per trade in the database by table and index, as whole pages including free space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from simulators.bench import spool
from simulators.bench.measures import WARM_UP, BenchMeasure, BenchResult, result_of_run, warm_window
from simulators.bench.spool import Traffic
from simulators.entry import monotonic
from simulators.errors import SimulatorError
from simulators.machine import processor_use
from tools.bench.temporary_services import on_database

_SQLITE = """
SELECT s.name, m.tbl_name, s.pgsize FROM dbstat s JOIN sqlite_master m ON m.name = s.name WHERE s.aggregate = TRUE
"""
_POSTGRESQL = """
SELECT c.relname, c.relname, pg_table_size(c.oid) FROM pg_class c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT c.relname, t.relname, pg_relation_size(c.oid) FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace
"""


class StoredPart(NamedTuple):
    """A table without its indexes (`name` is `table`), or an index of it."""

    table: str
    name: str


def sizes(engine: Engine) -> dict[StoredPart, int]:
    """Bytes of each table, with what it keeps beside its rows (TOAST), and of each index. Raises `SimulatorError` where
    this SQLite cannot tell."""
    with engine.connect() as connection:
        try:
            result = connection.execute(text(_SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL))
        except OperationalError as error:
            raise SimulatorError(
                f"this SQLite does not tell what a table takes, without dbstat: {error.orig}"
            ) from None
        return {StoredPart(table, name): int(size) for name, table, size in result}


def growth_of_parts(
    before: Mapping[StoredPart, int], after: Mapping[StoredPart, int], trades: int
) -> dict[StoredPart, float]:
    """Growth of each part in bytes per trade, the largest first; parts that did not grow are left out."""
    grown_by = {part: (size - before.get(part, 0)) / trades for part, size in after.items()}
    return {part: round(size, 1) for part, size in sorted(grown_by.items(), key=lambda pair: -pair[1]) if size > 0}


def stored(folder: Path, count: int, database: str = "", per_message: int = 100) -> BenchResult:
    """Green imports up to their release, in messages of so many documents; `database`: where PostgreSQL is, by default
    SQLite in the folder."""
    bodies = list(spool.read_bodies(spool.traffic_file(folder, Traffic(count, per_message))))
    warm_up = Traffic(WARM_UP, per_message, spool.WARM_UP_SEED)
    with (
        on_database(database) as (address, version),
        warm_window(folder, warm_up, "NORMAL", database=address) as session,
    ):
        before, spent, begun = sizes(session.window.engine), processor_use(), monotonic()
        for _ in session.send(bodies):
            pass
        seconds, cpu = monotonic() - begun, processor_use().since(spent)
        parts = growth_of_parts(before, sizes(session.window.engine), count)
        measured = result_of_run(session, count, seconds, cpu.own, cpu.others)
    return measured._replace(
        value=round(sum(parts.values()) / 1_000, 2),
        more={
            **measured.more,
            "documents_kb": round(sum(map(len, bodies)) / count / 1_000, 2),
            "tables": _tables(parts),
            "parts": {
                part.table if part.name == part.table else f"{part.table}: {part.name}": parts[part] for part in parts
            },
            "engines": {"postgresql": version} if version else {},
        },
    )


def _tables(parts: Mapping[StoredPart, float]) -> dict[str, float]:
    """Bytes per trade of each table with its indexes, the largest first."""
    sums: dict[str, float] = {}
    for part, size in parts.items():
        sums[part.table] = round(sums.get(part.table, 0.0) + size, 1)
    return dict(sorted(sums.items(), key=lambda pair: -pair[1]))


STORED_MEASURES: Sequence[BenchMeasure] = tuple(
    BenchMeasure(
        f"stored_{per_message}",
        "KB a trade",
        target,
        trades,
        f"stored of a trade in messages of {per_message}, by table and index",
        partial(stored, per_message=per_message),
        per_message,
        higher_is_better=False,
        on_database=True,
    )
    for per_message, target, trades in ((100, 6, 10_000), (1, 8, 4_000))
)
