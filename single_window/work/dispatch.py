"""Dispatch: publishes ready deliveries, sends again what was lost on the way, files due deadlines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import takewhile
from typing import Any, NamedTuple

import msgspec
import structlog
from sqlalchemy import Connection, Engine, func, select, update

from single_window.clock import system_now
from single_window.messaging.broker import CONNECTED, Broker, BrokerUnavailable
from single_window.store import deadlines, deliveries, leases
from single_window.store.bulk import chunks, encode, one_of
from single_window.store.deliveries import Ready
from single_window.store.engine import reading, writing
from single_window.store.leases import Lease
from single_window.store.numbering import ROWS, Numbering
from single_window.store.tables import deadline, delivery
from single_window.work import lost_workers
from single_window.work.worker import Lookup

log = structlog.get_logger(__name__)

MOST_READY = 2_000
"""Deliveries of a queue that one query returns at most."""


class ReadyWork(NamedTuple):
    """Deliveries of a queue for its worker, with the lookup that it would make; whether it has no others that are
    ready."""

    queue: str
    ids: Sequence[int]
    known: Lookup
    complete: bool


def dispatch(
    engine: Engine,
    broker: Broker,
    queues: Collection[str],
    batch: int,
    in_flight: int,
    fault: Callable[[str], None] = lambda point: None,
) -> int:
    """Publish what is ready; gives the number of deliveries published.

    Ids go out in messages of about `batch` items, which a consumer then handles in one transaction. Of each
    queue about `in_flight` items are with the broker at a time: a backlog stays in the database.

    Published first, stamped after: a stop between the two publishes again, and consumers claim each delivery only once.
    A queue that fails does not block the others: `BrokerUnavailable` is raised after all were tried, at once where the
    broker accepts nothing at all; what was published before is stamped.
    """
    with reading(engine) as connection:
        ready_by_queue = _ready(connection, queues, in_flight)
    published, refusal = _publish(broker, [_parts(ready, batch) for ready in ready_by_queue])
    if published:
        fault("after-publish")
        with writing(engine) as connection:
            deliveries.stamp_sent(connection, published, system_now())
    if refusal is not None:
        raise refusal
    return len(published)


def ready_for_workers(engine: Engine, queues: Collection[str], items: int) -> list[ReadyWork]:
    """The ready deliveries of each queue, for workers of the same process: about so many items of each, one delivery at
    least, without those that another worker has a lease on.

    They are not published, and so not stamped: they stay ready until they are claimed.
    """
    with reading(engine) as connection:
        ready = deliveries.ready(connection, system_now(), queues, MOST_READY)
        held = leases.active(connection, tuple(queues)) if ready else ()
    leased, complete = lost_workers.leased(held), len(ready) < MOST_READY
    unleased: dict[str, list[Ready]] = {}
    for pending in ready:
        if pending.id not in leased:
            unleased.setdefault(pending.queue, []).append(pending)
    return [
        _ready_work(queue, ours := _within(unleased[queue], items), held, complete and ours == unleased[queue])
        for queue in queues
        if queue in unleased
    ]


def _ready_work(queue: str, ready: Sequence[Ready], held: Sequence[Lease], complete: bool) -> ReadyWork:
    return ReadyWork(
        queue,
        [pending.id for pending in ready],
        Lookup(
            [lease for lease in held if lease.queue == queue],
            {pending.id: pending.attempts for pending in ready if pending.attempts},
            [pending.message_id for pending in ready if pending.message_id],
        ),
        complete,
    )


def _publish(
    broker: Broker, queues: Iterable[list[tuple[str, list[int]]]]
) -> tuple[list[int], BrokerUnavailable | None]:
    """Publish the parts of each queue; gives the ids that were published, and the first error."""
    published: list[int] = []
    refused: BrokerUnavailable | None = None
    for parts in queues:
        try:
            for topic, ids in parts:
                broker.publish(topic, [encode(ids)])
                published += ids
        except BrokerUnavailable as refusal:
            refused = refused or refusal
            if refusal.state != CONNECTED:
                break
    return published, refused


def _ready(connection: Connection, queues: Collection[str], in_flight: int) -> list[list[Ready]]:
    """What may be published of each queue: up to `in_flight` items, one delivery at least where there is any."""
    waiting: dict[str, list[Ready]] = {}
    for pending in deliveries.ready(connection, system_now(), queues):
        waiting.setdefault(pending.queue, []).append(pending)
    gone = deliveries.with_broker(connection, waiting) if waiting else {}
    return [_within(waiting[queue], in_flight - gone.get(queue, 0)) for queue in queues if queue in waiting]


def _within(ready: Iterable[Ready], room: int) -> list[Ready]:
    def fits(pending: Ready) -> bool:
        nonlocal room
        room -= pending.items
        return room + pending.items > 0

    return list(takewhile(fits, ready))


def resend(engine: Engine, queues: Collection[str], seconds: int) -> int:
    """Make ready again what was sent so many seconds ago and not handled: the broker lost it, or never had it."""
    before = system_now() - 1_000 * seconds
    with reading(engine) as connection:
        if not deliveries.sent_before(connection, queues, before):
            return 0
    with writing(engine) as connection:
        count = deliveries.resend(connection, queues, before)
    log.warning("deliveries.sent_again", count=count, seconds=seconds)
    return count


def _parts(ready: Iterable[Ready], batch: int) -> list[tuple[str, list[int]]]:
    """Ids of one queue, in order, divided so that each part holds about `batch` items; a part is routed by its first
    topic."""
    parts: list[tuple[str, list[int]]] = []
    size = 0
    for pending in ready:
        if not parts or size + pending.items > batch:
            parts.append((pending.topic, []))
            size = 0
        parts[-1][1].append(pending.id)
        size += pending.items
    return parts


def file_due(engine: Engine, numbering: Numbering, clocks: Mapping[str, int], most: int = 2_000) -> int:
    """Turn deadlines that are due into deliveries, once each; `clocks` gives each sandbox's instant."""
    filed = 0
    with reading(engine) as connection:
        sandboxes = deadlines.with_due(connection, clocks)
    for sandbox in sandboxes:
        now = clocks[sandbox]
        with reading(engine) as connection:
            due = (
                connection.execute(
                    select(deadline.c.id)
                    .where(deadline.c.sandbox == sandbox, deadline.c.state == "open", deadline.c.due <= now)
                    .order_by(deadline.c.due, deadline.c.id)
                    .limit(most)
                )
                .scalars()
                .all()
            )
        if due:
            filed += numbering.retrying(partial(_claim_all, engine, numbering, sandbox, list(due)))
    return filed


