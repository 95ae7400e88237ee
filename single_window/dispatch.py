"""Dispatch: gives receipts their place in each mailbox's sequence, publishes ready deliveries, files due deadlines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial

import msgspec
from sqlalchemy import Connection, Engine, func, select, update

from single_window.clock import system_now
from single_window.messaging.broker import Broker
from single_window.numbering import ROWS, Numbering
from single_window.store import deliveries
from single_window.store.bulk import chunks, update_rows, upsert_rows
from single_window.store.engine import reading, writing
from single_window.store.records import encode
from single_window.store.tables import deadline, delivery, mailbox, receipt_group


def dispatch(engine: Engine, broker: Broker, queues: Collection[str], batch: int,
             fault: Callable[[str], None] = lambda point: None) -> int:
    """Order waiting receipts and publish what is ready; gives the number of deliveries published.

    Ids go out in messages of about `batch` items, which is what a consumer then deals with in one transaction.

    Published first, stamped after: a stop between the two publishes again, and consumers win each delivery only once.
    """
    with reading(engine) as connection:
        ready = deliveries.ready(connection, system_now(), queues)
        groups = _waiting_groups(connection)
    for topic, ids in _parts(ready, batch):
        broker.publish(topic, [encode(ids)])
    fault("after-publish")
    if ready or groups:
        with writing(engine) as connection:
            deliveries.stamp_sent(connection, [number for number, *_ in ready])
            _order_receipts(connection)
    return len(ready)


def _parts(ready: Iterable[tuple[int, str, str, int]], batch: int) -> list[tuple[str, list[int]]]:
    """Ids by queue, in order, cut so that each part holds about `batch` items; a part goes by its first topic."""
    parts: list[tuple[str, list[int]]] = []
    filling: dict[str, list[int]] = {}
    sizes: dict[str, int] = {}
    for number, queue, topic, items in ready:
        if queue not in filling or sizes[queue] + items > batch:
            filling[queue], sizes[queue] = [], 0
            parts.append((topic, filling[queue]))
        filling[queue].append(number)
        sizes[queue] += items
    return parts


def _waiting_groups(connection: Connection) -> bool:
    waiting = select(receipt_group.c.id).where(receipt_group.c.first.is_(None)).limit(1)
    return connection.execute(waiting).first() is not None


def _order_receipts(connection: Connection) -> None:
    """Give each waiting group its place, mailbox by mailbox, under the mailbox's lock."""
    rows = connection.execute(
        select(receipt_group.c.id, receipt_group.c.sandbox, receipt_group.c.mailbox, receipt_group.c.count)
        .where(receipt_group.c.first.is_(None)).order_by(receipt_group.c.id).with_for_update()).all()
    by_box: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, sandbox, box, count in rows:
        by_box.setdefault((sandbox, box), []).append((number, count))
    placed = []
    for (sandbox, box), groups in sorted(by_box.items()):
        first = _advance(connection, sandbox, box, sum(count for _, count in groups))
        for number, count in groups:
            placed.append((first, number))
            first += count
    update_rows(connection, receipt_group, ("id",), ("first",), placed)


def _advance(connection: Connection, sandbox: str, box: str, count: int) -> int:
    """Take `count` places of a mailbox; gives the first."""
    step = (update(mailbox).where(mailbox.c.sandbox == sandbox, mailbox.c.dxp_id == box)
            .values(next=mailbox.c.next + count).returning(mailbox.c.next))
    after = connection.execute(step).scalar()
    if after is None:  # somebody else may be making it at this moment
        upsert_rows(connection, mailbox, ("sandbox", "dxp_id"), [(sandbox, box)])
        after = connection.execute(step).scalar_one()
    return int(after) - count


def file_due(engine: Engine, numbering: Numbering, clocks: Mapping[str, int], most: int = 2_000) -> int:
    """Turn deadlines that are due into deliveries, once each; `clocks` gives each sandbox's instant."""
    filed = 0
    for sandbox, now in clocks.items():
        with reading(engine) as connection:
            due = connection.execute(
                select(deadline.c.id)
                .where(deadline.c.sandbox == sandbox, deadline.c.state == "open", deadline.c.due <= now)
                .order_by(deadline.c.due, deadline.c.id).limit(most)).scalars().all()
        if due:
            filed += numbering.retrying(partial(_claim_all, engine, numbering, sandbox, list(due)))
    return filed


def _claim_all(engine: Engine, numbering: Numbering, sandbox: str, ids: list[int]) -> int:
    with writing(engine) as connection:
        return _claim(connection, numbering, sandbox, ids)


def _claim(connection: Connection, numbering: Numbering, sandbox: str, ids: list[int]) -> int:
    """Compare-and-set: whoever closes a deadline files its delivery; those of one kind share deliveries."""
    claimed = []
    for part in chunks(ids):
        claimed += connection.execute(
            update(deadline).where(deadline.c.id.in_(part), deadline.c.state == "open").values(state="done")
            .returning(deadline.c.id, deadline.c.kind, deadline.c.queue, deadline.c.subject)).all()
    by_kind: dict[tuple[str, str], list[str]] = {}
    for _, kind, queue, subject in sorted(claimed):
        by_kind.setdefault((queue, kind), []).append(subject)
    rows = []
    for (queue, kind), subjects in by_kind.items():
        for part in chunks(subjects):
            payload = encode([msgspec.Raw(subject.encode()) for subject in part]).decode()
            rows.append((numbering.take(ROWS, "row")[0], sandbox, queue, kind, 0, payload, len(part), "ready", 0,
                         system_now()))
    deliveries.file_deliveries(connection, rows)
    return len(claimed)


def next_due(connection: Connection, sandbox: str) -> int | None:
    """The instant of a sandbox's next open deadline."""
    found = connection.execute(select(func.min(deadline.c.due)).where(
        deadline.c.sandbox == sandbox, deadline.c.state == "open")).scalar()
    return None if found is None else int(found)


def open_deliveries(connection: Connection, sandbox: str) -> int:
    """How many deliveries of a sandbox are neither done nor parked."""
    return int(connection.execute(select(func.count()).select_from(delivery).where(
        delivery.c.sandbox == sandbox, delivery.c.state.in_(deliveries.OPEN))).scalar() or 0)
