"""The worker: it works until it is stopped, survives what fails, and notifies those who wait."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread
from typing import Any

import pytest

from single_window.work.runtime import Runtime
from tests.patience import PATIENCE


class Work:
    """Stands in for a window: each number of `steps` is what a step gives, an exception what it raises."""

    def __init__(self, *steps: int | Exception) -> None:
        self.steps, self.stirred, self.woken = list(steps), Event(), Event()
        self.taken: list[Any] = []
        self.recovered = self.looks = self.unready = 0

    def step(self) -> int:
        outcome = self.steps.pop(0) if self.steps else 0
        self.taken.append(outcome)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    accompanied = True
    elsewhere = True
    finished = False

    def placed_elsewhere(self) -> bool:
        return self.elsewhere

    def others_work(self, seconds: float) -> int:
        return 0

    def wake(self) -> None:
        self.stirred.set()
        self.woken.set()

    def interrupt(self) -> None:
        self.woken.set()

    def wait(self, seconds: float) -> bool:
        came = self.woken.wait(seconds)
        self.woken.clear()
        return came

    def tend(self) -> None:
        self.looks += 1

    def recover(self) -> int:
        if self.unready:
            self.unready -= 1
            raise OSError("still down")
        self.recovered += 1
        self.taken.append("recovered")
        return 0


@pytest.fixture
def started() -> Iterator[Any]:
    running: list[Runtime] = []

    def start(work: Work) -> Runtime:
        running.append(Runtime(work, due_every=0.02, pauses=(0.001, 0.002)).start())
        return running[-1]

    yield start
    for runtime in running:
        assert runtime.stop(10)


def test_it_works_until_nothing_is_left(started: Any) -> None:
    work = Work(3, 2, 1)
    assert started(work).wait_until_settled(PATIENCE)
    assert work.taken[:4] == [3, 2, 1, 0]


def test_after_a_step_that_left_nothing_it_looks_again_when_it_is_woken(started: Any) -> None:
    work, rested = Work(3, 9), Event()
    work.finished = True
    wait = work.wait

    def rest(seconds: float) -> bool:
        rested.set()
        return wait(seconds)

    work.wait = rest  # type: ignore[method-assign]
    runtime = Runtime(work, due_every=3_600.0).start()
    try:
        assert rested.wait(PATIENCE) and work.taken == [3]
        work.wake()
        assert runtime.wait_until_settled(PATIENCE)
        assert work.taken[:2] == [3, 9]
    finally:
        assert runtime.stop(10)


def test_after_a_small_step_it_looks_whether_another_process_has_filed_more(started: Any) -> None:
    work, waits = Work(3, 9), list[float]()
    wait = work.wait

    def noted(seconds: float) -> bool:
        waits.append(seconds)
        return wait(seconds)

    work.wait = noted  # type: ignore[method-assign]
    assert started(work).wait_until_settled(PATIENCE)
    assert work.taken[:3] == [3, 9, 0] and waits[:2] == [0, 0]


def test_what_is_filed_later_is_worked_off_when_it_wakes(started: Any) -> None:
    work = Work()
    runtime = started(work)
    assert runtime.wait_until_settled(PATIENCE)
    work.steps.append(7)
    work.wake()
    assert runtime.wait_until_settled(PATIENCE)
    assert 7 in work.taken


def test_a_step_that_fails_is_taken_again_and_what_it_held_is_recovered(started: Any) -> None:
    work = Work(1, OSError("disk"), ValueError("bad"), 5)
    runtime = started(work)
    assert runtime.wait_until_settled(PATIENCE)
    assert 5 in work.taken and runtime.failures == 2 and work.recovered == 2 and runtime.alive


def test_nothing_is_done_before_what_a_failed_step_held_is_recovered(started: Any) -> None:
    failure = OSError("down")
    work = Work(1, failure, 5)
    work.unready = 3
    runtime = started(work)
    assert runtime.wait_until_settled(PATIENCE)
    assert work.taken[:4] == [1, failure, "recovered", 5] and runtime.failures == 4


def test_deadlines_are_looked_at_though_nothing_wakes_it(started: Any) -> None:
    work = Work()
    runtime = started(work)
    for _ in range(1_000):
        if work.looks > 3:
            break
        runtime.wait_for_change(runtime.generation, 0.02)
    assert work.looks > 3


def test_settled_means_a_look_that_began_after_the_question(started: Any) -> None:
    held, entered = Event(), Event()

    class Slow(Work):
        def step(self) -> int:
            entered.set()
            held.wait(PATIENCE)
            return super().step()

    work = Slow()
    runtime = started(work)
    assert entered.wait(PATIENCE)
    with ThreadPoolExecutor() as pool:
        settled = pool.submit(runtime.wait_until_settled, 10)
        assert not runtime.wait_until_settled(0.05)
        work.steps += [0, 4]  # the look in hand finds nothing; the next one does
        held.set()
        assert settled.result(PATIENCE)
    assert 4 in work.taken


def test_a_waiting_thread_is_notified_of_a_change(started: Any) -> None:
    work = Work()
    runtime = started(work)
    assert runtime.wait_until_settled(PATIENCE)
    seen = runtime.generation
    assert not runtime.wait_for_change(seen, 0.01)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(runtime.wait_for_change, seen, 10)
        work.steps.append(1)
        work.wake()
        assert waiting.result(PATIENCE)


def test_a_waiting_thread_is_notified_of_what_other_processes_have_done(started: Any) -> None:
    work = Work()
    runtime = started(work)
    assert runtime.wait_until_settled(PATIENCE)
    seen = runtime.generation
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(runtime.wait_for_change, seen, 10)
        work.wake()  # a hint: there is nothing to do here
        assert waiting.result(PATIENCE)


def test_nobody_waits_for_a_server_that_closes(started: Any) -> None:
    runtime = started(Work())
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(runtime.wait_for_change, 1_000, 60)
        runtime.release_waiting()
        assert waiting.result(PATIENCE) is False


def test_a_call_runs_in_the_worker_between_two_steps(started: Any) -> None:
    runtime = started(Work())
    assert runtime.call(lambda: current_thread().name).result(PATIENCE) == "window-worker"
    with pytest.raises(ZeroDivisionError):
        runtime.call(lambda: 1 // 0).result(PATIENCE)
    assert runtime.alive


def test_stopping_finishes_the_current_step() -> None:
    held, entered, finished = Event(), Event(), Event()

    class Slow(Work):
        def step(self) -> int:
            entered.set()
            held.wait(PATIENCE)
            finished.set()
            return 0

    runtime = Runtime(Slow()).start()
    assert entered.wait(PATIENCE)
    assert runtime.stop(0.01) is False
    held.set()
    assert runtime.stop(10) is True and finished.is_set() and not runtime.alive


def test_who_waits_for_receipts_is_not_woken_for_what_is_filed_where_nobody_else_places_any(started: Any) -> None:
    work = Work()
    work.accompanied = work.elsewhere = False
    runtime = started(work)
    assert runtime.wait_until_settled(PATIENCE)
    seen = runtime.generation
    work.wake()
    assert runtime.wait_until_settled(PATIENCE)
    assert runtime.generation == seen
    work.elsewhere = True
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(runtime.wait_for_change, seen, 10)
        work.wake()
        assert waiting.result(PATIENCE)
