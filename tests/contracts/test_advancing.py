"""Virtual time with several processes: one clock, moved by whoever moves it first, never back, over no deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from declarations.calendar import DAY, HOUR
from single_window.clock import monotonic
from single_window.messaging.wakeups import LocalWakeups
from single_window.refused import Refused
from single_window.settings import Settings
from single_window.store import sandboxes
from single_window.store.tables import deadline, declaration, receipt, timeline
from single_window.wiring import Window, open_window
from single_window.work import advancing
from single_window.work.runtime import Runtime
from single_window.work.settling import Settling
from tests.databases import ON_BOTH, fetch, kept_open, write_by
from tests.patience import PATIENCE
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
DAYS = 50
"""So many days after its release, a trade's tax has been collected and its list is closed."""


@pytest.fixture
def settings(address: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, database=address, readers=0, synchronous="NORMAL")


@pytest.fixture
def worker(settings: Settings) -> Iterator[Window]:
    """A window that works in a thread of its own, as another process does."""
    yield from kept_open(open_window(settings))


@pytest.fixture
def filing(worker: Window, settings: Settings) -> Iterator[list[Window]]:
    """Windows that only file, as commands have them beside processes that work."""
    windows = [Window(settings, LocalWakeups(shared=True), queues=()) for _ in range(2)]
    yield windows
    for window in windows:
        window.close()


def rest(window: Window, sandbox: str) -> Callable[[], None]:
    """Waits until the others have done what falls due, as the call that moves a clock does."""
    return Settling(window, sandbox, None, monotonic() + PATIENCE).wait


def advance(window: Window, sandbox: str, until: int) -> list[int]:
    """The instants to which this window has put the clock."""
    instants: list[int] = []
    advancing.advance(window, sandbox, until, rest(window, sandbox), True, instants.append)
    return instants


def happened(story: StoryRunner) -> list[tuple[int, str, str]]:
    """When what was said and done in a sandbox, in the order of its time."""
    columns = (
        (timeline, timeline.c.at, timeline.c.event),
        (receipt, receipt.c.return_time, receipt.c.return_status),
        (declaration, declaration.c.closed_at, declaration.c.state),
    )
    return sorted(
        tuple(row)
        for table, at, column in columns
        for row in fetch(
            story.window.engine, select(at, table.c.order_no, column).where(table.c.sandbox == story.sandbox)
        )
    )


@pytest.mark.long
def test_two_who_advance_at_once_do_together_what_one_does_alone(worker: Window, filing: list[Window]) -> None:
    alone, together = StoryRunner(worker, "alone"), StoryRunner(worker, "together")
    for story in (alone, together):
        for number in range(3):
            story.send(story.trade(number))
            story.pass_time(hours=5)
    end = worker.now("alone") + DAYS * DAY
    worker.advance("alone", end)
    runtime = Runtime(worker).start()
    with ThreadPoolExecutor() as pool:
        both = [
            pool.submit(advance, window, "together", end - late * HOUR)
            for window, late in zip(filing, (0, 7), strict=True)
        ]
        steps = [future.result(PATIENCE) for future in both]
    assert runtime.stop()
    assert happened(together) == happened(alone) and len(happened(alone)) > 20
    instants = sorted(steps[0] + steps[1])
    assert len(instants) == len(set(instants)), "each step was made by one of them"
    assert steps[0] == sorted(steps[0]) and steps[1] == sorted(steps[1]) and instants[-1] == end
    assert worker.now("together") == end


def test_a_clock_that_somebody_has_moved_is_not_moved_again(worker: Window, filing: list[Window]) -> None:
    StoryRunner(worker)
    seen = worker.sandbox("story").clock
    first, second = filing
    assert write_by(first.engine, sandboxes.set_clock, "story", seen.base + 2 * DAY, seen=seen)
    assert not write_by(second.engine, sandboxes.set_clock, "story", seen.base + DAY, seen=seen)
    assert worker.now("story") == seen.base + 2 * DAY


def test_an_advance_that_was_broken_off_is_finished_by_the_next(worker: Window, filing: list[Window]) -> None:
    story = StoryRunner(worker)
    trade = story.trade()
    story.send(trade)
    end = worker.now("story") + DAYS * DAY

    class Killed(BaseException):
        """As a signal ends a process."""

    def at_the_second_step(instants: list[int]) -> None:
        if len(instants) == 2:
            raise Killed

    instants: list[int] = []
    runtime = Runtime(worker).start()
    with pytest.raises(Killed):
        advancing.advance(
            filing[0],
            "story",
            end,
            rest(filing[0], "story"),
            True,
            lambda value: (instants.append(value), at_the_second_step(instants)),
        )
    assert worker.now("story") == instants[-1] < end
    assert advance(filing[1], "story", end)[-1] == end
    assert runtime.stop()
    assert story.bills(trade) == [("0", "collected")] and story.state(trade) == "closed"
    assert not fetch(
        worker.engine, select(deadline.c.id).where(deadline.c.state == "open", deadline.c.due <= end)
    ).all()


def test_what_one_process_sets_applies_to_the_next_batch_of_another(worker: Window, filing: list[Window]) -> None:
    story = StoryRunner(worker)
    story.send(story.trade(1))
    later = worker.now("story") + 3 * DAY
    write_by(filing[0].engine, sandboxes.set_clock, "story", later)
    trade = story.trade(2)
    story.send(trade)
    assert {answer.return_time // 1_000 for answer in story.receipts(trade)} == {later // 1_000}


def test_a_clock_that_runs_stands_still_where_it_was_put(worker: Window) -> None:
    StoryRunner(worker)
    write_by(worker.engine, sandboxes.set_clock, "story", worker.now("story"), Decimal(1))
    end = worker.now("story") + 2 * DAY
    worker.advance("story", end)
    assert worker.now("story") == end and worker.sandbox("story").clock.rate == 0


def test_the_machines_own_clock_is_not_moved(worker: Window) -> None:
    with pytest.raises(Refused, match=r"main.*clock set"):
        worker.advance("main", worker.now("main") + DAY)
    worker.advance("main", worker.now("main") - DAY)
