"""Depth and age of the queues, read from deliveries."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, select

from single_window.store.tables import delivery

STATES = ("ready", "parked")
"""States of an open delivery; the other state is dismissed."""
_since = case((delivery.c.not_before > delivery.c.filed_at, delivery.c.not_before), else_=delivery.c.filed_at)
"""The instant since when a delivery waits: when it was filed, or when it may be retried."""


class Depth(NamedTuple):
    """The deliveries of one queue and state. `since`: the instant since when the oldest processable one waits (0:
    none); `late`: the number that wait longer than a limit."""

    queue: str
    state: str
    count: int  # type: ignore[assignment]
    items: int
    since: int
    late: int


def depths(connection: Connection, now: int, before: int) -> list[Depth]:
    """The depth of each queue and state with deliveries; `late` counts those that wait since `before` or longer."""
    processable, late = delivery.c.not_before <= now, _since <= before
    rows = connection.execute(
        select(
            delivery.c.queue,
            delivery.c.state,
            func.count(),
            func.sum(delivery.c.item_count),
            func.min(case((processable, _since))),
            func.sum(case((processable & late, 1), else_=0)),
        )
        .where(delivery.c.state.in_(STATES))
        .group_by(delivery.c.queue, delivery.c.state)
        .order_by(delivery.c.queue, delivery.c.state)
    )
    return [
        Depth(queue, state, count, int(items), since or 0, int(late))
        for queue, state, count, items, since, late in rows
    ]


def oldest(connection: Connection, parked: bool, queue: str | None, before: int, most: int = 3) -> list[int]:
    """Ids of parked or ready deliveries that wait since `before` or longer, oldest first."""
    where: list[Any] = [delivery.c.state == ("parked" if parked else "ready"), _since <= before]
    if queue is not None:
        where.append(delivery.c.queue == queue)
    return list(
        connection.execute(select(delivery.c.id).where(*where).order_by(_since, delivery.c.id).limit(most)).scalars()
    )
