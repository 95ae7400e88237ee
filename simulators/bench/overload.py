"""Measures overload: how many messages a window accepts, how fast, and how it answers the others."""

from __future__ import annotations

import multiprocessing
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from socket import create_connection, socket
from threading import Event, Lock, Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from simulators.bench import spool
from simulators.bench.measures import SANDBOX, BenchMeasure, BenchResult, warm_window
from simulators.bench.percentiles import percentile
from simulators.bench.spool import Traffic, bodies
from simulators.entry import answering, monotonic
from simulators.errors import SimulatorError
from simulators.machine import used

TIMES = 2.0
"""The offered rate as a multiple of the window's capacity."""
OFFERED_SECONDS = 60
"""The longest time for which messages are offered, in seconds."""
CLOSED_MESSAGES = 8_000
"""The most messages used to find the capacity."""
CLOSED, OFFERING = 16, 400
"""Connections used to find the capacity (one request after the other), and to offer messages at a fixed rate."""
_LENGTH = re.compile(rb"(?i)content-length: (\d+)")
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
    sent_late: float
    """Seconds by which the last message was sent late."""


class _Offer:
    """Sends messages over many connections, each at its time (`rate` a second), or as fast as answers come (0)."""

    def __init__(self, url: str, messages: Sequence[bytes], rate: float) -> None:
        self._address, self._rate = urlsplit(url), rate
        self._source, self._lock = iter(enumerate(messages)), Lock()
        self._took: dict[int, list[float]] = {202: [], 503: []}
        self._statuses: Counter[int] = Counter()
        self._begun = self._late = 0.0

    def run(self, connections: int) -> OfferResult:
        threads = [Thread(target=self._work) for _ in range(connections)]
        self._begun = monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return OfferResult(
            self._took[202], self._took[503], dict(self._statuses), monotonic() - self._begun, round(self._late, 2)
        )

    def _work(self) -> None:
        connection, never = _Connection(self._address.hostname or "", self._address.port or 80), Event()
        while True:
            with self._lock:
                number, body = next(self._source, (-1, b""))
            if number < 0:
                break
            if self._rate:
                never.wait(max(0.0, self._begun + number / self._rate - monotonic()))
            begun = monotonic()
            status = connection.post(body)
            with self._lock:
                self._statuses[status] += 1
                self._late = max(self._late, begun - self._begun - number / self._rate) if self._rate else 0.0
                if status in self._took:
                    self._took[status].append((monotonic() - begun) * 1_000)
        connection.close()


class _Connection:
    """Posts messages and reads answers with as little work as possible, as it shares the processor with the window."""

    def __init__(self, host: str, port: int) -> None:
        self._place = (host, port)
        self._head = (
            f"POST /api/v1/messages HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/xml\r\n"
            f"X-Sandbox: {SANDBOX}\r\nContent-Length: "
        ).encode()
        self._socket: socket | None = None

    def post(self, body: bytes) -> int:
        """Post a message; gives the HTTP status, 0 if there is no answer."""
        try:
            if self._socket is None:
                self._socket = create_connection(self._place, timeout=60)
            self._socket.sendall(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)
            head, _, rest = self._read(b"\r\n\r\n").partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            left = int(length[1]) - len(rest) if length else 0
            while left > 0:
                left -= len(self._socket.recv(65_536)) or left
            if b"connection: close" in head.lower():
                self.close()
            return int(head[9:12])
        except (OSError, ValueError):
            self.close()
            return 0

    def _read(self, end: bytes) -> bytes:
        came = b""
        while end not in came and self._socket is not None and (more := self._socket.recv(65_536)):
            came += more
        return came

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def offer(url: str, file: Path, first: int, count: int, rate: float) -> OfferResult:
    """Offer some messages of a spool file; in a process of its own."""
    chosen = list(islice(bodies(file), first, first + count))
    return _Offer(url, chosen, rate).run(OFFERING if rate else CLOSED)


def overload(folder: Path, count: int) -> BenchResult:
    """Find the capacity in a closed loop, with a third of the messages at most; then offer twice as much by a timetable
    for a minute, or as long as there are messages."""
    file = spool.made(folder, Traffic(count, 1))
    total, began, spent = 4 * count, monotonic(), used()
    with warm_window(folder, Traffic(1_000, 1, spool.WARM_UP_SEED), "NORMAL") as session:
        client = multiprocessing.get_context("spawn").Pool(1)
        with client, answering(session) as (url, settled):
            first = min(total // 3, CLOSED_MESSAGES)
            closed = client.apply(offer, (url, file, 0, first, 0.0))
            capacity = len(closed.accepted) / closed.seconds
            most = min(total - first, round(TIMES * capacity * OFFERED_SECONDS))
            offered = client.apply(offer, (url, file, first, most, TIMES * capacity))
            settled()
        if session.stuck():
            raise SimulatorError(f"not done: {dict(session.stuck())}")
    if set(offered.statuses) - {202, 503}:
        raise SimulatorError(f"answered with other than 202 and 503: {offered.statuses}")
    goodput, sent = len(offered.accepted) / offered.seconds, sum(offered.statuses.values())
    seconds = round(monotonic() - began, 1)
    return BenchResult(
        round(goodput / capacity, 3),
        count,
        seconds,
        1.0,
        used().since(spent).own,
        0.0,
        {
            "capacity": round(capacity, 1),
            "offered_seconds": round(offered.seconds, 1),
            "offered_per_second": round(sent / offered.seconds, 1),
            "sent_late_seconds": offered.sent_late,
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
    "accepted of twice the messages that it can take over HTTP for a minute, as a share of these; 99 of 100 within 2 s",
    overload,
    1,
    limits={"accepted_p99_ms": SLOWEST, "turned_away_p99_ms": AT_ONCE},
)
