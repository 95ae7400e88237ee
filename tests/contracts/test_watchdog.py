"""What counts as late, on both databases: work that its stage should have finished by now, by the machine's clock."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine, delete

from declarations.calendar import DAY, HOUR
from gateways.circumstances import Options
from single_window.clock import Clock
from single_window.language.phrases import book
from single_window.messaging.topology import QUEUES
from single_window.observe import logs
from single_window.observe.backlogs import (
    CHANNELS,
    DEADLINES,
    IN_HAND,
    PARKED,
    StageBacklog,
    late_stages,
    stage_backlogs,
)
from single_window.observe.watchdog import Watchdog
from single_window.store import leases, sandboxes
from single_window.store.bulk import insert_rows
from single_window.store.deliveries import COLUMNS, file_deliveries
from single_window.store.depths import depths
from single_window.store.engine import writing
from single_window.store.sandboxes import Sandbox
from single_window.store.tables import channel, deadline, delivery, sandbox
from tests.databases import ON_BOTH, read_by, write_by
from tests.tables import each

pytestmark = ON_BOTH
NOW = 1_800_000_000_000
SECOND = 1_000
ALLOWED = 60
"""Seconds that a stage may take."""


@pytest.fixture
def file(engine: Engine) -> Iterator[Callable[..., None]]:
    """`file(id, queue, …)` files a delivery; all are gone after the test."""

    def filed(number: int, queue: str, ago: float, state: str = "ready", again_in: float = 0, items: int = 1) -> None:
        not_before = NOW + int(again_in * SECOND) if again_in else 0
        row = dict(
            zip(
                COLUMNS,
                (number, "main", queue, "x", 0, "", items, state, not_before, NOW - int(ago * SECOND)),
                strict=True,
            )
        )
        write_by(engine, file_deliveries, [tuple(row.values())])

    yield filed
    with writing(engine) as connection:
        for table in (delivery, deadline, channel, sandbox):
            connection.execute(delete(table))


def late(engine: Engine) -> dict[str, StageBacklog]:
    return {backlog.stage: backlog for backlog in read_by(engine, late_stages, NOW, ALLOWED)}


def test_what_was_filed_long_ago_and_is_open_is_late(engine: Engine, file: Any) -> None:
    for number, state in enumerate(("ready", "ready", "dismissed"), 1):
        file(number, "customs", 61, state)
    file(5, "customs", 59)
    file(6, "reception", 3_600)
    backlogs = late(engine)
    assert set(backlogs) == {"customs", "reception"}
    assert (backlogs["customs"].late, backlogs["customs"].oldest, backlogs["customs"].examples) == (2, 61.0, (1, 2))
    assert backlogs["customs"].count == 3 and backlogs["reception"].oldest == 3_600.0


def test_a_delivery_that_waits_for_its_next_attempt_is_not_late(engine: Engine, file: Any) -> None:
    file(1, "customs", 3_600, again_in=8)
    file(2, "customs", 3_600, again_in=-10)
    assert late(engine) == {}
    file(3, "customs", 3_600, again_in=-61)
    assert late(engine)["customs"].examples == (3,), "it is late once it could have been tried for so long"


def test_what_is_parked_waits_for_somebody_and_is_late(engine: Engine, file: Any) -> None:
    file(1, "tax", 61, "parked")
    file(2, "tax", 61, "dismissed")
    backlogs = late(engine)
    assert set(backlogs) == {PARKED} and backlogs[PARKED].examples == (1,)


def test_examples_are_the_oldest_few(engine: Engine, file: Any) -> None:
    for number in range(1, 10):
        file(number, "inspection", 100 + number)
    backlog = late(engine)["inspection"]
    assert (backlog.late, backlog.examples) == (9, (9, 8, 7))


def test_every_stage_is_reported_also_when_it_has_nothing(engine: Engine, file: Any) -> None:
    backlogs = read_by(engine, stage_backlogs, NOW, ALLOWED)
    assert [backlog.stage for backlog in backlogs] == [*QUEUES, PARKED, IN_HAND, DEADLINES, CHANNELS]
    assert all(backlog == StageBacklog(backlog.stage, 0, 0.0) for backlog in backlogs)


def test_a_batch_in_progress_is_late_once_its_worker_has_taken_too_long(engine: Engine) -> None:
    with writing(engine) as connection:
        for worker, seconds in (("quick", 1), ("slow", ALLOWED + 1)):
            since = NOW - seconds * SECOND
            leases.acquire(connection, leases.Lease(worker, "tax", since, since, (seconds, 2 * seconds)))
    (backlog,) = [
        waiting_stage
        for waiting_stage in read_by(engine, stage_backlogs, NOW, ALLOWED)
        if waiting_stage.stage == IN_HAND
    ]
    with writing(engine) as connection:
        for worker in ("quick", "slow"):
            leases.release(connection, worker)
    assert backlog == StageBacklog(IN_HAND, 2, ALLOWED + 1.0, 1, (ALLOWED + 1, 2 * ALLOWED + 2))
    assert backlog.words.en and "parked dismiss" in backlog.remedy.en


def test_depths_count_deliveries_and_what_they_hold(engine: Engine, file: Any) -> None:
    file(1, "customs", 10, items=100)
    file(2, "customs", 5, items=2)
    file(4, "tax", 5, again_in=4)
    result = [tuple(depth) for depth in read_by(engine, depths, NOW, NOW)]
    assert result == [
        ("customs", "ready", 2, 102, NOW - 10 * SECOND, 2),
        ("tax", "ready", 1, 1, 0, 0),
    ]


def due(engine: Engine, clock: Clock, *instants: int) -> dict[str, StageBacklog]:
    """What is late when a sandbox of this clock has open deadlines at these instants of it."""
    with writing(engine) as connection:
        sandboxes.create(connection, Sandbox("timed", "timed", Options(), clock))
        insert_rows(
            connection,
            deadline,
            ("id", "sandbox", "due", "kind", "queue", "subject"),
            [
                (number, "timed", instant, "deadline.closing", "customs", "[]")
                for number, instant in enumerate(instants, 1)
            ],
        )
    return late(engine)


@pytest.mark.usefixtures("file")
class TestDeadlines:
    """Due on the sandbox's clock, open, and nobody has carried them out."""

    def test_on_the_machines_clock(self, engine: Engine) -> None:
        backlog = due(engine, Clock(), NOW - 90 * SECOND, NOW - 30 * SECOND, NOW + DAY)[DEADLINES]
        assert (backlog.count, backlog.late, backlog.oldest, backlog.examples) == (2, 1, 90.0, (1,))

    def test_a_clock_that_was_just_put_on_by_a_year_is_not_late(self, engine: Engine) -> None:
        clock = Clock("virtual", NOW + 365 * DAY, NOW - 5 * SECOND, 0)  # type: ignore[arg-type]
        assert due(engine, clock, NOW, NOW + DAY) == {}

    def test_a_clock_that_stands_still_since_a_minute_is(self, engine: Engine) -> None:
        clock = Clock("virtual", NOW + 365 * DAY, NOW - 61 * SECOND, 0)  # type: ignore[arg-type]
        backlog = due(engine, clock, NOW, NOW + 366 * DAY)[DEADLINES]
        assert (backlog.late, backlog.oldest) == (1, 61.0)

    def test_on_a_clock_that_runs_fast_the_machines_seconds_count(self, engine: Engine) -> None:
        clock = Clock("virtual", 0, NOW - 100 * SECOND, 3_600)  # type: ignore[arg-type]
        backlog = due(engine, clock, 30 * HOUR, 50 * HOUR, 120 * HOUR)[DEADLINES]
        assert (backlog.count, backlog.late, backlog.oldest) == (2, 1, 70.0)


