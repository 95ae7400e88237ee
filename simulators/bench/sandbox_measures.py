"""Measures for testers: many sandboxes at once, many waiting polls, the start of a temporary window.

The window is `single-window run` in a separate process; only this process is measured. The callers are in another one.
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
from simulators.entry.windows import SandboxClient, WindowClient
from simulators.errors import SimulatorError
from simulators.machine import MemoryPeak, memory_of, processor_of

CONCURRENT_CALLERS = 16
"""Concurrent callers where not all call at once."""
SANDBOX_COUNT = 200
WARM_UP_ROUNDS = 2
"""Rounds through all sandboxes before memory is first measured."""
POLL_WAIT_SECONDS = 5
"""Seconds that a poll waits in vain."""
MAILBOX_KINDS = ("empty", "found", "served")
"""Kinds of mailbox: stays empty, holds a receipt already, gets a receipt during the poll."""
POLLS_PER_MAILBOX = 5
"""Polls of each mailbox, one after the other."""
IDLE_SECONDS = 3.0
"""Idle seconds, to measure what the window uses without calls."""
TRADE_TIMEOUT_SECONDS, POLL_TIMEOUT_SECONDS = 120, 30
POLLS_START_SECONDS = 0.5
"""Seconds after which all started polls are waiting."""


class CallTimings(NamedTuple):
    """The timings of callers: milliseconds of each call, number of wrong answers, and processor seconds of the
    window, if measured."""

    milliseconds: list[float]
    wrong: int
    processor: float = 0.0


def sandboxes_50(folder: Path, count: int) -> BenchResult:
    """Create `count` sandboxes at once, and play a trade over HTTP in each; the value is the window's peak memory."""
    with _window(folder) as (url, window), _callers() as callers, MemoryPeak(lambda: memory_of(window)) as peak:
        began_at, processor_before = monotonic(), processor_of(window)
        timings = callers(_trade_in_new_sandboxes, url, count)
        seconds, processor = monotonic() - began_at, processor_of(window) - processor_before
    _require_all(timings, count)
    figures = {**spread("trade", timings.milliseconds), "trade_slowest_ms": max(timings.milliseconds)}
    return _result_of(peak.highest, count, seconds, processor, figures)


