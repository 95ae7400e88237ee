"""Runs measures one after the other, each in its own process, and judges the results."""

from __future__ import annotations

import multiprocessing
import os
import signal
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from simulators.bench import spool
from simulators.bench.console_measures import CONSOLE_MEASURES
from simulators.bench.edifact_measures import EDIFACT_MEASURES
from simulators.bench.engine_measures import ENGINE_MEASURES, SETTLING_IN, warm_up
from simulators.bench.export_measures import EXPORT_MEASURES
from simulators.bench.growth_measures import GROWTH_MEASURES
from simulators.bench.http_measures import HTTP_MEASURES
from simulators.bench.latency_measures import LATENCY_MEASURES
from simulators.bench.measures import MEASURES, WARM_UP, BenchMeasure, BenchResult
from simulators.bench.overload import OVERLOAD
from simulators.bench.preview_measures import PREVIEW_MEASURES
from simulators.bench.recall_measures import RECALL_MEASURES
from simulators.bench.refund_measures import REFUND_MEASURES
from simulators.bench.replay_measures import REPLAY_MEASURES
from simulators.bench.sandbox_measures import SANDBOX_MEASURES
from simulators.bench.spool import EXPORT, IMPORT, WARM_UP_SEED, Traffic
from simulators.bench.spot_check_measures import SPOT_CHECK_MEASURES
from simulators.bench.stored_measures import STORED_MEASURES
from simulators.bench.temporary_services import Engines, without_password
from simulators.bench.trace_measures import TRACE_MEASURES
from simulators.bench.traffic_measures import TRAFFIC_MEASURES
from simulators.bench.year_measures import YEAR_MEASURES
from simulators.entry.folders import temporary_folder
from simulators.machine import describe_machine

ALL_MEASURES: Sequence[BenchMeasure] = (
    *MEASURES,
    *HTTP_MEASURES,
    *GROWTH_MEASURES,
    *STORED_MEASURES,
    OVERLOAD,
    *EXPORT_MEASURES,
    *REFUND_MEASURES,
    *YEAR_MEASURES,
    *CONSOLE_MEASURES,
    *PREVIEW_MEASURES,
    *SPOT_CHECK_MEASURES,
    *RECALL_MEASURES,
    *TRACE_MEASURES,
    *EDIFACT_MEASURES,
    *TRAFFIC_MEASURES,
    *REPLAY_MEASURES,
    *LATENCY_MEASURES,
    *SANDBOX_MEASURES,
    *ENGINE_MEASURES,
)
REFERENCE_MEASURES = {
    "import_100": "floor_import_100",
    "import_1": "import_100",
    "http_1": "floor_http",
    "http_1_64": "floor_http_64",
    "import_engines": "import_100",
    "import_trades": "import_100",
    "export_100": "import_100",
}
"""Measures that are also reported as a share of another one if that ran before."""
Result = TypeVar("Result")


class Job(NamedTuple):
    """A measure to run: number of trades, engines and workers, or the address of a database."""

    measure: BenchMeasure
    trades: int
    engines: Engines | None = None
    workers: int = 0
    database: str = ""

    @property
    def title(self) -> str:
        """The name of the job in reports."""
        return self.measure.name if self.engines is None else f"{self.measure.name} ×{self.workers}"

    @property
    def traffic(self) -> list[Traffic]:
        """The traffic to generate before the run."""
        if not self.measure.traffic:
            return []
        own = Traffic(self.trades, self.measure.per_message, kind=self.measure.traffic)
        if own.kind != IMPORT:
            return [own, Traffic(WARM_UP, own.per_message, WARM_UP_SEED, EXPORT)]
        return [own, SETTLING_IN, warm_up(own.per_message, max(1, self.workers))]

    @property
    def arguments(self) -> tuple[object, ...]:
        """Further arguments of its function, besides folder and trades."""
        if self.database:
            return (self.database,)
        return () if self.engines is None else (self.engines, self.workers)


def measure_of(name: str) -> BenchMeasure:
    """Find a measure by name; raises `KeyError` listing all names."""
    for measure in ALL_MEASURES:
        if measure.name == name:
            return measure
    raise KeyError(f"There is no measure {name!r}; there are: {', '.join(measure.name for measure in ALL_MEASURES)}.")


