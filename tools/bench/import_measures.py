"""Imports in messages of 100 documents under further conditions, and the memory that they need."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from simulators.bench import spool
from simulators.bench.measures import BenchMeasure, BenchResult, measure_import, result_of_run, warm_up, warm_window
from simulators.bench.spool import Traffic
from simulators.entry import SandboxSession, monotonic
from simulators.entry.measuring import tally
from simulators.machine import memory, processor_use

PLAN = "title=Targeted; basis=T; goods=93; rate=1"
"""A plan that could stop any list before its release, of goods that none has."""
TRADES_PER_SAMPLE = 10_000
"""Trades between two samples of memory."""


def import_100_full(folder: Path, count: int) -> BenchResult:
    """Messages of 100 documents, synchronous=FULL."""
    return measure_import(folder, Traffic(count, 100), "FULL")


def import_100_planned(folder: Path, count: int) -> BenchResult:
    """import_100 while a plan of spot checks asks of every list before its release whether it is to be stopped."""

    def open_plan(session: SandboxSession) -> None:
        opening = {"action": "open_plan", "values": {"plan": PLAN}}
        session.client.call("POST", "/cases/spot_check/decisions", json=opening)
        session.settle()

    return measure_import(folder, Traffic(count, 100), before=open_plan)


def import_100_traced(folder: Path, count: int) -> BenchResult:
    """import_100 while what happens to goods is told as EPCIS events, too. Its events are made when they are asked for
    after it, which does not count: `making`, microseconds of processor time a trade."""

    def make_events(session: SandboxSession) -> dict[str, object]:
        spent = processor_use()
        session.client.call("GET", "/epcis/events")
        return {"making": round(processor_use().since(spent).own / count * 1e6, 1)}

    return measure_import(
        folder, Traffic(count, 100), before=lambda session: session.client.options(trace_events=True), after=make_events
    )


def memory_200k(folder: Path, count: int) -> BenchResult:
    """Resident memory while trades go through, in messages of 100 documents; nothing is kept in memory beforehand."""
    traffic = Traffic(count, 100)
    file = spool.traffic_file(folder, traffic)
    samples: list[tuple[int, float]] = []
    with warm_window(folder, warm_up(100), "NORMAL") as session:
        stored, before, began_at = tally(session).stored, processor_use(), monotonic()
        source, sent, total_bytes = spool.read_bodies(file), 0, file.stat().st_size
        while part := list(islice(source, TRADES_PER_SAMPLE // 100 * 4)):
            for _ in session.send(part):
                pass
            sent += sum(map(len, part))
            del part
            samples.append((round(count * sent / total_bytes), memory()))
        seconds, cpu = monotonic() - began_at, processor_use().since(before)
        result = result_of_run(session, count, seconds, cpu.own, cpu.others)
        per_thousand = (tally(session).stored - stored) / 1e6 / (count / 1_000)
    early = next((sample for done, sample in samples if done >= 20_000), samples[0][1])
    return result._replace(
        value=max(sample for _, sample in samples),
        more={
            **result.more,
            "trades_per_second": result.value,
            "mb_at_20k": early,
            "mb_at_end": samples[-1][1],
            "growth_mb": round(samples[-1][1] - early, 1),
            "stored_mb_per_1000_trades": round(per_thousand, 2),
            "samples": samples,
        },
    )


IMPORT_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "import_100_planned",
        "trades/s",
        None,
        20_000,
        "import_100 while a plan of spot checks asks of every list whether it is to be stopped",
        import_100_planned,
    ),
    BenchMeasure(
        "import_100_traced",
        "trades/s",
        None,
        20_000,
        "import_100 while what happens to goods is noted for EPCIS events, which are made when they are asked for",
        import_100_traced,
    ),
    BenchMeasure("import_100_full", "trades/s", None, 20_000, "import_100 with synchronous=FULL", import_100_full),
    BenchMeasure(
        "memory_200k",
        "MB",
        500,
        200_000,
        "the most memory that all processes hold while trades go through",
        memory_200k,
        higher_is_better=False,
    ),
)
