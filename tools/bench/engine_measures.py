"""Measures on RabbitMQ and PostgreSQL: the window as real processes, started as an operator starts them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from simulators.bench import spool
from simulators.bench.measures import OPTIONS, SANDBOX, WARM_UP, BenchMeasure, BenchResult, result_of_run
from simulators.bench.pacing import send_paced
from simulators.bench.percentiles import percentile, spread
from simulators.bench.spool import Traffic
from simulators.entry import SandboxSession, monotonic, open_sandbox, settings_for
from simulators.errors import SimulatorError
from simulators.machine import processor_use
from tools.bench import crew, database_floor
from tools.bench.temporary_services import Engines, TemporaryServices, temporary_services

RATE = 200
"""Messages per second in `latency_200`, and during the outage whose backlog `backlog` works off."""
SETTLING_IN = Traffic(250, 1, spool.WARM_UP_SEED)
HTTP_PROCESSES, HTTP_THREADS = 2, 32


class EngineSite(NamedTuple):
    """The environment of one run: a folder, its own engines, the number of processes of each role."""

    folder: Path
    own: TemporaryServices
    workers: int


@contextmanager
def place(folder: Path, engines: Engines, workers: int) -> Iterator[EngineSite]:
    """Make the environment of a run and remove it afterwards."""
    with temporary_services(engines) as own, TemporaryDirectory(dir=folder) as inside:
        yield EngineSite(Path(inside), own, workers)


@contextmanager
def outside(at: EngineSite) -> Iterator[SandboxSession]:
    """A window that only admits messages; worker processes do the work."""
    settings = settings_for(at.folder, broker=at.own.broker, database=at.own.database, readers=0)
    with open_sandbox(settings, SANDBOX, spool.bench_world(), OPTIONS, queues=()) as world:
        yield world


def import_engines(
    folder: Path, count: int, engines: Engines, workers: int, roles: Sequence[str] = ("all",)
) -> BenchResult:
    """Messages of 100 documents through `single-window work ROLES`, admitted in one process."""
    traffic = Traffic(count, 100)
    bodies = list(spool.read_bodies(spool.traffic_file(folder, traffic)))
    with place(folder, engines, workers) as at, outside(at) as window:
        with crew.working(at.own, at.folder, workers, roles):
            warm(window, folder, traffic.per_message, workers)
            before = _Before.taken(at)
            spent, begun = processor_use(), monotonic()
            for _ in window.send(bodies):
                pass
            seconds, cpu = monotonic() - begun, processor_use().since(spent)
        measured = result_of_run(window, count, seconds, cpu.own, cpu.others, WARM_UP * workers)
        floor = before.floor(at, count)
    return measured._replace(more={**measured.more, "workers": workers, "engines": at.own.versions, **floor})


def warm(window: SandboxSession, folder: Path, per_message: int, workers: int) -> None:
    """Process uncounted warm-up trades, enough for every worker to get some."""
    for _ in window.send(spool.read_bodies(spool.traffic_file(folder, warm_up(per_message, workers)))):
        pass


def warm_up(per_message: int, workers: int) -> Traffic:
    """The warm-up traffic for this number of workers."""
    return Traffic(WARM_UP * workers, per_message, spool.WARM_UP_SEED)


class _Before(NamedTuple):
    """The state of the database before a run."""

    transaction: int
    rows: list[database_floor.CopyRows]

    @classmethod
    def taken(cls, at: EngineSite) -> _Before:
        return cls(database_floor.last_transaction(at.own.database), database_floor.rows(at.own.database))

    def floor(self, at: EngineSite, count: int) -> dict[str, object]:
        """Measure how long PostgreSQL alone takes to insert the rows stored since."""
        commits = database_floor.last_transaction(at.own.database) - self.transaction
        stored = database_floor.rows(at.own.database, self.rows)
        inserted = database_floor.database_seconds(at.own.database, stored, commits)
        return {
            "floor": round(count / inserted, 1),
            "floor_database_seconds": round(inserted, 3),
            "commits": commits,
            "rows": sum(len(rows.lines) for rows in stored),
            "row_bytes": sum(len(line) for rows in stored for line in rows.lines),
        }


def latency_200(folder: Path, count: int, engines: Engines, workers: int) -> BenchResult:
    """Messages of one document, 200 a second, to `single-window serve`; their receipts are fetched by long polls."""
    warm_file, file = spool.traffic_file(folder, SETTLING_IN), spool.traffic_file(folder, Traffic(count, 1))
    with (
        place(folder, engines, workers) as at,
        outside(at) as window,
        crew.working(at.own, at.folder, workers),
        crew.serving(at.own, at.folder, HTTP_PROCESSES, HTTP_THREADS) as url,
        _client() as client,
    ):
        client.apply(send_paced, (url, SANDBOX, warm_file, RATE))
        spent = processor_use()
        paced = client.apply(send_paced, (url, SANDBOX, file, RATE))
        others = processor_use().since(spent).others - paced.processor
        window.settle()
    if paced.refused or paced.without_receipt:
        raise SimulatorError(f"{paced.refused} messages were refused, {paced.without_receipt} got no receipt")
    return BenchResult(
        percentile(paced.first_receipts, 99),
        count,
        paced.seconds,
        1.0,
        0.0,
        round(others, 2),
        {
            **spread("receipt", paced.first_receipts),
            **spread("accepted", paced.accepted),
            "messages": len(paced.accepted),
            "messages_per_second": round(len(paced.accepted) / paced.seconds, 1),
            "client_seconds": paced.processor,
            "http_processes": HTTP_PROCESSES,
            "workers": workers,
            "engines": at.own.versions,
        },
    )


def _client() -> Any:
    """A separate process that sends and polls."""
    return multiprocessing.get_context("spawn").Pool(1)


def backlog(folder: Path, count: int, engines: Engines, workers: int) -> BenchResult:
    """Messages of one document wait in the database; then the workers are started, and work until nothing is left."""
    file = spool.traffic_file(folder, Traffic(count, 1))
    with place(folder, engines, workers) as at, outside(at) as window:
        begun = monotonic()
        messages = sum(window.hand_in(spool.read_bodies(file)))
        admitted, spent, begun = monotonic() - begun, processor_use(), monotonic()
        with crew.working(at.own, at.folder, workers):
            window.settle()
            seconds, cpu = monotonic() - begun, processor_use().since(spent)
        measured = result_of_run(window, count, seconds, cpu.own, cpu.others, 0)
    return measured._replace(
        value=round(seconds, 1),
        more={
            **measured.more,
            "trades_per_second": measured.value,
            "messages": messages,
            "messages_per_second": round(messages / seconds, 1),
            "outage_seconds": round(messages / RATE, 1),
            "admitted_per_second": round(messages / admitted, 1),
            "workers": workers,
            "engines": at.own.versions,
        },
    )


ENGINE_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "import_engines",
        "trades/s",
        None,
        20_000,
        "import_100 through processes that meet at RabbitMQ and PostgreSQL",
        import_engines,
        reference="import_100",
    ),
    BenchMeasure(
        "import_trades",
        "trades/s",
        None,
        20_000,
        "import_engines, by processes that each take a trade through every desk",
        partial(import_engines, roles=("dispatch", "trades", "channels")),
        reference="import_100",
    ),
    BenchMeasure(
        "latency_200",
        "ms",
        200,
        3_000,
        "at 200 messages a second over HTTP: 99 of 100 first receipts are there within (p50 at most 24)",
        latency_200,
        1,
        higher_is_better=False,
        limits={"receipt_p50_ms": 24.0},
    ),
    BenchMeasure(
        "backlog",
        "s",
        None,
        30_000,
        "to deal with what came in ten minutes, 200 messages a second, while nobody worked",
        backlog,
        1,
        higher_is_better=False,
    ),
)
"""The measures that run on engines, each with the requested numbers of workers."""
