"""The pool does not spin: where the database fails it pauses, and who has nothing to deliver wakes nobody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from threading import Event

import pytest
from sqlalchemy.exc import OperationalError

from single_window.receipts.pushing.pool import SOUND, PushPool
from single_window.receipts.pushing.pusher import Pusher
from single_window.store.channels import Channel
from single_window.store.names import WEBHOOK
from tests.chaos.programs import until
from tests.patience import PATIENCE


class Failing(Pusher):
    """Always has something due, and fails with an error, or delivers nothing."""

    def __init__(self, error: Exception | None) -> None:
        self.error, self.rounds, self.slow = error, 0, set()

    def due(self) -> list[Channel]:
        return [Channel("main", "DXPENT0000000001", WEBHOOK)]

    def push(self, channel: Channel) -> int:
        self.rounds += 1
        if self.error is not None:
            raise self.error
        return 0


class Mixed(Pusher):
    """Many receivers that never end, one that was slow the last time, and one that is quick."""

    def __init__(self, drippers: int) -> None:
        self.slow = {("main", "DXPSLOW")}
        self.released, self.served = Event(), set()
        self._boxes = [*(f"DXPDRIP{number}" for number in range(drippers)), "DXPSLOW", "DXPQUICK"]

    def due(self) -> list[Channel]:
        return [Channel("main", box, WEBHOOK) for box in self._boxes]

    def push(self, channel: Channel) -> int:
        self.served.add(channel.dxp_id)
        if channel.dxp_id.startswith("DXPDRIP"):
            self.released.wait(PATIENCE)
        return 0


class Full(sqlite3.OperationalError):
    """What SQLite raises on a full disk."""

    sqlite_errorname = "SQLITE_FULL"


FULL = OperationalError("UPDATE", None, Full("database or disk is full"))


@pytest.fixture
def stopping() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


def rounds(pusher: Failing, woken: Event, stopping: Event, steps: int) -> int:
    """How often a channel is tried in so many steps, each of which sees to its end what it began."""
    pool = PushPool(pusher, woken.set, stopping)
    for _ in range(steps):
        pool.step()
        until(lambda: not pool.step(begin=False) and not pool.busy, 120, "the end of a round")
    stopping.set()
    pool.close()
    return pusher.rounds


def test_a_database_that_takes_no_writes_is_not_tried_again_at_once(stopping: Event) -> None:
    woken = Event()
    assert rounds(Failing(FULL), woken, stopping, 20) == 1
    assert not woken.is_set()


def test_an_error_of_one_channel_pauses_nobody(stopping: Event) -> None:
    assert rounds(Failing(ValueError("a row that nobody can read")), Event(), stopping, 3) == 3


def test_who_delivered_nothing_wakes_nobody(stopping: Event) -> None:
    woken = Event()
    assert rounds(Failing(None), woken, stopping, 3) == 3
    assert not woken.is_set()


def test_many_receivers_that_never_end_keep_neither_the_quick_nor_the_slow_waiting(stopping: Event) -> None:
    pusher = Mixed(drippers=2 * SOUND)
    pool = PushPool(pusher, Event().set, stopping)
    until(
        lambda: not pool.step() and {"DXPSLOW", "DXPQUICK"} <= pusher.served, 60, "the quick and the slow to be served"
    )
    pusher.released.set()
    stopping.set()
    pool.close()
