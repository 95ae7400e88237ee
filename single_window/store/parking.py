"""Parked deliveries: list, retry, dismiss; each act is recorded with person, instant and reason. Never commits.

Acts are compare-and-set, so that only one of two concurrent retries takes effect. A ready delivery may be dismissed
too; then either the worker's or the person's act takes effect.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, func, or_, select, update

from single_window.store import sandboxes, work_cases
from single_window.store.bulk import chunks, insert_rows, one_of
from single_window.store.deliveries import DONE, Delivery
from single_window.store.desks import desks
from single_window.store.names import DISMISSED, OPEN, PARKED, READY, RETRIED
from single_window.store.numbering import ROWS, Numbering
from single_window.store.tables import delivery, handling, message

STATES = {PARKED: (PARKED,), DISMISSED: (DISMISSED,), OPEN: (READY,)}
"""Name of a list → the states of its deliveries."""
MOST_READ = 1_000
"""Parked deliveries that are read to find those of a message."""
DELIVERIES_PER_STATEMENT = 10_000
"""Maximum number of deliveries that one statement changes."""


class ParkingAct(NamedTuple):
    """A past act on a parked delivery; `at`: the machine's instant, `act`: retried or dismissed, `why`: the reason."""

    at: int
    act: str
    who: str
    why: str


class ParkedDelivery(NamedTuple):
    """A parked or dismissed delivery; `reason` and `traceback` of its failure, and the acts on it."""

    id: int
    sandbox: str
    queue: str
    topic: str
    message_id: int
    item_count: int
    state: str
    attempts: int
    filed_at: int
    reason: str
    traceback: str
    handled: tuple[ParkingAct, ...]


class Deed(NamedTuple):
    """Person, instant (of the machine) and reason of a new act on parked deliveries."""

    who: str
    at: int
    why: str = ""


def parked_deliveries(
    connection: Connection, sandbox: str, states: Collection[str] = (PARKED,), most: int | None = None, before: int = 0
) -> list[ParkedDelivery]:
    """Parked deliveries of a sandbox, newest first, with ids below `before` (0: the newest)."""
    where: list[Any] = [delivery.c.state.in_(states), delivery.c.sandbox == sandbox]
    if before:
        where.append(delivery.c.id < before)
    rows = connection.execute(
        select(*[delivery.c[name] for name in ParkedDelivery._fields[:-1]])
        .where(*where)
        .order_by(delivery.c.id.desc())
        .limit(most)
    ).all()
    handled = _acts_on(connection, [row.id for row in rows])
    return [ParkedDelivery._make((*row, tuple(handled.get(row.id, ())))) for row in rows]


