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
from simulators.bench.measures import WARM_UP, BenchMeasure, BenchResult, counted, warm_window
from simulators.bench.spool import Traffic
from simulators.entry import SandboxSession, monotonic
from simulators.entry.measuring import tally
from simulators.machine import MemoryPeak, used

PARTS = 10
AT_ONCE = 100
"""Messages of 100 documents submitted before the next are read from disk."""


AT_FLOOR = 40
"""Messages of a tenth that the baseline processes before and after it, to see how fast the machine is meanwhile."""


class GrowthTenth(NamedTuple):
    """One tenth of a growth run: seconds, processor seconds of all processes, their memory peak in megabytes, and the
    seconds that the floor takes for it, by some of its messages before and after."""

    seconds: float
    processor: float
    memory: float
    floor: float

    @property
    def of_floor(self) -> float:
        """The rate as a share of the baseline's rate for the same bytes in the same minute."""
        return self.floor / self.seconds


def growth(folder: Path, count: int) -> BenchResult:
    """So many trades in messages of 100, tenth by tenth; the next tenth is made while the clock stands still.

    The value compares shares of the floor, so that a machine that becomes slower meanwhile is not taken for growth, on
    the straight line through all tenths, as one tenth may be a tenth off; `of_rate` compares the two rates as measured.
    """
    size = count // PARTS
    with (
        warm_window(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED), "NORMAL") as session,
        TemporaryDirectory(dir=folder) as place,
    ):
        floor, spent = Floor(Path(place), "NORMAL"), used()
        floor.take(spool.bodies(spool.made(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED))))
        parts = [_part(session, floor, folder, Traffic(size, 100, first=number * size)) for number in range(PARTS)]
        stored, cpu = tally(session).stored, used().since(spent)
        measured = counted(session, size * PARTS, sum(part.seconds for part in parts), cpu.own, cpu.others)
        floor.close()
    first, last = parts[0], parts[-1]
    return measured._replace(
        value=round(last_of_first([part.of_floor for part in parts]), 3),
        more={
            **measured.more,
            "trades_per_second": measured.value,
            "of_rate": round(first.seconds / last.seconds, 3),
            "processor_ratio": round(1 / last_of_first([part.processor for part in parts]), 3),
            "memory_mb": max(part.memory for part in parts),
            "growth_mb": round(last.memory - parts[PARTS // 2 - 1].memory, 1),
            "stored_mb_per_1000_trades": round(stored / 1e6 / (count + WARM_UP) * 1_000, 2),
            "per_second": [round(size / part.seconds, 1) for part in parts],
            "floor_per_second": [round(size / part.floor, 1) for part in parts],
            "processor_microseconds": [round(part.processor / size * 1e6, 1) for part in parts],
            "memory": [part.memory for part in parts],
        },
    )


def last_of_first(values: Sequence[float]) -> float:
    """The last value as a share of the first, both taken from the regression line through all values."""
    slope, first = linear_regression(range(len(values)), values)
    return (first + slope * (len(values) - 1)) / first


def _part(session: SandboxSession, floor: Floor, folder: Path, traffic: Traffic) -> GrowthTenth:
    with multiprocessing.get_context("spawn").Pool(1) as maker:
        file = maker.apply(spool.made, (folder, traffic))
    size, source = file.stat().st_size, spool.bodies(file)
    earlier = _seconds_of_byte(floor, file)
    with MemoryPeak() as peak:
        before, begun = used(), monotonic()
        while some := list(islice(source, AT_ONCE)):
            for _ in session.send(some):
                pass
        seconds, cpu = monotonic() - begun, used().since(before)
    later = _seconds_of_byte(floor, file)
    file.unlink()
    return GrowthTenth(seconds, max(cpu.own + cpu.others, 0.01), peak.most, (earlier + later) / 2 * size)


def _seconds_of_byte(floor: Floor, file: Path) -> float:
    bodies, begun = list(islice(spool.bodies(file), AT_FLOOR)), monotonic()
    floor.take(bodies)
    return (monotonic() - begun) / sum(map(len, bodies))


GROWTH_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "growth_1m",
        "of the first tenth",
        0.9,
        1_000_000,
        "the rate of the last tenth of so many trades beside the first's, both as a share of the floor meanwhile",
        growth,
        traffic="",
        limits={"memory_mb": 500, "growth_mb": 50},
    ),
)
