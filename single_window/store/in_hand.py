"""What workers have in hand: noted before the work begins, gone with the commit that does it. Never commits.

A row whose worker has died, or has not finished in time, says which deliveries it died of, or hangs in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, bindparam, delete, false, or_, select, text

from single_window.store.bulk import encode, on_sqlite, upsert_rows
from single_window.store.tables import in_hand

_COLUMNS = ("worker", "queue", "since", "until", "deliveries")
_LET_GO = delete(in_hand).where(in_hand.c.worker == bindparam("of_worker"))
_LISTED = select(*[in_hand.c[name] for name in _COLUMNS]).order_by(in_hand.c.worker)


class InHand(NamedTuple):
    """Deliveries of a queue that a worker has begun with at an instant of the machine's, and has until another for."""

    worker: str
    queue: str
    since: int
    until: int
    deliveries: tuple[int, ...]


def note(connection: Connection, one: InHand) -> None:
    """Note what a worker begins with, in place of what it had in hand before."""
    if not on_sqlite(connection):
        # need not survive the server's death, only a worker's: no wait for its disk
        connection.execute(text("SET LOCAL synchronous_commit TO off"))
    row = (*one[:-1], encode(one.deliveries).decode())
    upsert_rows(connection, in_hand, _COLUMNS, [row], replace=_COLUMNS[1:])


def let_go(connection: Connection, worker: str) -> None:
    """The worker has finished, in this transaction."""
    connection.execute(_LET_GO, {"of_worker": worker})


def take_away(connection: Connection, one: InHand) -> bool:
    """Compare-and-set: of all who notice that a worker is lost, one may see to what it had in hand."""
    gone = delete(in_hand).where(in_hand.c.worker == one.worker, in_hand.c.since == one.since)
    return bool(connection.execute(gone).rowcount)


@cache
def _listed(queues: tuple[str, ...] | None) -> Select[Any]:
    return _LISTED if queues is None else _LISTED.where(or_(false(), *[in_hand.c.queue == queue for queue in queues]))


def listed(connection: Connection, queues: Collection[str] | None = None) -> Sequence[InHand]:
    """What is in hand of these queues (None: of all), by worker."""
    rows = connection.execute(_listed(None if queues is None else tuple(queues))).all()
    return [
        InHand(row.worker, row.queue, row.since, row.until, tuple(msgspec.json.decode(row.deliveries, type=list[int])))
        for row in rows
    ]
