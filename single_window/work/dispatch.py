"""Dispatch: finds ready deliveries for the workers of this process, and files due deadlines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

import msgspec
import structlog
from sqlalchemy import Connection, Engine, bindparam, func, select, update

from gateways.holds import Held
from single_window.clock import system_now
from single_window.message_limits import READY_DELIVERIES
from single_window.store import case_queue, deadlines, deliveries, holds, leases
from single_window.store.bulk import chunks, encode, one_of
from single_window.store.deliveries import Ready
from single_window.store.engine import reading, writing
from single_window.store.leases import Lease
from single_window.store.numbering import ROWS, Numbering
from single_window.store.prepared import fetch_value
from single_window.store.tables import deadline, delivery
from single_window.work import lost_workers
from single_window.work.worker import Lookup

log = structlog.get_logger(__name__)

_LAST_INSTANT = 2**63 - 1
_NEXT_DUE = select(func.min(deadline.c.due)).where(
    deadline.c.sandbox == bindparam("of_sandbox"), deadline.c.state == "open", deadline.c.due < deadlines.HELD
)
_OPEN = (
    select(func.count())
    .select_from(delivery)
    .where(
        delivery.c.sandbox == bindparam("of_sandbox"),
        delivery.c.state == deliveries.READY,
        delivery.c.filed_at <= bindparam("filed_by"),
    )
)


class ReadyWork(NamedTuple):
    """Ready deliveries of a queue for its worker, with data that the worker would query otherwise (`known`);
    `complete`: the queue has no other ready deliveries.
    """

    queue: str
    ids: Sequence[int]
    known: Lookup
    complete: bool


def ready_for_workers(engine: Engine, queues: Collection[str], items: int) -> list[ReadyWork]:
    """Ready, unleased deliveries of each queue, about `items` items of each, at least one delivery. They stay ready
    until they are claimed.
    """
    with reading(engine) as connection:
        ready, most = deliveries.ready(connection, system_now(), queues, READY_DELIVERIES), READY_DELIVERIES
        held = leases.active(connection, tuple(queues)) if ready else ()
        leased = lost_workers.leased_deliveries(held)
        if leased and len(ready) >= READY_DELIVERIES:  # leased deliveries must not hide later ones
            most += len(leased)
            ready = deliveries.ready(connection, system_now(), queues, most)
    complete = len(ready) < most
    unleased: dict[str, list[Ready]] = {}
    for pending in ready:
        if pending.id not in leased:
            unleased.setdefault(pending.queue, []).append(pending)
    return [
        _ready_work(queue, selected := _within(unleased[queue], items), held, complete and selected == unleased[queue])
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


def _within(ready: Iterable[Ready], capacity: int) -> list[Ready]:
    def fits(pending: Ready) -> bool:
        nonlocal capacity
        capacity -= pending.items
        return capacity + pending.items > 0

    return list(takewhile(fits, ready))


def file_due(engine: Engine, numbering: Numbering, clocks: Mapping[str, int], most: int = 2_000) -> int:
    """Turn due deadlines into deliveries, once each; `clocks`: sandbox → its instant. Returns their number."""
    filed = 0
    with reading(engine) as connection:
        sandboxes = deadlines.with_due(connection, clocks)
        waiting = deadlines.with_held(connection, clocks)
        free = {name: deadlines.free(connection, name, _held(connection, name, clocks[name])) for name in waiting}
    for sandbox, ids in free.items():
        if ids:
            with writing(engine) as connection:
                deadlines.let_go(connection, sandbox, ids)
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
            filed += _claim_all(engine, numbering, sandbox, list(due), now)
    return filed


def _claim_all(engine: Engine, numbering: Numbering, sandbox: str, ids: list[int], now: int) -> int:
    with writing(engine) as connection:
        claimed, filed = _claim(connection, numbering, sandbox, ids, now)
    if claimed:
        log.info("deadlines.due", sandbox=sandbox, deadlines=claimed, filed=filed)
    return len(claimed)


def _claim(
    connection: Connection, numbering: Numbering, sandbox: str, ids: list[int], now: int
) -> tuple[list[int], list[int]]:
    """Compare-and-set: close deadlines and file their deliveries, one for many deadlines of the same kind. Those of a
    subject about which a proposal or a question waits, or which an officer has in hand, wait as long.

    Returns (ids of the deadlines, ids of the deliveries).
    """
    if held := _held(connection, sandbox, now, lasting=True):
        waiting = deadlines.hold(connection, sandbox, ids, held)
        ids = [number for number in ids if number not in waiting]
    claimed: list[Any] = []
    for chunk in chunks(ids):
        free = (
            select(deadline.c.id)
            .where(one_of(connection, deadline.c.id, chunk), deadline.c.state == "open")
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
        for chunk in chunks(subjects):
            payload = encode([msgspec.Raw(subject.encode()) for subject in chunk]).decode()
            rows.append(
                (numbering.take(ROWS, "row")[0], sandbox, queue, kind, 0, payload, len(chunk), "ready", 0, system_now())
            )
    deliveries.file_deliveries(connection, rows)
    return [number for number, *_ in claimed], [number for number, *_ in rows]


def _held(connection: Connection, sandbox: str, now: int, *, lasting: bool = False) -> Collection[str]:
    """The ids of subjects that are held at the sandbox's instant `now`, or that officers have in hand. `lasting`: no
    hold is lifted before the transaction ends."""
    held = holds.keys_held(connection, sandbox, Held.CASE, now, lasting=lasting)
    return {*held, *case_queue.in_hand(connection, sandbox)}


def next_due(connection: Connection, sandbox: str) -> int | None:
    """The instant of a sandbox's next open deadline, or None."""
    earliest = fetch_value(connection, _NEXT_DUE, {"of_sandbox": sandbox})
    return None if earliest is None else int(earliest)


def due_deliveries(connection: Connection, sandbox: str) -> int:
    """The number of deliveries of a sandbox that may be handled now or are being handled."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(delivery)
            .where(
                delivery.c.sandbox == sandbox,
                delivery.c.state == deliveries.READY,
                delivery.c.not_before <= system_now(),
            )
        ).scalar()
        or 0
    )


def open_deliveries(connection: Connection, sandbox: str, filed_by: int | None = None) -> int:
    """The number of deliveries of a sandbox that are neither done nor parked, filed at or before an instant of the
    machine if given."""
    values = {"of_sandbox": sandbox, "filed_by": _LAST_INSTANT if filed_by is None else filed_by}
    return int(fetch_value(connection, _OPEN, values) or 0)
