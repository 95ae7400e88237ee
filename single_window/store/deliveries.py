"""Rows of deliveries, the work items: inserted in the commit that causes them, deleted in that which handles them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, false, func, or_, select, update

from single_window.store.bulk import array_value, in_array, insert_rows, one_of, per_dialect
from single_window.store.prepared import fetch_all
from single_window.store.tables import delivery

COLUMNS = ("id", "sandbox", "queue", "topic", "message_id", "payload", "item_count", "state", "not_before", "filed_at")
READY, DONE = "ready", "done"
"""A delivery that is done is not stored."""


class Delivery(NamedTuple):
    """A work item for a consumer; `payload` is JSON text, empty if the message is the payload."""

    id: int
    sandbox: str
    queue: str
    topic: str
    message_id: int
    payload: str
    attempts: int
    filed_at: int = 0


def file_deliveries(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows given in the order of `COLUMNS`."""
    insert_rows(connection, delivery, COLUMNS, rows)


def _waits(queue: str) -> ColumnElement[bool]:
    return (
        select(delivery.c.id)
        .where(
            delivery.c.queue == queue,
            delivery.c.state == READY,
            delivery.c.not_before <= bindparam("now"),
        )
        .exists()
    )


@cache
def _waiting(queues: tuple[str, ...]) -> Any:
    return select(*[_waits(queue).label(queue) for queue in queues])


def waiting(connection: Connection, queues: Collection[str], now: int) -> set[str]:
    """The queues among these with a delivery that is ready now."""
    among = tuple(queues)
    flags = fetch_all(connection, _waiting(among), {"now": now})[0]
    return {queue for queue, waits in zip(among, flags, strict=True) if waits}


class Ready(NamedTuple):
    """A delivery that may be handled."""

    id: int
    queue: str
    topic: str
    items: int
    attempts: int = 0
    message_id: int = 0


def _of(queues: tuple[str, ...]) -> ColumnElement[bool]:
    """The condition that a delivery is for one of these queues; for statements cached per tuple of queues."""
    return or_(false(), *[delivery.c.queue == queue for queue in queues])


@cache
def _ready(queues: tuple[str, ...]) -> Any:
    return (
        select(*delivery.c["id", "queue", "topic", "item_count", "attempts", "message_id"])
        .where(delivery.c.state == READY, delivery.c.not_before <= bindparam("now"), _of(queues))
        .order_by(delivery.c.id)
        .limit(bindparam("most"))
    )


def ready(connection: Connection, now: int, queues: Collection[str], most: int = 2_000) -> list[Ready]:
    """Deliveries of these queues that may be handled now, oldest first, at most `most` of each queue."""

    def find(among: Collection[str]) -> list[Ready]:
        rows = fetch_all(connection, _ready(tuple(among)), {"now": now, "most": most})
        return [Ready(*row) for row in rows]

    oldest = find(queues)
    if len(oldest) < most or len(queues) == 1:
        return oldest
    # query each queue, because a full queue must not hide the deliveries of others
    return [delivery for queue in queues for delivery in find([queue])]