@pytest.mark.usefixtures("file")
def test_a_channel_that_is_blocked_is_late_at_once_and_the_longest_is_reported_first(engine: Engine) -> None:
    with writing(engine) as connection:
        sandboxes.create(connection, Sandbox("timed", "timed", Options(), Clock()))
        insert_rows(
            connection,
            channel,
            ("sandbox", "dxp_id", "kind", "state", "blocked_at"),
            [
                ("timed", "DXPA", "webhook", "blocked", NOW - 5 * SECOND),
                ("timed", "DXPB", "amqp", "active", 0),
                ("timed", "DXPC", "webhook", "blocked", NOW - DAY),
            ],
        )
    assert late(engine) == {CHANNELS: StageBacklog(CHANNELS, 2, 86_400.0, 2, ("DXPC", "DXPA"))}


@each("stage", [*QUEUES, PARKED, IN_HAND, DEADLINES, CHANNELS])
def test_every_stage_has_words_in_both_languages_and_a_remedy(stage: str) -> None:
    backlog = StageBacklog(stage, 1, 1.0, 1)
    assert stage in book()["stage"] and backlog.words.zh != backlog.words.en and "single-window" in backlog.remedy.en


class WatchdogLog:
    """A watchdog, and what it writes to the log."""

    def __init__(self) -> None:
        self.dog, self.stream = Watchdog(ALLOWED, again=600), io.StringIO()
        logs.configure(self.stream, "json", "info")

    def __call__(self, at: float, *stages: str) -> list[tuple[str, str]]:
        start = self.stream.tell()
        self.dog.report([StageBacklog(stage, 5, 70.0, 2, (7, 9)) for stage in stages], at)
        lines = [json.loads(line) for line in self.stream.getvalue()[start:].splitlines()]
        return [(row["event"], row["stage"]) for row in lines]


@pytest.fixture
def log_of() -> Iterator[WatchdogLog]:
    before, handlers = structlog.get_config(), logging.getLogger().handlers
    yield WatchdogLog()
    structlog.configure(**before)
    logging.getLogger().handlers = handlers


def test_it_is_logged_when_a_stage_becomes_late_again_after_a_while_and_when_it_is_over(log_of: WatchdogLog) -> None:
    assert log_of(0) == []
    assert log_of(5, "customs") == [("stage.overdue", "customs")]
    assert log_of(10, "customs") == log_of(604.9, "customs") == []
    assert log_of(605, "customs", PARKED) == [("stage.overdue", "customs"), ("stage.overdue", PARKED)]
    assert log_of(610, PARKED) == [("stage.in_time", "customs")]
    assert log_of(615, "customs", PARKED) == [("stage.overdue", "customs")], "what begins anew is logged at once"
    assert log_of(620) == [("stage.in_time", "customs"), ("stage.in_time", PARKED)]
    first = json.loads(log_of.stream.getvalue().splitlines()[0])
    assert (first["late"], first["examples"], first["level"]) == (2, "7,9", "warning") and first["remedy"]


def test_a_watchdog_looks_at_the_database_by_itself(engine: Engine, file: Any, log_of: WatchdogLog) -> None:
    file(1, "customs", 10**9)
    dog = Watchdog(ALLOWED)
    dog.watch(engine)
    dog.watch(engine)
    assert [json.loads(line)["event"] for line in log_of.stream.getvalue().splitlines()] == ["stage.overdue"]
