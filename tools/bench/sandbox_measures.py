"""Measures for testers: many sandboxes at once, many waiting polls, the start of a temporary window.

The window is `single-window run` in a separate process; only this process is measured. The callers are in another one.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from simulators.bench.crew import READY, Program
from simulators.bench.measures import BenchMeasure, BenchResult
from simulators.bench.percentiles import spread
from simulators.entry import monotonic
from simulators.errors import SimulatorError
from simulators.machine import MemoryPeak, memory_of, processor_of
from tools.bench.sandbox_callers import (
    POLLS_PER_MAILBOX,
    CallTimings,
    send_orders,
    time_polls,
    time_receipts,
    trade_in_new_sandboxes,
    trade_in_turn,
)

SANDBOX_COUNT = 200
WARM_UP_ROUNDS = 2
"""Rounds through all sandboxes before memory is first measured."""
POLL_WAIT_SECONDS = 5
"""Seconds that a poll waits in vain."""
IDLE_SECONDS = 3.0
"""Idle seconds, to measure what the window uses without calls."""


def sandboxes_50(folder: Path, count: int) -> BenchResult:
    """Create `count` sandboxes at once, and play a trade over HTTP in each; the value is the window's peak memory."""
    with _window(folder) as (url, window), _callers() as callers, MemoryPeak(lambda: memory_of(window)) as peak:
        began_at, processor_before = monotonic(), processor_of(window)
        timings = callers(trade_in_new_sandboxes, url, count)
        seconds, processor = monotonic() - began_at, processor_of(window) - processor_before
    _require_all(timings, count)
    figures = {**spread("trade", timings.milliseconds), "trade_slowest_ms": max(timings.milliseconds)}
    return _result_of(peak.highest, count, seconds, processor, figures)


def sandboxes_200(folder: Path, count: int) -> BenchResult:
    """Play trades in 200 sandboxes in turn; the value is the growth of the window in megabytes after two rounds."""
    with _window(folder) as (url, window), _callers() as callers:
        names = [f"sandbox-{number}" for number in range(SANDBOX_COUNT)]
        _require_all(callers(trade_in_turn, url, names, 0, WARM_UP_ROUNDS), SANDBOX_COUNT * WARM_UP_ROUNDS)
        before, began_at, processor_before = memory_of(window), monotonic(), processor_of(window)
        rounds = max(1, count // SANDBOX_COUNT)
        _require_all(callers(trade_in_turn, url, names, WARM_UP_ROUNDS, rounds), SANDBOX_COUNT * rounds)
        seconds, processor, after = monotonic() - began_at, processor_of(window) - processor_before, memory_of(window)
    figures: dict[str, object] = {"sandboxes": SANDBOX_COUNT, "mb_at_start": before, "mb_at_end": after}
    return _result_of(round(after - before, 1), SANDBOX_COUNT * rounds, seconds, processor, figures)


def polls_100(folder: Path, count: int) -> BenchResult:
    """Let `count` polls wait at once: first without receipts, then with. The value is the processor time of a poll
    without receipts, in milliseconds; the processor time of an idle window is subtracted."""
    with _window(folder) as (url, window), _callers() as callers:
        _require_all(callers(send_orders, url, "found", count), count)
        processor_before = processor_of(window)
        Event().wait(IDLE_SECONDS)
        idle = (processor_of(window) - processor_before) / IDLE_SECONDS
        costs = {}
        for name, wait in (("empty", POLL_WAIT_SECONDS), ("found", 0)):
            polled = callers(time_polls, url, window, name, count, wait)
            _require_all(polled, POLLS_PER_MAILBOX * count)
            seconds = POLLS_PER_MAILBOX * max(polled.milliseconds) / 1_000
            costs[f"{name}_ms"] = round(1_000 * (polled.processor - idle * seconds) / (POLLS_PER_MAILBOX * count), 3)
        began_at = monotonic()
        served = callers(time_receipts, url, "served", count)
        seconds = monotonic() - began_at
    _require_all(served, count)
    figures = {**costs, "idle_ms_per_second": round(1_000 * idle, 1), **spread("served", served.milliseconds)}
    return _result_of(costs["empty_ms"], count, seconds, 0.0, figures)


def ephemeral(folder: Path, count: int) -> BenchResult:
    """Start `single-window run --ephemeral --preset ci` `count` times in turn; the value is the median of seconds until
    its ready file exists. The memory is measured at this time."""
    start_seconds, memories, spent = [], [], 0.0
    for number in range(count):
        file = folder / f"ready-{number}.json"
        began_at = monotonic()
        program = Program(
            ["run", "--ephemeral", "--preset", "ci", *_READY_FILE_OPTIONS, str(file)], {}, folder / "run.log"
        )
        try:
            _wait_for_file(file)
            start_seconds.append(monotonic() - began_at)
            window = int(json.loads(file.read_text("utf-8"))["pid"])
            memories.append(memory_of(window))
            spent += processor_of(window)
        finally:
            program.end()
    figures: dict[str, object] = {"memory_mb": max(memories), "slowest_seconds": round(max(start_seconds), 2)}
    return _result_of(round(sorted(start_seconds)[count // 2], 2), count, sum(start_seconds), spent, figures)


_READY_FILE_OPTIONS = ("--port", "0", "--ready-file")


def _wait_for_file(file: Path) -> None:
    deadline = monotonic() + READY
    while not file.exists():
        if monotonic() > deadline:
            raise SimulatorError(f"{file} did not appear within {READY:.0f} seconds")
        Event().wait(0.005)


@contextmanager
def _window(folder: Path) -> Iterator[tuple[str, int]]:
    """Start a window for tests; gives its address and process."""
    with TemporaryDirectory(dir=folder) as place:
        file = Path(place) / "ready.json"
        words = ["run", "--ephemeral", "--preset", "ci", *_READY_FILE_OPTIONS, str(file)]
        program = Program(words, {}, Path(place) / "run.log")
        try:
            _wait_for_file(file)
            address = json.loads(file.read_text("utf-8"))
            yield address["url"], int(address["pid"])
        finally:
            program.end()


@contextmanager
def _callers() -> Iterator[Callable[..., CallTimings]]:
    """Run callers in a separate process, whose cost is not counted."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        yield lambda work, *given: pool.apply(work, given)


def _require_all(timings: CallTimings, count: int) -> None:
    if timings.wrong or len(timings.milliseconds) != count:
        raise SimulatorError(
            f"of {count} calls {len(timings.milliseconds)} were answered right and {timings.wrong} wrong"
        )


def _result_of(
    value: float, count: int, seconds: float, processor: float, figures: Mapping[str, object]
) -> BenchResult:
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
        limits={"found_ms": 2.0},
        traffic="",
    ),
    BenchMeasure(
        "ephemeral",
        "s",
        1,
        5,
        "windows that keep nothing: from their start to their first answer",
        ephemeral,
        higher_is_better=False,
        limits={"memory_mb": 110},
        traffic="",
    ),
)
