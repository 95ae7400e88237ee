"""Parked messages: listed, sent again, closed with a reason; with person, instant and reason. Never commits.

A delivery leaves the parking by compare-and-set, so of two retries of the same one takes effect. One that is still open
may be closed too: of a worker that finishes it and a person who closes it, one takes effect.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, update

from single_window.store import sandboxes, work_cases
from single_window.store.bulk import chunks, insert_rows, one_of
from single_window.store.deliveries import NOT_DONE, Delivery
from single_window.store.desks import desks
from single_window.store.names import DISMISSED, OPEN, PARKED, READY, RETRIED
from single_window.store.numbering import ROWS, Numbering
from single_window.store.tables import delivery, handling, message

STATES = {PARKED: (PARKED,), DISMISSED: (DISMISSED,), OPEN: (READY,)}
"""What may be listed, and the states of a delivery that it stands for."""
LARGEST = 10_000
"""Deliveries that one statement moves at most."""
_SHOWN = (
    "id",
    "sandbox",
    "queue",
    "topic",
    "message_id",
    "item_count",
    "state",
    "attempts",
    "filed_at",
    "reason",
    "traceback",
)


class ParkingAct(NamedTuple):
    """An act on a parked delivery: instant (of the machine), act (retried, dismissed), person and reason."""

    at: int
    act: str
    who: str
    why: str


class ParkedDelivery(NamedTuple):
    """A delivery that is parked, or was dismissed: why it failed, and what was done about it so far."""

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
    """The person of an act on parked deliveries, the instant (of the machine), and the reason."""

    who: str
    at: int
    why: str = ""


def listed(
    connection: Connection, sandbox: str, states: Collection[str] = (PARKED,), most: int | None = None, before: int = 0
) -> list[ParkedDelivery]:
    """Parked deliveries of a sandbox, newest first, with ids below `before` (0: the newest)."""
    where: list[Any] = [NOT_DONE, delivery.c.state.in_(states), delivery.c.sandbox == sandbox]
    if before:
        where.append(delivery.c.id < before)
    rows = connection.execute(
        select(*[delivery.c[name] for name in _SHOWN]).where(*where).order_by(delivery.c.id.desc()).limit(most)
    ).all()
    handled = _handled(connection, [row.id for row in rows])
    return [ParkedDelivery._make((*row, tuple(handled.get(row.id, ())))) for row in rows]


def count(connection: Connection, sandbox: str, states: Collection[str] = (PARKED,)) -> int:
    """The number of deliveries of a sandbox in these states."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(delivery)
            .where(NOT_DONE, delivery.c.state.in_(states), delivery.c.sandbox == sandbox)
        ).scalar_one()
    )


def states(connection: Connection, sandbox: str, ids: Collection[int]) -> dict[int, str]:
    """The states of a sandbox's deliveries, by id; of those that there are."""
    return {
        number: state
        for part in chunks(ids)
        for number, state in connection.execute(
            select(delivery.c.id, delivery.c.state).where(delivery.c.sandbox == sandbox, delivery.c.id.in_(part))
        )
    }


def open_case(connection: Connection, parked: Delivery, reason: str) -> None:
    """Keep a delivery that is parked now as a case of its desk; none where its sandbox is gone."""
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
    """Send deliveries again, all that are parked when `ids` is None; one that was dismissed only by its id.

    Gives the ids of those that were sent.
    """
    which = _leaving(connection, sandbox, (PARKED,) if ids is None else (PARKED, DISMISSED), ids)
    values = {"state": READY, "attempts": 0, "not_before": deed.at}
    _move(connection, sandbox, which, values, "received", DISMISSED)
    _note(connection, numbering, sandbox, which, RETRIED, deed)
    return [number for number, _ in which]


def dismiss(
    connection: Connection, numbering: Numbering, sandbox: str, ids: Sequence[int] | None, deed: Deed
) -> list[int]:
    """Close deliveries, all that are parked in a sandbox when `ids` is None; one that is open only by its id.

    Not one that a worker has hold of in its transaction. Gives the ids of those that were closed.
    """
    which = _leaving(connection, sandbox, (PARKED,) if ids is None else (PARKED, READY), ids)
    _move(connection, sandbox, which, {"state": DISMISSED}, DISMISSED, "received")
    _note(connection, numbering, sandbox, which, DISMISSED, deed)
    return [number for number, _ in which]


def _leaving(
    connection: Connection, sandbox: str, states: Collection[str], ids: Sequence[int] | None
) -> list[tuple[int, int]]:
    """Id and message of each delivery that may leave, locked in one order by all.

    A locked one is skipped even where it is named: a worker that hangs would block all others.
    """
    where: list[Any] = [NOT_DONE, delivery.c.state.in_(states), delivery.c.sandbox == sandbox]
    if ids is not None:
        where.append(one_of(connection, delivery.c.id, sorted(set(ids))))
    rows = connection.execute(
        select(delivery.c.id, delivery.c.message_id)
        .where(*where)
        .order_by(delivery.c.id)
        .with_for_update(skip_locked=READY in states)
    )
    return [(number, message_id) for number, message_id in rows]


def _move(
    connection: Connection,
    sandbox: str,
    which: Sequence[tuple[int, int]],
    values: dict[str, Any],
    message_state: str,
    message_was: str,
) -> None:
    """Change deliveries, whose cases end; a message that was never taken in shares the state of its delivery."""
    if which and (now := _now(connection, sandbox)) is not None:
        work_cases.end(connection, sandbox, [(PARKED, str(number)) for number, _ in which], now)
    for part in chunks(which, LARGEST):
        connection.execute(
            update(delivery).where(one_of(connection, delivery.c.id, [number for number, _ in part])).values(**values)
        )
        messages = [message_id for _, message_id in part if message_id]
        connection.execute(
            update(message)
            .where(one_of(connection, message.c.id, messages), message.c.state == message_was)
            .values(state=message_state)
        )


def _now(connection: Connection, sandbox: str) -> int | None:
    """The instant of a sandbox; None where there is none of that name."""
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


def _handled(connection: Connection, ids: Sequence[int]) -> dict[int, list[ParkingAct]]:
    by_delivery: dict[int, list[ParkingAct]] = {}
    for part in chunks(ids):
        rows = connection.execute(
            select(handling.c.delivery_id, handling.c.at, handling.c.act, handling.c.who, handling.c.why)
            .where(handling.c.delivery_id.in_(part))
            .order_by(handling.c.id)
        )
        for number, *values in rows:
            by_delivery.setdefault(number, []).append(ParkingAct(*values))
    return by_delivery
