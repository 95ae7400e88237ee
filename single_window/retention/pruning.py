"""Deletes data that is only kept for convenience: bodies of old messages, dismissed deliveries, what was told of
containers that have gone, and the references of interchanges. In small transactions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Table, delete, func, select

from single_window.store import interchanges
from single_window.store.engine import writing
from single_window.store.gateways.port.pruning import count_gone, drop_gone
from single_window.store.names import DISMISSED
from single_window.store.tables import archive, delivery, message

ROWS_PER_TRANSACTION = 2_000
"""Rows deleted per transaction, which bounds how long other writers wait."""
CONTAINERS_PER_TRANSACTION = 100


class PruningPlan(NamedTuple):
    """The extent of a deletion: number and stored size of message bodies, number of dismissed deliveries, and of events
    of containers."""

    messages: int
    size: int
    deliveries: int
    events: int


def _bodies(sandbox: str, before: int) -> Any:
    """Select messages received before an instant without open deliveries."""
    waiting = select(delivery.c.message_id).where(delivery.c.sandbox == sandbox, delivery.c.state != DISMISSED)
    return select(message.c.id).where(
        message.c.sandbox == sandbox, message.c.received_at < before, message.c.id.not_in(waiting)
    )


def _deliveries(sandbox: str, before: int) -> Any:
    return select(delivery.c.id).where(
        delivery.c.sandbox == sandbox, delivery.c.filed_at < before, delivery.c.state == DISMISSED
    )


def plan(connection: Connection, sandbox: str, before: int) -> PruningPlan:
    """Return what `prune` would delete. Ages of messages are by the sandbox's clock, of deliveries by the machine's."""
    count, size = connection.execute(
        select(func.count(), func.coalesce(func.sum(func.length(archive.c.body)), 0)).where(
            archive.c.message_id.in_(_bodies(sandbox, before))
        )
    ).one()
    deliveries = connection.execute(select(func.count()).select_from(_deliveries(sandbox, before).subquery())).scalar()
    return PruningPlan(count, size, int(deliveries or 0), count_gone(connection, sandbox, before))


def prune(engine: Engine, sandbox: str, before: int) -> Iterator[int]:
    """Delete in several transactions; yields the number of rows of each. May be stopped and continued later."""
    for table, key, chosen in ((archive, archive.c.message_id, _bodies), (delivery, delivery.c.id, _deliveries)):
        while dropped := _drop(engine, table, key, chosen(sandbox, before)):
            yield dropped
    while dropped := _drop_gone(engine, sandbox, before):
        yield dropped
    with writing(engine) as connection:
        forgotten = interchanges.forget(connection, sandbox, before)
    if forgotten:
        yield forgotten


def _drop_gone(engine: Engine, sandbox: str, before: int) -> int:
    with writing(engine) as connection:
        return drop_gone(connection, sandbox, before, CONTAINERS_PER_TRANSACTION)


def _drop(engine: Engine, table: Table, key: Any, chosen: Any) -> int:
    with writing(engine) as connection:
        some = select(key).where(key.in_(chosen)).limit(ROWS_PER_TRANSACTION)
        return int(connection.execute(delete(table).where(key.in_(some))).rowcount)
