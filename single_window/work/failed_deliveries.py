"""Decides what becomes of a delivery that failed: split into single items, later with backoff, or parked."""

from __future__ import annotations

from traceback import format_exception

import msgspec
from sqlalchemy import Connection

from single_window.clock import system_now
from single_window.message_limits import FIRST_BACKOFF_MILLISECONDS
from single_window.store import deliveries, parking
from single_window.store.bulk import encode
from single_window.store.deliveries import Delivery
from single_window.store.numbering import ROWS, Numbering


def settle(
    connection: Connection, numbering: Numbering, delivery: Delivery, max_attempts: int, error: Exception
) -> str:
    """Decide what becomes of a locked delivery that failed alone: one of many items is split; a single item is tried
    again later, or parked after `max_attempts`, at once if the error says that it is `permanent`.

    Return "split", "waits" or "parked"."""
    if split(connection, numbering, delivery):
        deliveries.finish(connection, delivery.id)
        return "split"
    attempts = 0 if getattr(error, "permanent", False) else max_attempts
    trace = "".join(format_exception(error))
    return back_off(connection, delivery, attempts, f"{type(error).__name__}: {error}", trace)


def split(connection: Connection, numbering: Numbering, delivery: Delivery, attempts: int = 0) -> bool:
    """File each item of a locked delivery as a separate delivery; False: it has only one item.

    `attempts` above 0: each is retried alone.
    """
    items = msgspec.json.decode(delivery.payload) if delivery.payload else []
    if len(items) < 2:
        return False
    ids = numbering.take(ROWS, "row", len(items))
    deliveries.file_deliveries(
        connection,
        [
            (
                number,
                delivery.sandbox,
                delivery.queue,
                delivery.topic,
                delivery.message_id,
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
        deliveries.mark_suspects(connection, ids, "")
    return True


def back_off(
    connection: Connection, delivery: Delivery, max_attempts: int, reason: str, trace: str, at_once: bool = False
) -> str:
    """Count an attempt: retry the delivery after a backoff, or park it after `max_attempts`; returns "waits" or
    "parked".

    `at_once`: without backoff, as after the death of a worker that may have had another cause.
    """
    last = delivery.attempts + 1 >= max_attempts
    pause = 0 if at_once else FIRST_BACKOFF_MILLISECONDS * 2**delivery.attempts
    retry_at = None if last else system_now() + pause
    deliveries.fail(connection, delivery, reason, trace, retry_at=retry_at)
    if last:
        parking.open_case(connection, delivery, reason)
    return "parked" if last else "waits"
