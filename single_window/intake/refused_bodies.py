"""Bounds what the bytes of refused and invalid messages take of the disk: so many, so much, so long in each sandbox.

The oldest go first. Of a message whose bytes are dropped everything else stays: its hash, its size, its findings.
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

STEP = 500
"""Bodies that one transaction drops: writers wait no longer than that takes."""
SHARE = 10
"""A quota is checked whenever a tenth of it was admitted: it is exceeded by no more, in each process that admits."""
REFUSED = sql("message.state IN ('refused', 'invalid')")
"""The condition of the partial index."""


class Quota(NamedTuple):
    """The quota of a sandbox for refused bodies: their number, bytes as archived, and days."""

    count: int  # type: ignore[assignment]
    size: int
    days: int


def quota_of(settings: Settings) -> Quota:
    """The quota of the settings."""
    return Quota(settings.refused_count, settings.refused_bytes, settings.refused_days)


def trim(engine: Engine, sandbox: str, quota: Quota, now: int) -> int:
    """Drop what exceeds the quota at an instant of the sandbox, step by step, each step whole; gives their number."""
    dropped = 0
    while True:
        with writing(engine) as connection:
            step = _drop(connection, sandbox, quota, now)
        dropped += step
        if step < STEP:
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
    beyond = (
        select(ranked.c.id)
        .where(
            or_(ranked.c.place > quota.count, ranked.c.size > quota.size, ranked.c.received_at < now - quota.days * DAY)
        )
        .order_by(ranked.c.id)
        .limit(STEP)
    )
    return int(connection.execute(delete(archive).where(archive.c.message_id.in_(beyond))).rowcount)


class RefusedBodies:
    """Decides when a sandbox's quota is to be checked again. Any thread may use it."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self._lock = Lock()
        self._since: dict[str, tuple[int, int]] = {}

    def due(self, sandbox: str, readings: Sequence[Reading]) -> bool:
        """True if a tenth of the quota was admitted since the last time, these included; at first it always is."""
        size = sum(len(reading.body) for reading in readings)
        with self._lock:
            count, total = self._since.get(sandbox, (self.quota.count, self.quota.size))
            count, total = count + len(readings), total + size
            is_due = count * SHARE >= self.quota.count or total * SHARE >= self.quota.size
            self._since[sandbox] = (0, 0) if is_due else (count, total)
        return is_due
