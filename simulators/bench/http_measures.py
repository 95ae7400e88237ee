"""Measures messages of one document each over HTTP: by `single-window run` with its default settings, and by a listener
that only stores them, which is the reference.

The processor time of all processes of the window counts, until the last message has been dealt with. The client is a
process of its own.
"""

from __future__ import annotations

import multiprocessing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

from simulators.bench import http_floor, spool
from simulators.bench.crew import running
from simulators.bench.measures import OPTIONS, SANDBOX, WARM_UP, BenchMeasure, BenchResult, result_of_run
from simulators.bench.posting import CONNECTIONS, Posted, post_all
from simulators.bench.spool import WARM_UP_SEED, Traffic
from simulators.entry import FIRST_DAY, Settings, monotonic, open_sandbox
from simulators.entry.windows import SandboxClient, WindowClient
from simulators.errors import SimulatorError
from simulators.machine import processor_use

MESSAGES_A_TRADE = 4
MANY_CONNECTIONS = 64
CHECK_SECONDS = 0.2
"""Seconds between two questions whether work is left."""


def http_1(folder: Path, count: int, connections: int) -> BenchResult:
    """Post the messages of `count` trades, one document each; a connection sends one when the last is answered."""
    file, warm_up = _files(folder, count)
    with TemporaryDirectory(dir=folder) as place:
        with running(Path(place)) as url, _client() as client:
            sandbox = WindowClient(url).sandbox(SANDBOX)
            client.apply(post_all, (url, SANDBOX, warm_up, connections))
            _wait_until_done(sandbox)
            before, begun = processor_use(), monotonic()
            posted: Posted = client.apply(post_all, (url, SANDBOX, file, connections))
            accepting = monotonic() - begun
            _wait_until_done(sandbox)
            seconds, spent = monotonic() - begun, processor_use().since(before)
        rates = _rates(posted, count, seconds)
        settings = Settings(data=Path(place), synchronous="NORMAL")
        with open_sandbox(settings, SANDBOX, spool.bench_world(), OPTIONS, FIRST_DAY) as session:
            measured = result_of_run(session, count, seconds, 0.0, round(spent.others - posted.processor, 2))
    return measured._replace(more={**measured.more, **rates, "seconds_to_202": round(accepting, 3)})


def floor_http(folder: Path, count: int, connections: int) -> BenchResult:
    """Post the same messages to the listener with an application that only inserts bodies."""
    file, warm_up = _files(folder, count)
    with (
        TemporaryDirectory(dir=folder) as place,
        _client() as client,
        http_floor.answering(Path(place)) as (url, table),
    ):
        client.apply(post_all, (url, SANDBOX, warm_up, connections))
        before, begun, stored_before = processor_use(), monotonic(), table.count()
        posted: Posted = client.apply(post_all, (url, SANDBOX, file, connections))
        seconds, spent, stored = monotonic() - begun, processor_use().since(before), table.count() - stored_before
    if stored != posted.accepted:
        raise SimulatorError(f"{posted.accepted} messages were accepted, {stored} are in the table")
    return BenchResult(
        value=round(count / seconds, 1),
        trades=count,
        seconds=round(seconds, 3),
        released_share=1.0,
        cpu_own=spent.own,
        cpu_others=0.0,
        more=_rates(posted, count, seconds),
    )


def _files(folder: Path, count: int) -> tuple[Path, Path]:
    """Return the files with the messages to measure, and with those that come before."""
    return spool.traffic_file(folder, Traffic(count, 1)), spool.traffic_file(folder, Traffic(WARM_UP, 1, WARM_UP_SEED))


def _client() -> Any:
    """Return a process of its own that posts."""
    return multiprocessing.get_context("spawn").Pool(1)


def _wait_until_done(sandbox: SandboxClient) -> None:
    while sandbox.call("GET", "/state")["deliveries"]["ready"]:
        Event().wait(CHECK_SECONDS)


def _rates(posted: Posted, count: int, seconds: float) -> dict[str, object]:
    if posted.accepted != MESSAGES_A_TRADE * count:
        raise SimulatorError(f"{posted.accepted} messages of {MESSAGES_A_TRADE * count} were accepted")
    return {
        "accepted": posted.accepted,
        "messages_per_second": round(posted.accepted / seconds, 1),
        "turned_away": posted.turned_away,
        "client_seconds": posted.processor,
    }


HTTP_MEASURES = tuple(
    measure
    for suffix, connections, at_least in (("", CONNECTIONS, 0.5), (f"_{MANY_CONNECTIONS}", MANY_CONNECTIONS, 0.6))
    for measure in (
        BenchMeasure(
            f"floor_http{suffix}",
            "trades/s",
            None,
            3_000,
            f"the messages of http_1{suffix} through the same listener and framework, only inserted in groups",
            partial(floor_http, connections=connections),
            1,
        ),
        BenchMeasure(
            f"http_1{suffix}",
            "trades/s",
            None,
            3_000,
            f"messages of one document over HTTP by {connections} connections to `run`, until all are dealt with",
            partial(http_1, connections=connections),
            1,
            at_least=at_least,
            reference=f"floor_http{suffix}",
        ),
    )
)
