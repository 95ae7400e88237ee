"""Measures latency and cost of messages of one document sent at a fixed rate to a single process."""

from __future__ import annotations

import multiprocessing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from simulators.bench import spool
from simulators.bench.crew import running
from simulators.bench.measures import SANDBOX, BenchMeasure, BenchResult
from simulators.bench.pacing import Paced, send_paced
from simulators.bench.percentiles import spread
from simulators.bench.spool import Traffic
from simulators.entry.sending import SENDERS
from simulators.errors import SimulatorError
from simulators.machine import memory, processor_use

POLLS = 4
SETTLING_IN = Traffic(250, 1, spool.WARM_UP_SEED)
"""Warm-up trades."""


def latency(folder: Path, count: int, rate: float) -> BenchResult:
    """Messages of one document to `single-window run`, `rate` a second; four mailboxes are polled.

    The value is the processor time of all the window's processes, in milliseconds a message.
    """
    warm_file, file = spool.traffic_file(folder, SETTLING_IN), spool.traffic_file(folder, Traffic(count, 1))
    with TemporaryDirectory(dir=folder) as place, running(Path(place)) as url, _client() as client:
        client.apply(send_paced, (url, SANDBOX, warm_file, rate, SENDERS, POLLS, True))
        spent = processor_use()
        paced: Paced = client.apply(send_paced, (url, SANDBOX, file, rate, SENDERS, POLLS, True))
        others = processor_use().since(spent).others - paced.processor
        held = memory()
    if paced.refused or paced.without_receipt:
        raise SimulatorError(f"{paced.refused} messages were refused, {paced.without_receipt} got no receipt")
    messages = len(paced.accepted)
    return BenchResult(
        round(1_000 * others / messages, 2),
        count,
        paced.seconds,
        1.0,
        0.0,
        round(others, 2),
        {
            **spread("accepted", paced.accepted),
            **spread("receipt", paced.first_receipts),
            **spread("release", paced.released),
            "messages": messages,
            "lists_heard": len(paced.released),
            "messages_per_second": round(messages / paced.seconds, 1),
            "client_seconds": paced.processor,
            "memory_mb": held,
        },
    )


def _client() -> Any:
    """A separate process that sends messages and polls receipts."""
    return multiprocessing.get_context("spawn").Pool(1)


LATENCY_MEASURES = tuple(
    BenchMeasure(
        f"latency_embedded_{rate}",
        "ms of processor time a message",
        most,
        trades,
        f"at {rate} messages a second over HTTP to one process; 202, first receipt, release count from the timetable",
        partial(latency, rate=rate),
        1,
        higher_is_better=False,
        limits={
            "accepted_p50_ms": 10.0,
            "accepted_p99_ms": 50.0,
            "receipt_p50_ms": 24.0,
            "receipt_p99_ms": 200.0,
            "release_p50_ms": 100.0,
        },
    )
    for rate, trades, most in ((50, 500, 4.0), (200, 2_000, 2.5))
)
