"""Recovers the deliveries of lost workers: those that died or did not finish in time.

An attempt is counted for each delivery. If several were processed together, the cause is unknown, and each is retried
alone. One that was processed alone is split, retried later, or parked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Engine

from declarations.calendar import utc_text
from single_window.clock import system_now
from single_window.observe import liveness
from single_window.observe import steps as observing
from single_window.store import deliveries, leases
from single_window.store.deliveries import Delivery
from single_window.store.engine import reading, writing
from single_window.store.leases import Lease
from single_window.store.numbering import Numbering
from single_window.work.failed_deliveries import back_off, split


def recover(engine: Engine, numbering: Numbering, attempts: int, queues: Collection[str] | None = None) -> int:
    """Recover the deliveries of lost workers of these queues (None: of all); returns the number of lost workers.

    `attempts`: the setting of that name.
    """
    with reading(engine) as connection:
        held = leases.active(connection, queues)
    return recover_from(engine, numbering, attempts, held)


def recover_from(engine: Engine, numbering: Numbering, attempts: int, held: Sequence[Lease]) -> int:
    """Like `recover`, with leases that were read already."""
    lost = [lease for lease in held if _is_lost(lease, system_now())]
    return sum(_recover(engine, numbering, attempts, lease) for lease in lost)


def leased_deliveries(held: Sequence[Lease]) -> set[int]:
    """Ids of deliveries that are leased by workers not known to be lost."""
    now = system_now()
    return {number for lease in held if not _is_lost(lease, now) for number in lease.deliveries}


def _is_lost(lease: Lease, now: int) -> bool:
    """True if the lease has expired, or its worker is known to have died."""
    return liveness.is_working(lease.worker) is False or now > lease.until


def _recover(engine: Engine, numbering: Numbering, attempts: int, lost: Lease) -> int:
    with writing(engine) as connection:
        unfinished = deliveries.lock(connection, lost.queue, lost.deliveries, skip_locked=True)
        if len(unfinished) < len(deliveries.unfinished(connection, lost.queue, lost.deliveries)):
            return 0  # the database server still holds the dead client's locks
        if not leases.revoke(connection, lost):
            return 0
        outcomes = _count_attempts(connection, numbering, attempts, lost, unfinished)
    observing.lost(lost, outcomes)
    return 1


def _count_attempts(
    connection: Connection, numbering: Numbering, attempts: int, lost: Lease, unfinished: Sequence[Delivery]
) -> dict[int, str]:
    """Count an attempt for each open delivery; returns id → outcome."""
    reason = _reason(lost, unfinished)
    if len(lost.deliveries) > 1:
        deliveries.mark_suspects(connection, [delivery.id for delivery in unfinished], reason)
        return {delivery.id: "alone" for delivery in unfinished}
    return {delivery.id: _retry(connection, numbering, delivery, attempts, reason) for delivery in unfinished}


def _retry(connection: Connection, numbering: Numbering, delivery: Delivery, attempts: int, reason: str) -> str:
    """Split a delivery, or let it wait for its next attempt; returns the outcome."""
    if split(connection, numbering, delivery, attempts=1):
        deliveries.finish(connection, delivery.id)
        return "split"
    return back_off(connection, delivery, attempts, reason, "", at_once=delivery.attempts == 0)


def _reason(lost: Lease, unfinished: Sequence[Delivery]) -> str:
    """The failure reason that is stored with the deliveries."""
    tries = 1 + max((delivery.attempts for delivery in unfinished), default=0)
    others = f", together with {len(lost.deliveries) - 1} others" if len(lost.deliveries) > 1 else ""
    return (
        f"WorkerLost: the process working on it died, or made no progress until it was ended "
        f"(attempt {tries}, by {liveness.readable(lost.worker)} since {utc_text(lost.since)}{others})"
    )