def plan_jobs(
    measures: Sequence[BenchMeasure],
    count: int | None,
    engines: Engines | None,
    workers: Sequence[int],
    database: str = "",
) -> list[Job]:
    """Plan the runs; `import_engines` and `export_100` bring `import_100` along, whose share they are reported as.
    `database`: the address of PostgreSQL, for the measures that want to know."""
    chosen = list(measures)
    if {"import_engines", "import_trades", "export_100"} & {measure.name for measure in chosen} and measure_of(
        "import_100"
    ) not in chosen:
        chosen.insert(0, measure_of("import_100"))
    places: dict[bool, Sequence[tuple[Engines | None, int]]] = {
        True: [(engines, number) for number in workers],
        False: [(None, 0)],
    }
    return [
        Job(measure, count or measure.trades, *place, database if measure.on_database else "")
        for measure in chosen
        for place in places[measure in ENGINE_MEASURES]
    ]


def run_jobs(
    jobs: Sequence[Job], repeat: int, data: Path | None, report: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    """Run each job `repeat` times; yields one object per job."""
    values: dict[str, float] = {}
    with sigterm_as_interrupt(), temporary_folder("bench-", data) as folder:
        for job in jobs:
            report(f"{job.title}: making the traffic of {job.trades} trades")
            _call_in_process(_make_traffic, folder, job.traffic)
            runs = []
            for number in range(repeat):
                report(f"{job.title}: run {number + 1} of {repeat}")
                runs.append(_call_in_process(_run, job.measure.name, folder, job.trades, *job.arguments))
            result = summary_of(job, runs, values)
            values[job.measure.name] = result["value"]
            yield result


@contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C, here and in the measuring process, so that it cleans up."""

    def end(*_: object) -> None:
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGINT)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _call_in_process(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a fresh process, unaffected by earlier runs."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _make_traffic(folder: Path, wanted: Iterable[Traffic]) -> None:
    for traffic in wanted:
        spool.traffic_file(folder, traffic)


def _run(name: str, folder: Path, count: int, *arguments: Any) -> BenchResult:
    return measure_of(name).run(folder, count, *arguments)


def summary_of(job: Job, runs: Sequence[BenchResult], values: Mapping[str, float]) -> dict[str, Any]:
    """Summarise a job's runs: the median, whether it reaches its targets, and the run nearest to it.

    `values` are those of the measures that ran before.
    """
    value = statistics.median(run.value for run in runs)
    median_run = min(runs, key=lambda run: abs(run.value - value))
    measure, reference = job.measure, REFERENCE_MEASURES.get(job.measure.name, "")
    embedded = reference if job.engines is not None else ""
    floor: Any = median_run.more.get("floor", None if embedded else values.get(reference))
    return {
        "name": measure.name,
        "value": value,
        "unit": measure.unit,
        "target": measure.target,
        "reached": is_reached(measure, value, median_run.more) and (not floor or value >= measure.at_least * floor),
        "limits": dict(measure.limits),
        "floor": floor,
        "ratio": share_of(value, floor),
        "ratio_embedded": share_of(value, values.get(embedded)),
        "trades": median_run.trades,
        "seconds": median_run.seconds,
        "released_share": median_run.released_share,
        "cpu_own_seconds": median_run.cpu_own,
        "cpu_others_seconds": median_run.cpu_others,
        "cpu_microseconds_per_trade": round((median_run.cpu_own + median_run.cpu_others) / median_run.trades * 1e6, 1),
        "values": [run.value for run in runs],
        **{name: value for name, value in median_run.more.items() if name != "floor"},
        "command": without_password(" ".join(["single-window", *sys.argv[1:]])),
        "machine": describe_machine(),
    }


def share_of(value: float, whole: object) -> float | None:
    """A value as a share of another; None if there is no other."""
    return round(value / whole, 3) if isinstance(whole, int | float) and whole else None


def is_reached(measure: BenchMeasure, value: float, figures: Mapping[str, object]) -> bool:
    """True if a run reaches its target, and stays within the limits of its other figures."""
    if any(
        not isinstance(figure := figures[name], int | float) or figure > limit for name, limit in measure.limits.items()
    ):
        return False
    if measure.target is None:
        return True
    return value >= measure.target if measure.higher_is_better else value <= measure.target
