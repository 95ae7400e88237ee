"""Interface for benchmarks: counts rows directly in the database, because the window's calls would take longer than
what is measured."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from simulators.entry import SandboxSession
from single_window.store.engine import reading
from single_window.store.tables import receipt


class SandboxTally(NamedTuple):
    """Counts in a sandbox: lists by outcome, receipts by type; `stored`: bytes of the database.

    `released` counts imports; exports have separate counts of released and departed ones.
    """

    released: int
    receipts: dict[str, int]
    stored: int
    released_exports: int = 0
    left: int = 0


def _count_ended(connection: Connection, sandbox: str) -> dict[tuple[str, str], int]:
    """Count the receipts that end a list, by code and status."""
    of_sandbox, code, status = receipt.c.sandbox == sandbox, receipt.c.code, receipt.c.return_status
    chosen = select(code, status, func.count()).where(of_sandbox, code.in_(("622", "604")), status.in_(("800", "899")))
    return {(kind, reached): number for kind, reached, number in connection.execute(chosen.group_by(code, status))}


def tally(session: SandboxSession) -> SandboxTally:
    """Count the rows of a sandbox."""
    of_sandbox, code = receipt.c.sandbox == session.sandbox, receipt.c.code
    with reading(session.window.engine) as connection:
        counted = connection.execute(select(code, func.count()).where(of_sandbox).group_by(code))
        counts = {name: number for name, number in counted}
        ended = _count_ended(connection, session.sandbox)
        stored = _stored_bytes(connection, session.window.settings.data)
    return SandboxTally(
        ended.get(("622", "800"), 0), counts, stored, ended.get(("604", "800"), 0), ended.get(("604", "899"), 0)
    )


def _stored_bytes(connection: Connection, data: Path) -> int:
    if connection.dialect.name == "sqlite":
        return sum(file.stat().st_size for file in data.glob("window.sqlite3*"))
    return int(connection.execute(select(func.pg_database_size(func.current_database()))).scalar() or 0)
