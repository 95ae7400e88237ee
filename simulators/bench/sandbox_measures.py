"""Measures for testers with a window of their own: many sandboxes at once, many polls that wait, a window that starts
soon.

The window is `single-window run` in a process of its own, which alone counts; those who call it are in another.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier, Event
from typing import Any, NamedTuple

from simulators.bench.crew import READY, Program
from simulators.bench.measures import BenchMeasure, BenchResult
from simulators.bench.percentiles import spread
from simulators.entry import monotonic
from simulators.entry.places import SandboxClient, WindowClient
from simulators.errors import SimulatorError
from simulators.machine import MemoryPeak, memory_of, processor_of

TOGETHER = 16
"""Concurrent callers where not all call at once."""
SANDBOXES = 200
SETTLING = 2
"""Rounds through all sandboxes before memory is first measured."""
WAIT = 5
"""Seconds that a poll waits in vain."""
KINDS = ("empty", "found", "served")
"""Kinds of mailbox: stays empty, holds a receipt already, gets a receipt during the poll."""
POLLS = 5
"""Polls of each mailbox, one after the other."""
QUIET = 3.0
"""Idle seconds, to measure what the window uses without calls."""
LONGEST, LONGEST_POLL = 120, 30
ARRIVAL = 0.5
"""Seconds after which all started polls are waiting."""


class CallTimings(NamedTuple):
    """The timings of callers: milliseconds of each call, the number of wrong answers, and the window's seconds of
    processor time where they looked."""

    milliseconds: list[float]
    wrong: int
    processor: float = 0.0


def sandboxes_50(folder: Path, count: int) -> BenchResult:
    """Fresh sandboxes at once, in each a whole trade over HTTP; the most memory of the window, in megabytes."""
    with _window(folder) as (url, window), _callers() as callers, MemoryPeak(lambda: memory_of(window)) as peak:
        begun, spent = monotonic(), processor_of(window)
        called = callers(_all_at_once, url, count)
        seconds, processor = monotonic() - begun, processor_of(window) - spent
    _all_there(called, count)
    figures = {**spread("trade", called.milliseconds), "trade_slowest_ms": max(called.milliseconds)}
    return _measured(peak.most, count, seconds, processor, figures)


def sandboxes_200(folder: Path, count: int) -> BenchResult:
    """Trades in 200 sandboxes in turn; by how many megabytes the window grows once all have had two."""
    with _window(folder) as (url, window), _callers() as callers:
        names = [f"sandbox-{number}" for number in range(SANDBOXES)]
        _all_there(callers(_rounds, url, names, 0, SETTLING), SANDBOXES * SETTLING)
        before, begun, spent = memory_of(window), monotonic(), processor_of(window)
        rounds = max(1, count // SANDBOXES)
        _all_there(callers(_rounds, url, names, SETTLING, rounds), SANDBOXES * rounds)
        seconds, processor, after = monotonic() - begun, processor_of(window) - spent, memory_of(window)
    figures: dict[str, object] = {"sandboxes": SANDBOXES, "mb_at_start": before, "mb_at_end": after}
    return _measured(round(after - before, 1), SANDBOXES * rounds, seconds, processor, figures)


def polls_100(folder: Path, count: int) -> BenchResult:
    """So many polls wait at once, for what does not come and then for what does; processor milliseconds a poll that
    waits in vain. What the window uses while nobody calls is not counted."""
    with _window(folder) as (url, window), _callers() as callers:
        _all_there(callers(_put, url, "found", count), count)
        spent = processor_of(window)
        Event().wait(QUIET)
        idle = (processor_of(window) - spent) / QUIET
        costs = {}
        for name, wait in (("empty", WAIT), ("found", 0)):
            polled = callers(_polled, url, window, name, count, wait)
            _all_there(polled, POLLS * count)
            seconds = POLLS * max(polled.milliseconds) / 1_000
            costs[f"{name}_ms"] = round(1_000 * (polled.processor - idle * seconds) / (POLLS * count), 3)
        begun = monotonic()
        served = callers(_served, url, "served", count)
        seconds = monotonic() - begun
    _all_there(served, count)
    figures = {**costs, "idle_ms_per_second": round(1_000 * idle, 1), **spread("served", served.milliseconds)}
    return _measured(costs["empty_ms"], count, seconds, 0.0, figures)


def ephemeral(folder: Path, count: int) -> BenchResult:
    """`single-window run --ephemeral --preset ci` so many times in turn; seconds from its start to the file that says
    it answers, the median, and the memory that it holds then."""
    ready, held, spent = [], [], 0.0
    for number in range(count):
        file = folder / f"ready-{number}.json"
        begun = monotonic()
        program = Program(["run", "--ephemeral", "--preset", "ci", *_READY, str(file)], {}, folder / "run.log")
        try:
            _appears(file)
            ready.append(monotonic() - begun)
            window = int(json.loads(file.read_text("utf-8"))["pid"])
            held.append(memory_of(window))
            spent += processor_of(window)
        finally:
            program.end()
    figures: dict[str, object] = {"memory_mb": max(held), "slowest_seconds": round(max(ready), 2)}
    return _measured(round(sorted(ready)[count // 2], 2), count, sum(ready), spent, figures)


_READY = ("--port", "0", "--ready-file")


def _appears(file: Path) -> None:
    until = monotonic() + READY
    while not file.exists():
        if monotonic() > until:
            raise SimulatorError(f"{file} did not appear within {READY:.0f} seconds")
        Event().wait(0.005)


@contextmanager
def _window(folder: Path) -> Iterator[tuple[str, int]]:
    """Start a window for tests; gives its address and process."""
    with TemporaryDirectory(dir=folder) as place:
        file = Path(place) / "ready.json"
        words = ["run", "--ephemeral", "--preset", "ci", *_READY, str(file)]
        program = Program(words, {}, Path(place) / "run.log")
        try:
            _appears(file)
            address = json.loads(file.read_text("utf-8"))
            yield address["url"], int(address["pid"])
        finally:
            program.end()


@contextmanager
def _callers() -> Iterator[Callable[..., CallTimings]]:
    """Run callers in a separate process, whose cost is not counted."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        yield lambda work, *given: pool.apply(work, given)


