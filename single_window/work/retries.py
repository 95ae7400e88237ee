"""What follows when one delivery failed by itself: its items are tried one by one, it waits, or it is parked."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from single_window.clock import system_now
from single_window.store import deliveries, parking
from single_window.store.bulk import encode
from single_window.store.deliveries import Delivery
from single_window.store.numbering import ROWS, Numbering

PAUSE = 1_000
"""Milliseconds until the second attempt; each further one waits twice as long."""


def split(connection: Connection, numbering: Numbering, one: Delivery, attempts: int = 0) -> bool:
    """File each item of a delivery that was won as a delivery of its own; False: it has no more than one.

    With `attempts` above 0 each is tried alone. Raises `Exhausted`.
    """
    items = msgspec.json.decode(one.payload) if one.payload else []
    if len(items) < 2:
        return False
    ids = numbering.take(ROWS, "row", len(items))
    deliveries.file_deliveries(
        connection,
        [
            (
                number,
                one.sandbox,
                one.queue,
                one.topic,
                one.message_id,
                encode([item]).decode(),
                1,
                "ready",
                0,
                system_now(),
            )
            for number, item in zip(ids, items, strict=True)
        ],
    )
    if attempts:
        deliveries.suspect(connection, ids, "")
    return True


def put_off(connection: Connection, one: Delivery, most: int, reason: str, trace: str, at_once: bool = False) -> str:
    """Count an attempt: the delivery waits for its next one, or is parked after so many at most; gives which.

    `at_once`: the next attempt need not wait, as after the death of a worker that may have had other causes.
    """
    last = one.attempts + 1 >= most
    pause = 0 if at_once else PAUSE * 2**one.attempts
    again = None if last else system_now() + pause
    deliveries.fail(connection, one, reason, trace, again_at=again)
    if last:
        parking.open_case(connection, one, reason)
    return "parked" if last else "waits"
