"""Leases of workers on deliveries: stored before the work begins, deleted in the commit that completes it.
Never commits.

Workers of a queue take their leases one at a time, across processes, so that no two get the same delivery. The lease
of a worker that died or is too late lists the deliveries of its batch.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, bindparam, delete, false, or_, select, text

from single_window.store.bulk import encode, on_sqlite, upsert_rows
from single_window.store.prepared import change, fetch_all
from single_window.store.tables import in_hand

_RELEASE = delete(in_hand).where(in_hand.c.worker == bindparam("of_worker"))
_LOCK_QUEUE = text("SELECT pg_advisory_xact_lock(hashtext('lease'), hashtext(:queue))")


class Lease(NamedTuple):
    """Deliveries of a queue that a worker processes, from `since` until at most `until`; instants of the machine."""

    worker: str
    queue: str
    since: int
    until: int
    deliveries: tuple[int, ...]


_ACTIVE = select(*[in_hand.c[name] for name in Lease._fields]).order_by(in_hand.c.worker)


def lock_queue(connection: Connection, queue: str) -> None:
    """Lock the leases of a queue until the end of the transaction. Not needed on SQLite, which has one writer."""
    if not on_sqlite(connection):
        connection.execute(_LOCK_QUEUE, {"queue": queue})


def acquire(connection: Connection, lease: Lease) -> None:
    """Store the lease of a worker, replacing its previous one."""
    if not on_sqlite(connection):
        # a lease must survive a crash of the worker, not of the server: do not wait for its disk
        connection.execute(text("SET LOCAL synchronous_commit TO off"))
    row = (*lease[:-1], encode(lease.deliveries).decode())
    upsert_rows(connection, in_hand, Lease._fields, [row], replace=Lease._fields[1:])


def release(connection: Connection, worker: str) -> None:
    """Delete the lease of a worker that has finished in this transaction."""
    change(connection, _RELEASE, {"of_worker": worker})


def revoke(connection: Connection, lease: Lease) -> bool:
    """Compare-and-set: True for the one process that may recover the deliveries of a lost worker."""
    statement = delete(in_hand).where(in_hand.c.worker == lease.worker, in_hand.c.since == lease.since)
    return bool(connection.execute(statement).rowcount)


@cache
def _active(queues: tuple[str, ...] | None) -> Select[Any]:
    return _ACTIVE if queues is None else _ACTIVE.where(or_(false(), *[in_hand.c.queue == queue for queue in queues]))


def active(connection: Connection, queues: Collection[str] | None = None) -> Sequence[Lease]:
    """The leases on these queues (None: on all), ordered by worker."""
    rows = fetch_all(connection, _active(None if queues is None else tuple(queues)), {})
    return [
        Lease(row.worker, row.queue, row.since, row.until, tuple(msgspec.json.decode(row.deliveries, type=list[int])))
        for row in rows
    ]