def sandboxes_200(folder: Path, count: int) -> BenchResult:
    """Play trades in 200 sandboxes in turn; the value is the growth of the window in megabytes after two rounds."""
    with _window(folder) as (url, window), _callers() as callers:
        names = [f"sandbox-{number}" for number in range(SANDBOX_COUNT)]
        _require_all(callers(_trade_in_turn, url, names, 0, WARM_UP_ROUNDS), SANDBOX_COUNT * WARM_UP_ROUNDS)
        before, began_at, processor_before = memory_of(window), monotonic(), processor_of(window)
        rounds = max(1, count // SANDBOX_COUNT)
        _require_all(callers(_trade_in_turn, url, names, WARM_UP_ROUNDS, rounds), SANDBOX_COUNT * rounds)
        seconds, processor, after = monotonic() - began_at, processor_of(window) - processor_before, memory_of(window)
    figures: dict[str, object] = {"sandboxes": SANDBOX_COUNT, "mb_at_start": before, "mb_at_end": after}
    return _result_of(round(after - before, 1), SANDBOX_COUNT * rounds, seconds, processor, figures)


def polls_100(folder: Path, count: int) -> BenchResult:
    """Let `count` polls wait at once: first without receipts, then with. The value is the processor time of a poll
    without receipts, in milliseconds; the processor time of an idle window is subtracted."""
    with _window(folder) as (url, window), _callers() as callers:
        _require_all(callers(_send_orders, url, "found", count), count)
        processor_before = processor_of(window)
        Event().wait(IDLE_SECONDS)
        idle = (processor_of(window) - processor_before) / IDLE_SECONDS
        costs = {}
        for name, wait in (("empty", POLL_WAIT_SECONDS), ("found", 0)):
            polled = callers(_time_polls, url, window, name, count, wait)
            _require_all(polled, POLLS_PER_MAILBOX * count)
            seconds = POLLS_PER_MAILBOX * max(polled.milliseconds) / 1_000
            costs[f"{name}_ms"] = round(1_000 * (polled.processor - idle * seconds) / (POLLS_PER_MAILBOX * count), 3)
        began_at = monotonic()
        served = callers(_time_receipts, url, "served", count)
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


# in the process of the callers; a function that times a call gives negative milliseconds if the answer was wrong


def _trade_in_new_sandboxes(url: str, count: int) -> CallTimings:
    barrier = Barrier(count)

    def trade(number: int) -> float:
        with WindowClient(url) as client:
            barrier.wait()
            began_at = monotonic()
            return _trade_milliseconds(client.make_sandbox(f"fresh-{number}"), began_at)

    return _call_concurrently(trade, range(count), count)


def _trade_in_turn(url: str, names: Sequence[str], first_round: int, rounds: int) -> CallTimings:
    with WindowClient(url) as client:
        if first_round == 0:
            _call_concurrently(lambda name: _time_call(lambda: client.make_sandbox(name)), names, CONCURRENT_CALLERS)
        work = [(name, number) for number in range(first_round, first_round + rounds) for name in names]
        return _call_concurrently(
            lambda job: _trade_milliseconds(client.sandbox(job[0], seed=f"{job[0]}-{job[1]}"), monotonic()),
            work,
            CONCURRENT_CALLERS,
        )


def _trade_milliseconds(sandbox: SandboxClient, began_at: float) -> float:
    """Send a whole trade; gives the milliseconds it took, negative if it was not released."""
    trade = sandbox.sample("import")
    sandbox.submit(trade)
    released = sandbox.wait_for(trade, 800, timeout=TRADE_TIMEOUT_SECONDS).state == "released"
    return (1_000 if released else -1_000) * (monotonic() - began_at)


def _mailbox(kind: str, number: int) -> str:
    return f"DXPENT{1 + MAILBOX_KINDS.index(kind)}{number:09d}"  # 0: mailboxes of the samples


def _send_orders(url: str, name: str, count: int) -> CallTimings:
    """Send and process an order under each of `count` DXP ids."""
    with WindowClient(url) as client:
        sandbox = client.sandbox("main")

        def put(number: int) -> float:
            order = sandbox.sample("import").changed("311", dxpId=_mailbox(name, number))
            return _time_call(lambda: sandbox.call("POST", "/messages", body=order.messages["311"], headers=_XML))

        timings = _call_concurrently(put, range(count), CONCURRENT_CALLERS)
        sandbox.settle()
        return timings


_XML = {"Content-Type": "application/xml"}


def _time_polls(url: str, window: int, name: str, count: int, wait: int) -> CallTimings:
    """Poll all mailboxes at once, several times over the same connections; an empty answer before the time limit counts
    as wrong."""
    barrier = Barrier(count)
    processor_seconds: list[float] = []

    def poll(number: int) -> list[float]:
        with WindowClient(url) as client:
            mailbox, sandbox = _mailbox(name, number), client.sandbox("main")
            sandbox.receipts(mailbox, 0, 0)
            if barrier.wait() == 0:  # in one of the threads only
                processor_seconds.append(processor_of(window))
            times = []
            for _ in range(POLLS_PER_MAILBOX):
                barrier.wait()
                began_at = monotonic()
                receipts = sandbox.receipts(mailbox, 0, wait)
                seconds = monotonic() - began_at
                times.append(1_000 * seconds if receipts or seconds >= wait > 0 else -1.0)
            if barrier.wait() == 0:  # in one of the threads only
                processor_seconds.append(processor_of(window))
            return times

    with ThreadPoolExecutor(count) as threads:
        timings = _timings_of([time for times in threads.map(poll, range(count)) for time in times])
    return timings._replace(processor=processor_seconds[1] - processor_seconds[0])


def _time_receipts(url: str, name: str, count: int) -> CallTimings:
    """Let polls of `count` mailboxes wait, then send a message for each; times milliseconds from message to receipt."""
    sent: dict[int, float] = {}

    def poll(client: WindowClient, number: int) -> float:
        deadline = monotonic() + TRADE_TIMEOUT_SECONDS
        while not client.sandbox("main").receipts(_mailbox(name, number), 0, POLL_TIMEOUT_SECONDS):
            if monotonic() > deadline:
                return -1.0
        return 1_000 * (monotonic() - sent[number])

    with WindowClient(url) as client, ThreadPoolExecutor(count) as threads:
        sandbox = client.sandbox("main")
        orders = [sandbox.sample("import", f"{name}-{number}") for number in range(count)]
        polling = [threads.submit(_call_with_client, url, poll, number) for number in range(count)]
        Event().wait(POLLS_START_SECONDS)
        for number, order in enumerate(orders):
            sent[number] = monotonic()
            body = order.changed("311", dxpId=_mailbox(name, number)).messages["311"]
            sandbox.call("POST", "/messages", body=body, headers=_XML)
        return _timings_of([future.result() for future in polling])


def _call_with_client(url: str, work: Callable[[WindowClient, int], float], number: int) -> float:
    with WindowClient(url) as client:
        return work(client, number)


def _time_call(work: Callable[[], object]) -> float:
    began_at = monotonic()
    work()
    return 1_000 * (monotonic() - began_at)


def _call_concurrently(work: Callable[[Any], float], arguments: Sequence[Any], concurrency: int) -> CallTimings:
    with ThreadPoolExecutor(concurrency) as threads:
        return _timings_of(list(threads.map(work, arguments)))


def _timings_of(times: list[float]) -> CallTimings:
    """Separate the times of calls from failures (negative)."""
    return CallTimings([round(time, 1) for time in times if time >= 0], sum(time < 0 for time in times))


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
