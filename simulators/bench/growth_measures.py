"""Whether a window grows slower or larger as it fills: the last tenth of many trades beside the first, and memory."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from simulators.bench import spool
from simulators.bench.measures import WARM_UP, Measure, Measured, counted, warm_window
from simulators.bench.spool import Traffic
from simulators.entry import Outside, monotonic, tally
from simulators.machine import Peak, used

PARTS = 10
AT_ONCE = 100
"""Messages of 100 documents that are handed in before the next are read from the disk."""


class Part(NamedTuple):
    """How one tenth went: seconds, processor seconds of all processes, the most memory of all of them in megabytes."""

    seconds: float
    processor: float
    memory: float


def growth(folder: Path, count: int) -> Measured:
    """So many trades in messages of 100, tenth by tenth; the next tenth is made while the clock stands still."""
    size = count // PARTS
    with warm_window(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED), "NORMAL") as outside:
        spent = used()
        parts = [_part(outside, folder, Traffic(size, 100, first=number * size)) for number in range(PARTS)]
        stored, cpu = tally(outside).stored, used().since(spent)
        measured = counted(outside, size * PARTS, sum(part.seconds for part in parts), cpu.own, cpu.others)
    return measured._replace(
        value=round(parts[0].seconds / parts[-1].seconds, 3),
        more={
            **measured.more,
            "trades_per_second": measured.value,
            "processor_ratio": round(parts[0].processor / parts[-1].processor, 3),
            "memory_mb": max(part.memory for part in parts),
            "growth_mb": round(parts[-1].memory - parts[PARTS // 2 - 1].memory, 1),
            "stored_mb_per_1000_trades": round(stored / 1e6 / (count + WARM_UP) * 1_000, 2),
            "per_second": [round(size / part.seconds, 1) for part in parts],
            "processor_microseconds": [round(part.processor / size * 1e6, 1) for part in parts],
            "memory": [part.memory for part in parts],
        },
    )


def _part(outside: Outside, folder: Path, traffic: Traffic) -> Part:
    with multiprocessing.get_context("spawn").Pool(1) as maker:
        file = maker.apply(spool.made, (folder, traffic))
    source = spool.bodies(file)
    with Peak() as peak:
        before, begun = used(), monotonic()
        while some := list(islice(source, AT_ONCE)):
            for _ in outside.send(some):
                pass
        seconds, cpu = monotonic() - begun, used().since(before)
    file.unlink()
    return Part(seconds, max(cpu.own + cpu.others, 0.01), peak.most)


GROWTH_MEASURES: Sequence[Measure] = (
    Measure(
        "growth_1m",
        "of the first tenth",
        0.9,
        1_000_000,
        "the rate of the last tenth of so many trades, as a share of the first tenth's",
        growth,
        traffic="",
        limits={"memory_mb": 500, "growth_mb": 50},
    ),
)
