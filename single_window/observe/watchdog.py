"""Tells what takes too long: work that a stage should have finished by now, by the machine's clock. Changes nothing.

A delivery that waits for its next attempt is not late. What is parked is, for it waits for somebody to decide; so is a
channel that is blocked, however short its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy import Connection, Engine, func, select

from single_window.clock import Clock, monotonic, system_now
from single_window.language.words import Words, book, phrase
from single_window.messaging.topology import QUEUES
from single_window.store import channels, deadlines, leases, sandboxes
from single_window.store.depths import Depth, depths, oldest
from single_window.store.engine import reading
from single_window.store.tables import deadline

log = structlog.get_logger(__name__)
PARKED, DEADLINES, CHANNELS, IN_HAND = "parked", "deadlines", "channels", "in_hand"
EXAMPLES = 3
"""So many ids of what is late are told."""
LOOK_EVERY = 5.0
"""Seconds between two looks of a watchdog."""
AGAIN = 600.0
"""Seconds after which the log is told again of a stage that is still late."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a stage has not finished: how much, the age of the oldest in seconds; how much of it is late, and ids."""

    stage: str
    count: int
    oldest: float
    late: int = 0
    examples: tuple[int | str, ...] = ()

    @property
    def words(self) -> Words:
        """What is late here."""
        return phrase("stage", self.stage)

    @property
    def remedy(self) -> Words:
        """What to do about it."""
        return phrase("remedy", self.stage if self.stage in book()["remedy"] else "queue")


Stages = Callable[[Connection, int, int], Iterable[Waiting]]
"""Given a connection, the machine's instant and the latest instant that is late: what some stages have not finished."""


def waiting(connection: Connection, now: int, seconds: int) -> list[Waiting]:
    """What every stage has not finished; late is what it should have finished `seconds` ago."""
    return [one for stages in STAGES for one in stages(connection, now, now - 1_000 * seconds)]


def look(connection: Connection, now: int, seconds: int) -> list[Waiting]:
    """The stages that are late, the oldest first."""
    return sorted((one for one in waiting(connection, now, seconds) if one.late), key=lambda one: -one.oldest)


def _deliveries(connection: Connection, now: int, before: int) -> Iterator[Waiting]:
    """Messages that were received and not taken in (reception), work of each gateway, and what is parked."""
    found = depths(connection, now, before)
    for queue in QUEUES:
        mine = [one for one in found if one.queue == queue and one.state != PARKED]
        yield _made(queue, now, mine, partial(oldest, connection, False, queue, before, EXAMPLES))
    yield _made(
        PARKED,
        now,
        [one for one in found if one.state == PARKED],
        lambda: oldest(connection, True, None, before, EXAMPLES),
    )


def _made(stage: str, now: int, found: Sequence[Depth], examples: Callable[[], list[int]]) -> Waiting:
    since = min((one.since for one in found if one.since), default=now)
    late = sum(one.late for one in found)
    return Waiting(
        stage, sum(one.count for one in found), _seconds(now - since), late, tuple(examples()) if late else ()
    )


def _deadlines(connection: Connection, now: int, before: int) -> Iterator[Waiting]:
    """Deadlines that are due on their sandbox's clock, and that nobody has turned into work."""
    clocks = sandboxes.clocks(connection)
    due = deadlines.with_due(connection, {name: clock.now(now) for name, clock in clocks.items()})
    parts = [_due(connection, name, clocks[name], now, before) for name in due]
    late = [one for one in parts if one.late]
    yield Waiting(
        DEADLINES,
        sum(one.count for one in parts),
        max((one.oldest for one in parts), default=0.0),
        sum(one.late for one in late),
        tuple(number for one in late for number in one.examples)[:EXAMPLES],
    )