# in the process of the callers


def _all_at_once(url: str, count: int) -> CallTimings:
    barrier = Barrier(count)

    def whole(number: int) -> float:
        with WindowClient(url) as client:
            barrier.wait()
            begun = monotonic()
            return _traded(client.make_sandbox(f"fresh-{number}"), begun)

    return _called(whole, range(count), count)


def _rounds(url: str, names: Sequence[str], first: int, rounds: int) -> CallTimings:
    with WindowClient(url) as client:
        if not first:
            _called(lambda name: _timed(lambda: client.make_sandbox(name)), names, TOGETHER)
        work = [(name, number) for number in range(first, first + rounds) for name in names]
        return _called(
            lambda job: _traded(client.sandbox(job[0], seed=f"{job[0]}-{job[1]}"), monotonic()), work, TOGETHER
        )


def _traded(sandbox: SandboxClient, begun: float) -> float:
    """Send a whole trade; gives the milliseconds it took, negative if it was not released."""
    trade = sandbox.sample("import")
    sandbox.submit(trade)
    released = sandbox.wait_for(trade, 800, timeout=LONGEST).state == "released"
    return (1_000 if released else -1_000) * (monotonic() - begun)


def _box(name: str, number: int) -> str:
    return f"DXPENT{1 + KINDS.index(name)}{number:09d}"  # 0: mailboxes of the samples


def _put(url: str, name: str, count: int) -> CallTimings:
    """Send and process an order under each of `count` DXP ids."""
    with WindowClient(url) as client:
        sandbox = client.sandbox("main")

        def put(number: int) -> float:
            order = sandbox.sample("import").changed("311", dxpId=_box(name, number))
            return _timed(lambda: sandbox.call("POST", "/messages", body=order.messages["311"], headers=_XML))

        done = _called(put, range(count), TOGETHER)
        sandbox.settle()
        return done


_XML = {"Content-Type": "application/xml"}