def count(connection: Connection, sandbox: str, states: Collection[str] = (PARKED,)) -> int:
    """The number of deliveries of a sandbox in these states."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(delivery)
            .where(delivery.c.state.in_(states), delivery.c.sandbox == sandbox)
        ).scalar_one()
    )


def count_about(connection: Connection, sandbox: str, message_id: int, documents: Mapping[int, str]) -> int:
    """Return how many parked deliveries are about a message, or tell a gateway of one of its `documents` (id → topic of
    `DocumentFiled`): nobody answers these until they are tried again. Of very many parked ones the newest are read."""
    columns = delivery.c
    parked = select(columns.message_id, columns.payload).where(columns.state == PARKED, columns.sandbox == sandbox)
    about = or_(columns.message_id == message_id, columns.topic.in_(sorted(set(documents.values()))))
    rows = connection.execute(parked.where(about).order_by(columns.id.desc()).limit(MOST_READ)).all()
    return sum(row.message_id == message_id or _names(row.payload, documents) for row in rows)


def _names(payload: str, documents: Collection[int]) -> bool:
    """True if payloads of `DocumentFiled`, as JSON, name one of these documents."""
    return any(filed[0] in documents for filed in msgspec.json.decode(payload))


def states(connection: Connection, sandbox: str, ids: Collection[int]) -> dict[int, str]:
    """Id → state of a sandbox's deliveries; one that was retried and is not stored any more is done. Unknown ids are
    omitted."""
    found: dict[int, str] = {}
    for chunk in chunks(ids):
        found |= dict.fromkeys(_last_retried(connection, sandbox, chunk), DONE)
        stored = select(delivery.c.id, delivery.c.state).where(delivery.c.sandbox == sandbox, delivery.c.id.in_(chunk))
        found |= {number: state for number, state in connection.execute(stored)}
    return found


def _last_retried(connection: Connection, sandbox: str, ids: Sequence[int]) -> list[int]:
    """Those of these deliveries whose last act was a retry."""
    rows = connection.execute(
        select(handling.c.delivery_id, handling.c.act)
        .where(handling.c.sandbox == sandbox, handling.c.delivery_id.in_(ids))
        .order_by(handling.c.id)
    )
    last = {number: act for number, act in rows}
    return [number for number, act in last.items() if act == RETRIED]


def open_case(connection: Connection, parked: Delivery, reason: str) -> None:
    """Open a case for a parked delivery at its desk, unless its sandbox was deleted."""
    if (now := _now(connection, parked.sandbox)) is None:
        return
    text = f"{parked.queue} · {parked.topic}"
    facts = {
        "number": str(parked.id),
        "kind": PARKED,
        "state": PARKED,
        "version": 0,
        "goods": f"{text}: {reason}"[:200],
        "terms": f"{text} {parked.message_id or ''}",
    }
    work_cases.put(connection, parked.sandbox, (PARKED, str(parked.id)), facts, desks()[PARKED], now)


def retry(
    connection: Connection, numbering: Numbering, sandbox: str, ids: Sequence[int] | None, deed: Deed
) -> list[int]:
    """Make deliveries ready again: all parked ones if `ids` is None. Dismissed ones must be named by id.

    Returns the ids of the deliveries changed.
    """
    which = _lock_changeable(connection, sandbox, (PARKED,) if ids is None else (PARKED, DISMISSED), ids)
    values = {"state": READY, "attempts": 0, "not_before": deed.at}
    _move(connection, sandbox, which, values, "received", DISMISSED)
    _note(connection, numbering, sandbox, which, RETRIED, deed)
    return [number for number, _ in which]


def dismiss(
    connection: Connection, numbering: Numbering, sandbox: str, ids: Sequence[int] | None, deed: Deed
) -> list[int]:
    """Dismiss deliveries: all parked ones of the sandbox if `ids` is None. Ready ones must be named by id.

    Skips those that a worker has locked. Returns the ids of the deliveries changed.
    """
    which = _lock_changeable(connection, sandbox, (PARKED,) if ids is None else (PARKED, READY), ids)
    _move(connection, sandbox, which, {"state": DISMISSED}, DISMISSED, "received")
    _note(connection, numbering, sandbox, which, DISMISSED, deed)
    return [number for number, _ in which]


def _lock_changeable(
    connection: Connection, sandbox: str, states: Collection[str], ids: Sequence[int] | None
) -> list[tuple[int, int]]:
    """(id, message id) of each delivery in one of the states, locked in the order of ids.

    Locked ones are skipped, because a hanging worker would block the caller.
    """
    where: list[Any] = [delivery.c.state.in_(states), delivery.c.sandbox == sandbox]
    if ids is not None:
        where.append(one_of(connection, delivery.c.id, sorted(set(ids))))
    chosen = select(delivery.c.id, delivery.c.message_id).where(*where).order_by(delivery.c.id)
    rows = connection.execute(chosen.with_for_update(skip_locked=READY in states))
    return [(number, message_id) for number, message_id in rows]


def _move(
    connection: Connection,
    sandbox: str,
    which: Sequence[tuple[int, int]],
    values: dict[str, Any],
    message_state: str,
    message_was: str,
) -> None:
    """Change deliveries and end their cases. A message that reception has not processed gets `message_state`."""
    if which and (now := _now(connection, sandbox)) is not None:
        work_cases.end(connection, sandbox, [(PARKED, str(number)) for number, _ in which], now)
    for chunk in chunks(which, DELIVERIES_PER_STATEMENT):
        connection.execute(
            update(delivery).where(one_of(connection, delivery.c.id, [number for number, _ in chunk])).values(**values)
        )
        messages = [message_id for _, message_id in chunk if message_id]
        connection.execute(
            update(message)
            .where(one_of(connection, message.c.id, messages), message.c.state == message_was)
            .values(state=message_state)
        )


def _now(connection: Connection, sandbox: str) -> int | None:
    """The instant of a sandbox, or None if it does not exist."""
    try:
        return sandboxes.find(connection, sandbox).clock.now()
    except sandboxes.UnknownSandbox:
        return None


def _note(
    connection: Connection, numbering: Numbering, sandbox: str, which: Sequence[tuple[int, int]], act: str, deed: Deed
) -> None:
    ids = numbering.take(ROWS, "row", len(which))
    insert_rows(
        connection,
        handling,
        ("id", "sandbox", "delivery_id", "at", "act", "who", "why"),
        [(number, sandbox, of, deed.at, act, deed.who, deed.why) for number, (of, _) in zip(ids, which, strict=True)],
    )


def _acts_on(connection: Connection, ids: Sequence[int]) -> dict[int, list[ParkingAct]]:
    by_delivery: dict[int, list[ParkingAct]] = {}
    for chunk in chunks(ids):
        rows = connection.execute(
            select(handling.c.delivery_id, handling.c.at, handling.c.act, handling.c.who, handling.c.why)
            .where(handling.c.delivery_id.in_(chunk))
            .order_by(handling.c.id)
        )
        for number, *values in rows:
            by_delivery.setdefault(number, []).append(ParkingAct(*values))
    return by_delivery
