"""Limits the archived bodies of refused and invalid messages of a sandbox: by count, bytes and days.

The oldest bodies are deleted first. Hash, size and findings of the message stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, func, or_, select
from sqlalchemy import text as sql

from declarations.calendar import DAY
from single_window.intake.reading import Reading
from single_window.settings import Settings
from single_window.store.engine import writing
from single_window.store.tables import archive, message

BODIES_PER_TRANSACTION = 500
"""Bodies deleted per transaction, which bounds how long other writers wait."""
SHARE = 10
"""The quota is checked after each tenth (1/SHARE) of it was admitted, so each admitting process exceeds it by at most
a tenth."""
REFUSED = sql("message.state IN ('refused', 'invalid')")
"""The condition of the partial index."""


class Quota(NamedTuple):
    """The quota of a sandbox for refused bodies: count, archived bytes and days."""

    count: int  # type: ignore[assignment]
    size: int
    days: int


def quota_of(settings: Settings) -> Quota:
    """The configured quota."""
    return Quota(settings.refused_count, settings.refused_bytes, settings.refused_days)


def trim(engine: Engine, sandbox: str, quota: Quota, now: int) -> int:
    """Delete bodies above the quota, in several transactions; returns their number. `now`: the sandbox's instant."""
    dropped = 0
    while True:
        with writing(engine) as connection:
            deleted = _drop(connection, sandbox, quota, now)
        dropped += deleted
        if deleted < BODIES_PER_TRANSACTION:
            return dropped


def _drop(connection: Connection, sandbox: str, quota: Quota, now: int) -> int:
    newest = message.c.id.desc()
    ranked = (
        select(
            message.c.id,
            message.c.received_at,
            func.row_number().over(order_by=newest).label("place"),
            func.sum(func.length(archive.c.body)).over(order_by=newest, rows=(None, 0)).label("size"),
        )
        .join(archive, archive.c.message_id == message.c.id)
        .where(message.c.sandbox == sandbox, REFUSED)
        .subquery()
    )
    excess = (
        select(ranked.c.id)
        .where(
            or_(ranked.c.place > quota.count, ranked.c.size > quota.size, ranked.c.received_at < now - quota.days * DAY)
        )
        .order_by(ranked.c.id)
        .limit(BODIES_PER_TRANSACTION)
    )
    return int(connection.execute(delete(archive).where(archive.c.message_id.in_(excess))).rowcount)


class RefusedBodies:
    """Decides when a sandbox's quota must be checked again. Thread-safe."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self._lock = Lock()
        self._since: dict[str, tuple[int, int]] = {}

    def due(self, sandbox: str, readings: Sequence[Reading]) -> bool:
        """True if a tenth of the quota was admitted since the last check, including these readings, and at first."""
        size = sum(len(reading.body) for reading in readings)
        with self._lock:
            count, total = self._since.get(sandbox, (self.quota.count, self.quota.size))
            count, total = count + len(readings), total + size
            is_due = count * SHARE >= self.quota.count or total * SHARE >= self.quota.size
            self._since[sandbox] = (0, 0) if is_due else (count, total)
        return is_due
