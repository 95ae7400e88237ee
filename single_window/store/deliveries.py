"""Delivery rows: the work items. Filed with the state they follow from, won by compare-and-set, parked, never lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, or_, select, update

from single_window.store.bulk import insert_rows, one_of
from single_window.store.tables import delivery

COLUMNS = ("id", "sandbox", "queue", "topic", "message_id", "payload", "item_count", "state", "not_before", "filed_at")
OPEN = ("ready", "sent")


class Delivery(NamedTuple):
    """One work item as a consumer gets it; `payload` is JSON text, empty when the message is the payload."""

    id: int
    sandbox: str
    queue: str
    topic: str
    message_id: int
    payload: str
    attempts: int


def file_deliveries(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """File rows given in the order of `COLUMNS`."""
    insert_rows(connection, delivery, COLUMNS, rows)


def ready(connection: Connection, now: int, queues: Collection[str],
          most: int = 2_000) -> list[tuple[int, str, str, int]]:
    """Id, queue, topic and number of items of the queues' deliveries that may be sent now, oldest first."""
    rows = connection.execute(
        select(delivery.c.id, delivery.c.queue, delivery.c.topic, delivery.c.item_count)
        .where(delivery.c.state == "ready", delivery.c.not_before <= now, delivery.c.queue.in_(queues))
        .order_by(delivery.c.id).limit(most))
    return [(number, queue, topic, items) for number, queue, topic, items in rows]


def due(connection: Connection, queues: Collection[str], now: int) -> int:
    """How many deliveries of these queues are open and need not wait."""
    return int(connection.execute(select(func.count()).select_from(delivery).where(
        delivery.c.state.in_(OPEN), delivery.c.not_before <= now, delivery.c.queue.in_(queues))).scalar() or 0)


def stamp_sent(connection: Connection, ids: Iterable[int]) -> None:
    """Say that these were published; those that a consumer has finished already stay done."""
    connection.execute(
        update(delivery).where(one_of(connection, delivery.c.id, list(ids)), delivery.c.state == "ready")
        .values(state="sent"))


def open_ones(connection: Connection, queue: str, ids: Iterable[int]) -> list[Delivery]:
    """Those of a queue that are still open, in order; nothing changes."""
    columns = [delivery.c[name] for name in Delivery._fields]
    rows = connection.execute(select(*columns).where(
        one_of(connection, delivery.c.id, list(ids)), delivery.c.queue == queue, delivery.c.state.in_(OPEN))).all()
    return sorted(Delivery(*row) for row in rows)


def win(connection: Connection, queue: str, ids: Iterable[int]) -> list[Delivery]:
    """Compare-and-set: mark done those of a queue that are still open, and give just these, in order."""
    columns = [delivery.c[name] for name in Delivery._fields]
    rows = connection.execute(
        update(delivery)
        .where(one_of(connection, delivery.c.id, list(ids)), delivery.c.queue == queue, delivery.c.state.in_(OPEN))
        .values(state="done").returning(*columns)).all()
    return sorted(Delivery(*row) for row in rows)


def fail(connection: Connection, one: Delivery, reason: str, trace: str, *, again_at: int | None) -> None:
    """Count a failed attempt: ready again at an instant, or parked when `again_at` is None."""
    state = "parked" if again_at is None else "ready"
    connection.execute(
        update(delivery).where(delivery.c.id == one.id)
        .values(state=state, attempts=one.attempts + 1, not_before=again_at or 0, reason=reason, traceback=trace))


def make_ready_again(connection: Connection, queues: Sequence[str] | None = None) -> int:
    """At start: what was sent to a broker that has forgotten it becomes ready; gives their number."""
    statement = update(delivery).where(delivery.c.state == "sent").values(state="ready")
    if queues is not None:
        statement = statement.where(delivery.c.queue.in_(queues))
    return int(connection.execute(statement).rowcount)


def depth(connection: Connection, sandbox: str | None = None) -> dict[str, int]:
    """Open deliveries by state (ready, sent, parked)."""
    where = [delivery.c.state != "done"]
    if sandbox is not None:
        where.append(delivery.c.sandbox == sandbox)
    rows = connection.execute(select(delivery.c.state, func.count()).where(*where).group_by(delivery.c.state))
    return {state: count for state, count in rows}


def parked(connection: Connection, sandbox: str | None = None) -> list[dict[str, object]]:
    """Parked deliveries, newest first, with reason and traceback."""
    where = [delivery.c.state == "parked"]
    if sandbox is not None:
        where.append(delivery.c.sandbox == sandbox)
    rows = connection.execute(select(delivery).where(*where).order_by(delivery.c.id.desc()))
    return [dict(row._mapping) for row in rows]


def retry(connection: Connection, ids: Sequence[int] | None, sandbox: str | None = None) -> int:
    """Send parked deliveries again (all of a sandbox when `ids` is None); gives their number."""
    return _leave_parking(connection, ids, sandbox, {"state": "ready", "attempts": 0, "not_before": 0})


def dismiss(connection: Connection, ids: Sequence[int] | None, reason: str, sandbox: str | None = None) -> int:
    """Close parked deliveries for good, with a reason; gives their number."""
    return _leave_parking(connection, ids, sandbox, {"state": "dismissed", "reason": reason})


def _leave_parking(connection: Connection, ids: Sequence[int] | None, sandbox: str | None,
                   values: dict[str, object]) -> int:
    where = and_(delivery.c.state == "parked",
                 or_(sandbox is None, delivery.c.sandbox == (sandbox or "")))  # type: ignore[arg-type]
    statement = update(delivery).where(where).values(**values)
    if ids is not None:
        statement = statement.where(delivery.c.id.in_(ids))
    return int(connection.execute(statement).rowcount)