def due(connection: Connection, queues: Collection[str], now: int) -> int:
    """The number of deliveries of these queues that may be handled now."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(delivery)
            .where(delivery.c.state == READY, delivery.c.not_before <= now, delivery.c.queue.in_(queues))
        ).scalar()
        or 0
    )


_OF_QUEUE = and_(delivery.c.queue == bindparam("of_queue"), delivery.c.state == READY)
_AS_CONSUMED = [delivery.c[name] for name in Delivery._fields]


def _parameters(connection: Connection, queue: str, ids: Iterable[int]) -> dict[str, Any]:
    return {"ids": array_value(connection, list(ids)), "of_queue": queue}


@per_dialect
def _unfinished(sqlite: bool) -> Any:
    return select(*_AS_CONSUMED).where(in_array(sqlite, delivery.c.id, "ids"), _OF_QUEUE)


def unfinished(connection: Connection, queue: str, ids: Iterable[int]) -> list[Delivery]:
    """Read the deliveries of a queue that are still open, in order."""
    rows = fetch_all(connection, _unfinished(connection), _parameters(connection, queue, ids))
    return sorted(Delivery(*row) for row in rows)


@per_dialect
def _claim(sqlite: bool) -> Any:
    open_ = and_(in_array(sqlite, delivery.c.id, "ids"), _OF_QUEUE)
    if not sqlite:  # two workers with the same deliveries lock them in the same order
        open_ = delivery.c.id.in_(select(delivery.c.id).where(open_).order_by(delivery.c.id).with_for_update())
    return delete(delivery).where(open_).returning(*_AS_CONSUMED)


def claim(connection: Connection, queue: str, ids: Iterable[int]) -> list[Delivery]:
    """Compare-and-set: delete the open deliveries among these and return them, in order, to the transaction that
    handles them."""
    rows = fetch_all(connection, _claim(connection), _parameters(connection, queue, ids))
    return sorted(Delivery(*row) for row in rows)


@per_dialect
def _attempts_of(sqlite: bool) -> Any:
    return select(delivery.c.id, delivery.c.attempts).where(
        in_array(sqlite, delivery.c.id, "ids"), delivery.c.queue == bindparam("queue"), delivery.c.attempts > 0
    )


def attempts_of(connection: Connection, queue: str, ids: Iterable[int]) -> dict[int, int]:
    """Id → number of failed attempts, if any; a crash of the worker counts as one."""
    rows = fetch_all(connection, _attempts_of(connection), {"ids": array_value(connection, list(ids)), "queue": queue})
    return {number: attempts for number, attempts in rows}


def lock(connection: Connection, queue: str, ids: Iterable[int], *, skip_locked: bool = False) -> list[Delivery]:
    """Lock and return the open deliveries among these, in order. `skip_locked`: only those that nobody else has
    locked."""
    rows = connection.execute(
        select(*_AS_CONSUMED)
        .where(one_of(connection, delivery.c.id, list(ids)), delivery.c.queue == queue, delivery.c.state == READY)
        .order_by(delivery.c.id)
        .with_for_update(skip_locked=skip_locked)
    ).all()
    return [Delivery(*row) for row in rows]


def mark_suspects(connection: Connection, ids: Iterable[int], reason: str) -> None:
    """Count an attempt for each of these, one of which crashed its worker, so that each is retried alone."""
    connection.execute(
        update(delivery)
        .where(one_of(connection, delivery.c.id, list(ids)))
        .values(state=READY, attempts=1, reason=reason)
    )


def finish(connection: Connection, number: int) -> None:
    """Delete a locked delivery, because others have replaced it."""
    connection.execute(delete(delivery).where(delivery.c.id == number))


def withdraw(connection: Connection, number: int, now: int) -> bool:
    """Compare-and-set: delete a delivery whose time has not come at the machine's instant `now`; False: it has come,
    or somebody has claimed it."""
    early = (delivery.c.id == number, delivery.c.state == READY, delivery.c.not_before > now)
    return bool(connection.execute(delete(delivery).where(*early)).rowcount)


def fail(connection: Connection, failed: Delivery, reason: str, trace: str, *, retry_at: int | None) -> None:
    """Count a failed attempt: ready again at an instant, or parked when `retry_at` is None."""
    state = "parked" if retry_at is None else READY
    connection.execute(
        update(delivery)
        .where(delivery.c.id == failed.id)
        .values(state=state, attempts=failed.attempts + 1, not_before=retry_at or 0, reason=reason, traceback=trace)
    )


def depth(connection: Connection, sandbox: str | None = None) -> dict[str, int]:
    """Deliveries by state (ready, parked, dismissed)."""
    within = [] if sandbox is None else [delivery.c.sandbox == sandbox]
    rows = connection.execute(select(delivery.c.state, func.count()).where(*within).group_by(delivery.c.state))
    return {state: count for state, count in rows}
