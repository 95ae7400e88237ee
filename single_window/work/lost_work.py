"""Sees to what lost workers had in hand: those that died, or did not finish in time.

Their deliveries have an attempt behind them as if they had failed. Of many that were taken together nobody knows which
it was: each is tried alone from now on. One that was alone is split, waits, or is parked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from sqlalchemy import Connection, Engine

from declarations.calendar import utc_text
from single_window.clock import system_now
from single_window.observe import liveness
from single_window.observe import steps as observing
from single_window.store import deliveries, in_hand
from single_window.store.deliveries import Delivery
from single_window.store.engine import reading, writing
from single_window.store.in_hand import InHand
from single_window.store.numbering import Numbering
from single_window.work.retries import put_off, split


def take_over(engine: Engine, numbering: Numbering, attempts: int, queues: Collection[str] | None = None) -> int:
    """Count an attempt for what lost workers had in hand of these queues (None: of all); gives how many they were.

    `attempts` as in the settings.
    """
    with reading(engine) as connection:
        seen = in_hand.listed(connection, queues)
    return take_over_of(engine, numbering, attempts, seen)


def take_over_of(engine: Engine, numbering: Numbering, attempts: int, seen: Sequence[InHand]) -> int:
    """As `take_over`, of those who were seen to have something in hand."""
    lost = [one for one in seen if _lost(one, system_now())]
    return sum(numbering.retrying(partial(_take_over, engine, numbering, attempts, one)) for one in lost)


def busy(seen: Sequence[InHand]) -> set[int]:
    """The deliveries that those who have something in hand are known to be busy with."""
    return {number for one in seen if liveness.lives(one.worker) for number in one.deliveries}


def _lost(one: InHand, now: int) -> bool:
    """Whether its worker has died, as far as can be seen from here, or had its time and more."""
    return liveness.lives(one.worker) is False or now > one.until


def _take_over(engine: Engine, numbering: Numbering, attempts: int, lost: InHand) -> int:
    with writing(engine) as connection:
        left = deliveries.free(connection, lost.queue, lost.deliveries)
        if len(left) < len(deliveries.open_ones(connection, lost.queue, lost.deliveries)):
            return 0  # the server has not noticed yet that its client is gone, and holds its locks
        if not in_hand.take_away(connection, lost):
            return 0
        outcomes = _count(connection, numbering, attempts, lost, left)
    observing.lost(lost, outcomes)
    return 1


def _count(
    connection: Connection, numbering: Numbering, attempts: int, lost: InHand, left: Sequence[Delivery]
) -> dict[int, str]:
    """Count an attempt for each delivery that is still open; gives what became of it."""
    reason = _reason(lost, left)
    if len(lost.deliveries) > 1:
        deliveries.suspect(connection, [one.id for one in left], reason)
        return {one.id: "alone" for one in left}
    outcomes = {}
    for one in left:
        if split(connection, numbering, one, attempts=1):
            deliveries.finish(connection, one.id)
            outcomes[one.id] = "split"
        else:
            outcomes[one.id] = put_off(connection, one, attempts, reason, "", at_once=one.attempts == 0)
    return outcomes


def _reason(lost: InHand, left: Sequence[Delivery]) -> str:
    """What is known of it, in words that are kept with the deliveries."""
    tries = 1 + max((one.attempts for one in left), default=0)
    others = f", together with {len(lost.deliveries) - 1} others" if len(lost.deliveries) > 1 else ""
    return (
        f"WorkerLost: the process working on it died, or made no progress until it was ended "
        f"(attempt {tries}, by {liveness.said(lost.worker)} since {utc_text(lost.since)}{others})"
    )