def _polled(url: str, window: int, name: str, count: int, wait: int) -> CallTimings:
    """Polls of each mailbox over a connection that is kept, all at once each time; one that is answered before its time
    with nothing is wrong."""
    barrier = Barrier(count)
    spent: list[float] = []

    def poll(number: int) -> list[float]:
        with WindowClient(url) as client:
            box, sandbox = _box(name, number), client.sandbox("main")
            sandbox.receipts(box, 0, 0)
            if not barrier.wait():
                spent.append(processor_of(window))
            times = []
            for _ in range(POLLS):
                barrier.wait()
                begun = monotonic()
                receipts = sandbox.receipts(box, 0, wait)
                seconds = monotonic() - begun
                times.append(1_000 * seconds if receipts or seconds >= wait > 0 else -1.0)
            if not barrier.wait():
                spent.append(processor_of(window))
            return times

    with ThreadPoolExecutor(count) as threads:
        called = _calls([time for times in threads.map(poll, range(count)) for time in times])
    return called._replace(processor=spent[1] - spent[0])


def _served(url: str, name: str, count: int) -> CallTimings:
    """Polls of so many mailboxes wait; then a receipt comes for each. Milliseconds from its message to its receipt."""
    sent: dict[int, float] = {}

    def poll(client: WindowClient, number: int) -> float:
        until = monotonic() + LONGEST
        while not client.sandbox("main").receipts(_box(name, number), 0, LONGEST_POLL):
            if monotonic() > until:
                return -1.0
        return 1_000 * (monotonic() - sent[number])

    with WindowClient(url) as client, ThreadPoolExecutor(count) as threads:
        sandbox = client.sandbox("main")
        orders = [sandbox.sample("import", f"{name}-{number}") for number in range(count)]
        polling = [threads.submit(_connected, url, poll, number) for number in range(count)]
        Event().wait(ARRIVAL)
        for number, order in enumerate(orders):
            sent[number] = monotonic()
            body = order.changed("311", dxpId=_box(name, number)).messages["311"]
            sandbox.call("POST", "/messages", body=body, headers=_XML)
        return _calls([future.result() for future in polling])


def _connected(url: str, work: Callable[[WindowClient, int], float], number: int) -> float:
    with WindowClient(url) as client:
        return work(client, number)


def _timed(work: Callable[[], object]) -> float:
    begun = monotonic()
    work()
    return 1_000 * (monotonic() - begun)


def _called(work: Callable[[Any], float], given: Sequence[Any], together: int) -> CallTimings:
    with ThreadPoolExecutor(together) as threads:
        return _calls(list(threads.map(work, given)))


def _calls(times: list[float]) -> CallTimings:
    """Separate the times of calls from failures (negative)."""
    return CallTimings([round(time, 1) for time in times if time >= 0], sum(time < 0 for time in times))


def _all_there(called: CallTimings, count: int) -> None:
    if called.wrong or len(called.milliseconds) != count:
        raise SimulatorError(f"{called.wrong} of {count} were not as they should be")


def _measured(value: float, count: int, seconds: float, processor: float, figures: Mapping[str, object]) -> BenchResult:
    return BenchResult(value, count, round(seconds, 3), 1.0, 0.0, round(processor, 2), dict(figures))


SANDBOX_MEASURES = (
    BenchMeasure(
        "sandboxes_50",
        "MB",
        300,
        50,
        "fresh sandboxes at once over HTTP, a whole trade in each: the most memory of the window",
        sandboxes_50,
        higher_is_better=False,
        limits={"trade_slowest_ms": 2_000},
        traffic="",
    ),
    BenchMeasure(
        "sandboxes_200",
        "MB more",
        20,
        1_000,
        "trades over HTTP in 200 sandboxes in turn: by how much the window grows",
        sandboxes_200,
        higher_is_better=False,
        traffic="",
    ),
    BenchMeasure(
        "polls_100",
        "ms of processor time a poll",
        1,
        100,
        "polls that wait at once: all are served, none is answered early",
        polls_100,
        higher_is_better=False,
        limits={"found_ms": 1.0},
        traffic="",
    ),
    BenchMeasure(
        "ephemeral",
        "s",
        2,
        5,
        "windows that keep nothing: from their start to their first answer",
        ephemeral,
        higher_is_better=False,
        limits={"memory_mb": 150},
        traffic="",
    ),
)
