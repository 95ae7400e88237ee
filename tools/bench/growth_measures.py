"""Measures whether a window gets slower or larger as it fills: compares the last tenth of many trades to the first."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory
from typing import NamedTuple

from simulators.bench import spool
from simulators.bench.floor import Floor
from simulators.bench.measures import WARM_UP, BenchMeasure, BenchResult, result_of_run, warm_window
from simulators.bench.spool import Traffic
from simulators.entry import SandboxSession, monotonic
from simulators.entry.measuring import tally
from simulators.machine import MemoryPeak, processor_use

PARTS = 10
MESSAGES_AT_ONCE = 100
"""Number of messages that are read from disk and submitted together; each has 100 documents."""
FLOOR_MESSAGES = 40
"""Number of messages of a tenth that the floor processes before the tenth and again after it, to rate the machine."""


class GrowthTenth(NamedTuple):
    """One tenth of a growth run: seconds, processor seconds of all processes, their memory peak in megabytes, and the
    seconds that the floor would need for the same bytes, estimated from `FLOOR_MESSAGES` messages before and after."""

    seconds: float
    processor: float
    memory: float
    floor: float

    @property
    def share_of_floor(self) -> float:
        """The tenth's rate as a share of the floor's rate for the same bytes, measured just before and after."""
        return self.floor / self.seconds


def growth(folder: Path, count: int) -> BenchResult:
    """So many trades in messages of 100, tenth by tenth; the next tenth is made while the clock stands still.

    The value is the last tenth's share of the floor divided by the first's: shares, so that a machine that slows down
    does not look like growth. Both are taken from a regression line through all tenths, because a single one may be off
    by 10 %. `of_rate` is the ratio of the two rates as measured.
    """
    size = count // PARTS
    with (
        warm_window(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED), "NORMAL") as session,
        TemporaryDirectory(dir=folder) as place,
    ):
        floor, spent = Floor(Path(place), "NORMAL"), processor_use()
        floor.take(spool.read_bodies(spool.traffic_file(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED))))
        parts = [_part(session, floor, folder, Traffic(size, 100, first=number * size)) for number in range(PARTS)]
        stored, cpu = tally(session).stored, processor_use().since(spent)
        measured = result_of_run(session, size * PARTS, sum(part.seconds for part in parts), cpu.own, cpu.others)
        floor.close()
    first, last = parts[0], parts[-1]
    return measured._replace(
        value=round(last_to_first_ratio([part.share_of_floor for part in parts]), 3),
        more={
            **measured.more,
            "trades_per_second": measured.value,
            "of_rate": round(first.seconds / last.seconds, 3),
            "processor_ratio": round(1 / last_to_first_ratio([part.processor for part in parts]), 3),
            "memory_mb": max(part.memory for part in parts),
            "growth_mb": round(last.memory - parts[PARTS // 2 - 1].memory, 1),
            "stored_mb_per_1000_trades": round(stored / 1e6 / (count + WARM_UP) * 1_000, 2),
            "per_second": [round(size / part.seconds, 1) for part in parts],
            "floor_per_second": [round(size / part.floor, 1) for part in parts],
            "processor_microseconds": [round(part.processor / size * 1e6, 1) for part in parts],
            "memory": [part.memory for part in parts],
        },
    )


def last_to_first_ratio(values: Sequence[float]) -> float:
    """The last value as a share of the first, both taken from the regression line through all values."""
    slope, first = linear_regression(range(len(values)), values)
    return (first + slope * (len(values) - 1)) / first


def _part(session: SandboxSession, floor: Floor, folder: Path, traffic: Traffic) -> GrowthTenth:
    with multiprocessing.get_context("spawn").Pool(1) as maker:
        file = maker.apply(spool.traffic_file, (folder, traffic))
    size, source = file.stat().st_size, spool.read_bodies(file)
    earlier = _floor_seconds_per_byte(floor, file)
    with MemoryPeak() as peak:
        before, begun = processor_use(), monotonic()
        while some := list(islice(source, MESSAGES_AT_ONCE)):
            for _ in session.send(some):
                pass
        seconds, cpu = monotonic() - begun, processor_use().since(before)
    later = _floor_seconds_per_byte(floor, file)
    file.unlink()
    return GrowthTenth(seconds, max(cpu.own + cpu.others, 0.01), peak.highest, (earlier + later) / 2 * size)


def _floor_seconds_per_byte(floor: Floor, file: Path) -> float:
    bodies, begun = list(islice(spool.read_bodies(file), FLOOR_MESSAGES)), monotonic()
    floor.take(bodies)
    return (monotonic() - begun) / sum(map(len, bodies))


GROWTH_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "growth_1m",
        "of the first tenth",
        0.9,
        1_000_000,
        "the rate of the last tenth of the trades divided by the first's, each as a share of the floor's rate then",
        growth,
        traffic="",
        limits={"memory_mb": 500, "growth_mb": 50},
    ),
)
