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
from simulators.bench.measures import WARM_UP, BenchMeasure, BenchResult
from simulators.bench.spool import EXPORT, IMPORT, WARM_UP_SEED, Traffic
from simulators.entry import without_password
from simulators.entry.folders import temporary_folder
from simulators.machine import describe_machine

Result = TypeVar("Result")


class Job(NamedTuple):
    """A measure to run with a number of trades: its name in reports, and further arguments of its function."""

    measure: BenchMeasure
    trades: int
    title: str
    arguments: tuple[object, ...] = ()
    is_share_of_embedded: bool = False
    """True if its reference measure is that of the embedded window, beside a floor that the run gives itself."""

    @property
    def traffic(self) -> list[Traffic]:
        """The traffic to generate before the run."""
        if not self.measure.traffic:
            return []
        own = Traffic(self.trades, self.measure.per_message, kind=self.measure.traffic)
        return [own, Traffic(WARM_UP, own.per_message, WARM_UP_SEED, IMPORT if own.kind == IMPORT else EXPORT)]


def job_of(measure: BenchMeasure, trades: int | None = None) -> Job:
    """The job of a measure that needs no further arguments; without a number of trades, of its own."""
    return Job(measure, trades or measure.trades, measure.name)


def measure_named(measures: Iterable[BenchMeasure], name: str) -> BenchMeasure:
    """Find a measure by name; raises `KeyError` listing all names."""
    known = {measure.name: measure for measure in measures}
    if name not in known:
        raise KeyError(f"There is no measure {name!r}; there are: {', '.join(known)}.")
    return known[name]


def run_jobs(
    jobs: Sequence[Job], repeat: int, data: Path | None, report: Callable[[str], None], program: str = "single-window"
) -> Iterator[dict[str, Any]]:
    """Run each job `repeat` times; yields one object per job. `program`: the words by which this one was called."""
    command = without_password(" ".join([program, *sys.argv[1:]]))
    values: dict[str, float] = {}
    with sigterm_as_interrupt(), temporary_folder("bench-", data) as folder:
        for job in jobs:
            report(f"{job.title}: making the traffic of {job.trades} trades")
            _call_in_process(_make_traffic, folder, job.traffic)
            runs = []
            for number in range(repeat):
                report(f"{job.title}: run {number + 1} of {repeat}")
                runs.append(_call_in_process(job.measure.run, folder, job.trades, *job.arguments))
            result = summary_of(job, runs, values) | {"command": command}
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


def summary_of(job: Job, runs: Sequence[BenchResult], values: Mapping[str, float]) -> dict[str, Any]:
    """Summarise a job's runs: the median, whether it reaches its targets, and the run nearest to it.

    `values` are those of the measures that ran before.
    """
    value = statistics.median(run.value for run in runs)
    median_run = min(runs, key=lambda run: abs(run.value - value))
    measure, reference = job.measure, job.measure.reference
    embedded = reference if job.is_share_of_embedded else ""
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