def _due(connection: Connection, sandbox: str, clock: Clock, now: int, before: int) -> Waiting:
    open_ = (deadline.c.sandbox == sandbox, deadline.c.state == "open")
    counted = select(func.count(), func.min(deadline.c.due)).where(*open_)
    count, first = connection.execute(counted.where(deadline.c.due <= clock.now(now))).one()
    if not count:
        return Waiting(DEADLINES, 0, 0.0)
    age = _seconds(now - _reached(clock, first))
    if clock.kind != "system" and clock.set_at > before:
        return Waiting(DEADLINES, count, age)
    late, _ = connection.execute(counted.where(deadline.c.due <= clock.now(before))).one()
    examples = connection.execute(
        select(deadline.c.id)
        .where(*open_, deadline.c.due <= clock.now(before))
        .order_by(deadline.c.due, deadline.c.id)
        .limit(EXAMPLES)
    ).scalars()
    return Waiting(DEADLINES, count, age, late, tuple(examples))


def _reached(clock: Clock, due: int) -> int:
    """The machine's instant at which a sandbox's clock came to an instant, as far back as the clock tells."""
    if clock.kind == "system":
        return due
    return clock.set_at + (max(0, int((due - clock.base) / clock.rate)) if clock.rate else 0)


def _channels(connection: Connection, now: int, before: int) -> Iterator[Waiting]:
    """Channels whose receivers failed again and again; for how long, their sandbox's clock says."""
    blocked = [one for one in channels.listed(connection) if one.state == channels.BLOCKED]
    clocks = {name: sandboxes.find(connection, name).clock.now(now) for name in {one.sandbox for one in blocked}}
    ages = sorted(((_seconds(clocks[one.sandbox] - one.blocked_at), one.dxp_id) for one in blocked), reverse=True)
    yield Waiting(
        CHANNELS, len(ages), max(ages)[0] if ages else 0.0, len(ages), tuple(dxp_id for _, dxp_id in ages[:EXAMPLES])
    )


def _in_hand(connection: Connection, now: int, before: int) -> Iterator[Waiting]:
    """Batches that workers have begun with; one that is late makes no progress, and its worker is about to be ended."""
    found = sorted(leases.active(connection), key=lambda one: one.since)
    late = [one for one in found if one.since <= before]
    yield Waiting(
        IN_HAND,
        len(found),
        _seconds(now - found[0].since) if found else 0.0,
        len(late),
        tuple(number for one in late for number in one.deliveries)[:EXAMPLES],
    )


def _seconds(milliseconds: int) -> float:
    return max(0, milliseconds) / 1_000


STAGES: Sequence[Stages] = (_deliveries, _in_hand, _deadlines, _channels)


class Watchdog:
    """Looks every few seconds and tells the log: when a stage becomes late, again after a while, when it is no more."""

    def __init__(self, seconds: int, every: float = LOOK_EVERY, again: float = AGAIN) -> None:
        self._seconds, self._every, self._again = seconds, every, again
        self._next_look = 0.0
        self._told: dict[str, float] = {}

    def watch(self, engine: Engine) -> None:
        """Look, if it is time to."""
        began = monotonic()
        if began < self._next_look:
            return
        self._next_look = began + self._every
        with reading(engine) as connection:
            found = look(connection, system_now(), self._seconds)
        self.tell(found, monotonic())
        # a backlog of hundreds of thousands takes a moment to look through: no more than a fiftieth of the time
        self._next_look = began + max(self._every, 50 * (monotonic() - began))

    def tell(self, found: Sequence[Waiting], at: float) -> None:
        """Log what is new among what was found late at a moment (in seconds that never go back)."""
        for one in found:
            if at - self._told.get(one.stage, float("-inf")) >= self._again:
                self._told[one.stage] = at
                log.warning(
                    "stage.overdue",
                    stage=one.stage,
                    late=one.late,
                    oldest=round(one.oldest, 1),
                    examples=one.examples,
                    words=one.words.en,
                    remedy=one.remedy.en,
                )
        for stage in sorted(set(self._told) - {one.stage for one in found}):
            del self._told[stage]
            log.info("stage.in_time", stage=stage)
