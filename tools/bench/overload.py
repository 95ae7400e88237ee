"""Measures overload: how many messages a window accepts, how fast, and how it answers the others."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from threading import Event, Lock, Thread
from typing import NamedTuple

from simulators.bench import spool
from simulators.bench.measures import SANDBOX, BenchMeasure, BenchResult, warm_window
from simulators.bench.percentiles import percentile
from simulators.bench.posting import LightConnection
from simulators.bench.spool import Traffic, read_bodies
from simulators.entry import monotonic
from simulators.entry.shown import serve_on_free_port
from simulators.errors import SimulatorError
from simulators.machine import processor_use

TIMES = 2.0
"""The offered rate as a multiple of the window's capacity."""
OFFERED_SECONDS = 60
"""The longest time for which messages are offered, in seconds."""
CLOSED_MESSAGES = 8_000
"""The most messages used to find the capacity."""
CLOSED, OFFERING = 16, 400
"""Connections used to find the capacity (one request after the other), and to offer messages at a fixed rate."""
SLOWEST = 2_000.0
"""Limit on the 99th percentile of accepted messages, in milliseconds."""
AT_ONCE = 1_000.0
"""Limit on the 99th percentile of messages turned away (503), in milliseconds."""


class OfferResult(NamedTuple):
    """The answers to offered messages: milliseconds from the sending to each 202 and to each 503, answers by status (0:
    none), seconds in all."""

    accepted: list[float]
    turned_away: list[float]
    statuses: dict[int, int]
    seconds: float
    last_delay: float
    """Delay of the last message in seconds."""


class _Offer:
    """Sends messages over many connections, each at its time (`rate` a second), or as fast as answers come (0)."""

    def __init__(self, url: str, messages: Sequence[bytes], rate: float) -> None:
        self._url, self._rate = url, rate
        self._source, self._lock = iter(enumerate(messages)), Lock()
        self._milliseconds_by_status: dict[int, list[float]] = {202: [], 503: []}
        self._statuses: Counter[int] = Counter()
        self._began_at = self._last_delay = 0.0

    def run(self, connections: int) -> OfferResult:
        threads = [Thread(target=self._work) for _ in range(connections)]
        self._began_at = monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return OfferResult(
            self._milliseconds_by_status[202],
            self._milliseconds_by_status[503],
            dict(self._statuses),
            monotonic() - self._began_at,
            round(self._last_delay, 2),
        )

    def _work(self) -> None:
        connection, pause = LightConnection(self._url, SANDBOX), Event()
        while True:
            with self._lock:
                number, body = next(self._source, (-1, b""))
            if number < 0:
                break
            if self._rate:
                pause.wait(max(0.0, self._began_at + number / self._rate - monotonic()))
            sent_at = monotonic()
            status = connection.post(body)
            with self._lock:
                self._statuses[status] += 1
                self._last_delay = (
                    max(self._last_delay, sent_at - self._began_at - number / self._rate) if self._rate else 0.0
                )
                if status in self._milliseconds_by_status:
                    self._milliseconds_by_status[status].append((monotonic() - sent_at) * 1_000)
        connection.close()


def offer(url: str, file: Path, first: int, count: int, rate: float) -> OfferResult:
    """Send `count` messages of a spool file, from the message `first` on; runs in a separate process."""
    messages = list(islice(read_bodies(file), first, first + count))
    return _Offer(url, messages, rate).run(OFFERING if rate else CLOSED)


def overload(folder: Path, count: int) -> BenchResult:
    """Measure the capacity in a closed loop, with at most a third of the messages; then send twice as many a second,
    for a minute or until no message is left."""
    file = spool.traffic_file(folder, Traffic(count, 1))
    total_messages, began, processor_before = 4 * count, monotonic(), processor_use()
    with warm_window(folder, Traffic(1_000, 1, spool.WARM_UP_SEED), "NORMAL") as session:
        client = multiprocessing.get_context("spawn").Pool(1)
        with client, serve_on_free_port(session) as (url, settled):
            closed_count = min(total_messages // 3, CLOSED_MESSAGES)
            closed = client.apply(offer, (url, file, 0, closed_count, 0.0))
            capacity = len(closed.accepted) / closed.seconds
            offered_count = min(total_messages - closed_count, round(TIMES * capacity * OFFERED_SECONDS))
            offered = client.apply(offer, (url, file, closed_count, offered_count, TIMES * capacity))
            settled()
        if session.unfinished_deliveries():
            raise SimulatorError(f"not done: {dict(session.unfinished_deliveries())}")
    if set(offered.statuses) - {202, 503}:
        raise SimulatorError(f"answered with other than 202 and 503: {offered.statuses}")
    goodput, sent = len(offered.accepted) / offered.seconds, sum(offered.statuses.values())
    seconds = round(monotonic() - began, 1)
    return BenchResult(
        round(goodput / capacity, 3),
        count,
        seconds,
        1.0,
        processor_use().since(processor_before).own,
        0.0,
        {
            "capacity": round(capacity, 1),
            "offered_seconds": round(offered.seconds, 1),
            "offered_per_second": round(sent / offered.seconds, 1),
            "sent_late_seconds": offered.last_delay,
            "goodput": round(goodput, 1),
            "turned_away": offered.statuses.get(503, 0),
            "accepted_p50_ms": percentile(offered.accepted, 50),
            "accepted_p99_ms": percentile(offered.accepted, 99),
            "turned_away_p50_ms": percentile(offered.turned_away, 50),
            "turned_away_p99_ms": percentile(offered.turned_away, 99),
        },
    )


OVERLOAD = BenchMeasure(
    "overload",
    "of capacity",
    0.9,
    24_000,
    "messages accepted a second, as a share of the HTTP capacity, while twice that capacity is sent for a minute",
    overload,
    1,
    limits={"accepted_p99_ms": SLOWEST, "turned_away_p99_ms": AT_ONCE},
)