def _claim_all(engine: Engine, numbering: Numbering, sandbox: str, ids: list[int]) -> int:
    with writing(engine) as connection:
        claimed, filed = _claim(connection, numbering, sandbox, ids)
    if claimed:
        log.info("deadlines.due", sandbox=sandbox, deadlines=claimed, filed=filed)
    return len(claimed)


def _claim(connection: Connection, numbering: Numbering, sandbox: str, ids: list[int]) -> tuple[list[int], list[int]]:
    """Compare-and-set: the process that closes a deadline files its delivery; those of one kind share deliveries.

    Gives the ids of the deadlines and of the deliveries.
    """
    claimed: list[Any] = []
    for part in chunks(ids):
        free = (
            select(deadline.c.id)
            .where(one_of(connection, deadline.c.id, part), deadline.c.state == "open")
            .with_for_update(skip_locked=True)
        )
        claimed += connection.execute(
            update(deadline)
            .where(deadline.c.id.in_(free))
            .values(state="done")
            .returning(deadline.c.id, deadline.c.kind, deadline.c.queue, deadline.c.subject)
        ).all()
    by_kind: dict[tuple[str, str], list[str]] = {}
    for _, kind, queue, subject in sorted(claimed):
        by_kind.setdefault((queue, kind), []).append(subject)
    rows = []
    for (queue, kind), subjects in by_kind.items():
        for part in chunks(subjects):
            payload = encode([msgspec.Raw(subject.encode()) for subject in part]).decode()
            rows.append(
                (numbering.take(ROWS, "row")[0], sandbox, queue, kind, 0, payload, len(part), "ready", 0, system_now())
            )
    deliveries.file_deliveries(connection, rows)
    return [number for number, *_ in claimed], [number for number, *_ in rows]


def next_due(connection: Connection, sandbox: str) -> int | None:
    """The instant of a sandbox's next open deadline."""
    earliest = connection.execute(
        select(func.min(deadline.c.due)).where(deadline.c.sandbox == sandbox, deadline.c.state == "open")
    ).scalar()
    return None if earliest is None else int(earliest)


def due_deliveries(connection: Connection, sandbox: str) -> int:
    """How many deliveries of a sandbox could be done now, or are being done."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(delivery)
            .where(
                deliveries.NOT_DONE,
                delivery.c.sandbox == sandbox,
                delivery.c.state.in_(deliveries.OPEN),
                delivery.c.not_before <= system_now(),
            )
        ).scalar()
        or 0
    )


def open_deliveries(connection: Connection, sandbox: str, filed_by: int | None = None) -> int:
    """How many deliveries of a sandbox are neither done nor parked; of those filed by an instant of the machine's."""
    among = [] if filed_by is None else [delivery.c.filed_at <= filed_by]
    return int(
        connection.execute(
            select(func.count())
            .select_from(delivery)
            .where(deliveries.NOT_DONE, delivery.c.sandbox == sandbox, delivery.c.state.in_(deliveries.OPEN), *among)
        ).scalar()
        or 0
    )
