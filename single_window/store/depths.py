"""Depths of the queues, and their beginnings: read from the deliveries that are not done. Changes nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, select

from single_window.store.deliveries import NOT_DONE
from single_window.store.tables import delivery

STATES = ("ready", "parked")
"""States of a delivery that wants something to be done; the others are done and dismissed."""
_since = case((delivery.c.not_before > delivery.c.filed_at, delivery.c.not_before), else_=delivery.c.filed_at)
"""A delivery waits since it was filed, or since it may be tried again."""


class Depth(NamedTuple):
    """The deliveries of one queue and state: how many, with how many items; of those that may be processed now, the
    instant since when the oldest waits (0: there is none), and how many have waited since before another instant."""

    queue: str
    state: str
    count: int  # type: ignore[assignment]
    items: int
    since: int
    late: int


def depths(connection: Connection, now: int, before: int) -> list[Depth]:
    """Every queue and state that has any; `late` are those that wait since `before` or longer."""
    may, late = delivery.c.not_before <= now, _since <= before
    rows = connection.execute(
        select(
            delivery.c.queue,
            delivery.c.state,
            func.count(),
            func.sum(delivery.c.item_count),
            func.min(case((may, _since))),
            func.sum(case((may & late, 1), else_=0)),
        )
        .where(NOT_DONE, delivery.c.state.in_(STATES))
        .group_by(delivery.c.queue, delivery.c.state)
        .order_by(delivery.c.queue, delivery.c.state)
    )
    return [
        Depth(queue, state, count, int(items), since or 0, int(late))
        for queue, state, count, items, since, late in rows
    ]


def oldest(connection: Connection, parked: bool, queue: str | None, before: int, most: int = 3) -> list[int]:
    """Ids of deliveries, parked or open, that wait since `before` or longer, oldest first."""
    where: list[Any] = [NOT_DONE, delivery.c.state == ("parked" if parked else "ready"), _since <= before]
    if queue is not None:
        where.append(delivery.c.queue == queue)
    return list(
        connection.execute(select(delivery.c.id).where(*where).order_by(_since, delivery.c.id).limit(most)).scalars()
    )
