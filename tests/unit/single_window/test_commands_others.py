"""A command beside processes that work: it waits for what it filed, however busy they are, and says if nobody is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event

import pytest

from single_window.clock import system_now
from single_window.frame.commands.others import OtherWorkers
from single_window.messaging.wakeups import LocalWakeups
from single_window.settings import Settings
from single_window.store import deliveries
from single_window.wiring import Window, open_window
from single_window.work.settling import NoProgress
from tests.databases import kept_open, write_by
from tests.patience import PATIENCE

_ids = count(1)


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    opened = open_window(
        Settings(data=tmp_path, readers=0, synchronous="NORMAL"), queues=(), wakeups=LocalWakeups(shared=True)
    )
    yield from kept_open(opened)


def filed(window: Window, sandbox: str = "main", not_before: int = 0) -> int:
    """A delivery that is open."""
    number = next(_ids)
    write_by(
        window.engine,
        deliveries.file_deliveries,
        [(number, sandbox, "customs", "import.order", 0, "", 1, "ready", not_before, system_now())],
    )
    return number


def done(window: Window, number: int) -> None:
    assert write_by(window.engine, deliveries.claim, "customs", [number])


def test_where_nothing_is_open_nobody_waits(window: Window) -> None:
    filed(window, "elsewhere")
    assert OtherWorkers(window, "main").done()


def test_it_waits_until_the_others_have_done_it(window: Window) -> None:
    number = filed(window)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(OtherWorkers(window, "main", idle=PATIENCE).done)
        assert not waiting.done()
        done(window, number)
        assert waiting.result(PATIENCE) is True


def test_on_a_busy_sandbox_it_does_not_wait_for_what_came_later(window: Window) -> None:
    stopping, number = Event(), filed(window)

    def others() -> None:
        """They are never without work."""
        before = number
        while not stopping.is_set():
            after = filed(window)
            done(window, before)
            before = after

    with ThreadPoolExecutor() as pool:
        working = pool.submit(others)
        try:
            assert OtherWorkers(window, "main", idle=PATIENCE).done()
        finally:
            stopping.set()
        working.result(PATIENCE)


def test_where_nobody_works_it_says_what_to_start(window: Window) -> None:
    for _ in range(3):
        filed(window)
    with pytest.raises(NoProgress, match=r"3 deliveries.*single-window work all"):
        OtherWorkers(window, "main", idle=0.05).done()


def test_what_fails_and_waits_for_another_attempt_is_waited_for(window: Window) -> None:
    filed(window, not_before=system_now() + 3_600_000)
    assert not OtherWorkers(window, "main", idle=PATIENCE, timeout=0.05).done()


def test_where_the_others_have_ended_their_work_is_done_here(window: Window) -> None:
    number = filed(window)
    took_over = []

    def takes_over() -> bool:
        done(window, number)
        took_over.append(number)
        return True

    assert OtherWorkers(window, "main", takes_over, idle=PATIENCE).done() and took_over == [number]
