"""The unfinished work of every stage, and the part of it that should have been finished by now, by the machine's clock.

A delivery that waits for its next attempt is not late. Parked deliveries and blocked channels are always late, because
they need a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, func, select

from single_window.clock import Clock
from single_window.language.phrases import book, phrase
from single_window.language.words import Words
from single_window.messaging.topology import QUEUES
from single_window.store import channels, deadlines, leases, names, sandboxes
from single_window.store.depths import Depth, depths, oldest
from single_window.store.tables import deadline

PARKED, DEADLINES, CHANNELS, IN_HAND = "parked", "deadlines", "channels", "in_hand"
MAX_EXAMPLES = 3
"""Maximum number of late ids in the log."""


@dataclass(frozen=True, slots=True)
class StageBacklog:
    """The unfinished work of a stage: count, age of the oldest in seconds, number of late ones, and some of their
    ids."""

    stage: str
    count: int
    oldest: float
    late: int = 0
    examples: tuple[int | str, ...] = ()

    @property
    def words(self) -> Words:
        """Describes the late work."""
        return phrase("stage", self.stage)

    @property
    def remedy(self) -> Words:
        """Advice about the late work."""
        return phrase("remedy", self.stage if self.stage in book()["remedy"] else "queue")


Stages = Callable[[Connection, int, int], Iterable[StageBacklog]]
"""(connection, machine's instant, latest instant that counts as late) → unfinished work of some stages"""


def stage_backlogs(connection: Connection, now: int, seconds: int) -> list[StageBacklog]:
    """The unfinished work of every stage; late: should have been finished `seconds` ago."""
    return [stage for stages in _STAGES for stage in stages(connection, now, now - 1_000 * seconds)]


def late_stages(connection: Connection, now: int, seconds: int) -> list[StageBacklog]:
    """The stages with late work, oldest first."""
    return sorted(
        (backlog for backlog in stage_backlogs(connection, now, seconds) if backlog.late),
        key=lambda backlog: -backlog.oldest,
    )


def _deliveries(connection: Connection, now: int, before: int) -> Iterator[StageBacklog]:
    """Unfinished deliveries of reception and each gateway, and parked ones."""
    queues = depths(connection, now, before)
    for queue in QUEUES:
        own = [depth for depth in queues if depth.queue == queue and depth.state != PARKED]
        yield _of_depths(queue, now, own, partial(oldest, connection, False, queue, before, MAX_EXAMPLES))
    yield _of_depths(
        PARKED,
        now,
        [depth for depth in queues if depth.state == PARKED],
        lambda: oldest(connection, True, None, before, MAX_EXAMPLES),
    )


def _of_depths(stage: str, now: int, queues: Sequence[Depth], examples: Callable[[], list[int]]) -> StageBacklog:
    since = min((depth.since for depth in queues if depth.since), default=now)
    late = sum(depth.late for depth in queues)
    return StageBacklog(
        stage, sum(depth.count for depth in queues), _seconds(now - since), late, tuple(examples()) if late else ()
    )


def _deadlines(connection: Connection, now: int, before: int) -> Iterator[StageBacklog]:
    """Deadlines that are due on their sandbox's clock and were not filed."""
    clocks = sandboxes.clocks(connection)
    due = deadlines.with_due(connection, {name: clock.now(now) for name, clock in clocks.items()})
    parts = [_due(connection, name, clocks[name], now, before) for name in due]
    late = [part for part in parts if part.late]
    yield StageBacklog(
        DEADLINES,
        sum(part.count for part in parts),
        max((part.oldest for part in parts), default=0.0),
        sum(backlog.late for backlog in late),
        tuple(number for backlog in late for number in backlog.examples)[:MAX_EXAMPLES],
    )


def _due(connection: Connection, sandbox: str, clock: Clock, now: int, before: int) -> StageBacklog:
    open_ = (deadline.c.sandbox == sandbox, deadline.c.state == "open")
    counted = select(func.count(), func.min(deadline.c.due)).where(*open_)
    count, first = connection.execute(counted.where(deadline.c.due <= clock.now(now))).one()
    if not count:
        return StageBacklog(DEADLINES, 0, 0.0)
    age = _seconds(now - _instant_reached(clock, first))
    if clock.kind != "system" and clock.set_at > before:
        return StageBacklog(DEADLINES, count, age)
    late, _ = connection.execute(counted.where(deadline.c.due <= clock.now(before))).one()
    overdue = select(deadline.c.id).where(*open_, deadline.c.due <= clock.now(before))
    examples = connection.execute(overdue.order_by(deadline.c.due, deadline.c.id).limit(MAX_EXAMPLES)).scalars()
    return StageBacklog(DEADLINES, count, age, late, tuple(examples))


def _instant_reached(clock: Clock, due: int) -> int:
    """The machine's instant at which a sandbox's clock reached an instant, not before the clock was set."""
    if clock.kind == "system":
        return due
    return clock.set_at + (max(0, int((due - clock.base) / clock.rate)) if clock.rate else 0)


def _channels(connection: Connection, now: int, before: int) -> Iterator[StageBacklog]:
    """Blocked channels, with their duration by the sandbox's clock."""
    blocked = [channel for channel in channels.of_sandbox(connection) if channel.state == names.BLOCKED]
    clocks = {
        name: sandboxes.find(connection, name).clock.now(now) for name in {channel.sandbox for channel in blocked}
    }
    ages = sorted(
        ((_seconds(clocks[channel.sandbox] - channel.blocked_at), channel.dxp_id) for channel in blocked), reverse=True
    )
    yield StageBacklog(
        CHANNELS,
        len(ages),
        max(ages)[0] if ages else 0.0,
        len(ages),
        tuple(dxp_id for _, dxp_id in ages[:MAX_EXAMPLES]),
    )


def _in_hand(connection: Connection, now: int, before: int) -> Iterator[StageBacklog]:
    """Batches in progress; the worker of a late one will be killed."""
    active = sorted(leases.active(connection), key=lambda lease: lease.since)
    late = [lease for lease in active if lease.since <= before]
    yield StageBacklog(
        IN_HAND,
        len(active),
        _seconds(now - active[0].since) if active else 0.0,
        len(late),
        tuple(number for lease in late for number in lease.deliveries)[:MAX_EXAMPLES],
    )


def _seconds(milliseconds: int) -> float:
    return max(0, milliseconds) / 1_000


_STAGES: Sequence[Stages] = (_deliveries, _in_hand, _deadlines, _channels)
