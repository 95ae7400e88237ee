"""Measures of a window in this process, on messages that were generated before."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import NamedTuple

from simulators.bench import spool
from simulators.bench.floor import Floor
from simulators.bench.spool import Traffic
from simulators.entry import SandboxSession, Settings, monotonic, open_sandbox
from simulators.entry.measuring import tally
from simulators.errors import SimulatorError
from simulators.machine import memory, processor_use

SANDBOX = "bench"
OPTIONS = {"open": False, "inspection": False, "automatic_officer": False}
NO_CHANGES: Mapping[str, object] = MappingProxyType({})
PLAN = "title=Targeted; basis=T; goods=93; rate=1"
"""A plan that could stop any list before its release, of goods that none has."""
WARM_UP = 1_000
DOCUMENTS_PER_STEP = 2_048
"""Setting `batch` of the measured windows: work that one step takes, in documents."""
TRADES_PER_SAMPLE = 10_000
"""Trades between two samples of memory."""


class BenchResult(NamedTuple):
    """The result of one run: its value, and further figures."""

    value: float
    trades: int
    seconds: float
    released_share: float
    cpu_own: float
    cpu_others: float
    more: dict[str, object]


class BenchMeasure(NamedTuple):
    """A measure. `run`: a function of folder and trades, for some measures also of engines and workers; `target`: the
    value to reach, if any; `limits`: upper limits of its other figures."""

    name: str
    unit: str
    target: float | None
    trades: int
    title: str
    run: Callable[..., BenchResult]
    per_message: int = 100
    higher_is_better: bool = True
    limits: Mapping[str, float] = {}
    traffic: str = spool.IMPORT
    at_least: float = 0.0
    """The minimum ratio to its reference measure, checked if that one ran before."""
    on_database: bool = False
    """True if its function also takes the address of PostgreSQL (`--database` without `--broker`)."""


def import_100(folder: Path, count: int) -> BenchResult:
    """Messages of 100 documents, synchronous=NORMAL."""
    return _measure_import(folder, Traffic(count, 100), "NORMAL")


def import_100_full(folder: Path, count: int) -> BenchResult:
    """Messages of 100 documents, synchronous=FULL."""
    return _measure_import(folder, Traffic(count, 100), "FULL")


def import_100_planned(folder: Path, count: int) -> BenchResult:
    """import_100 while a plan of spot checks asks of every list before its release whether it is to be stopped."""
    return _measure_import(folder, Traffic(count, 100), "NORMAL", PLAN)


def import_100_traced(folder: Path, count: int) -> BenchResult:
    """import_100 while what happens to goods is told as EPCIS events, too. Its events are made when they are asked for
    after it, which does not count: `making`, microseconds of processor time a trade."""
    return _measure_import(folder, Traffic(count, 100), "NORMAL", changes={"trace_events": True})


def import_1(folder: Path, count: int) -> BenchResult:
    """Messages of one document, synchronous=NORMAL."""
    return _measure_import(folder, Traffic(count, 1), "NORMAL")


def _measure_import(
    folder: Path, traffic: Traffic, synchronous: str, plan: str = "", changes: Mapping[str, object] = NO_CHANGES
) -> BenchResult:
    bodies = list(spool.read_bodies(spool.traffic_file(folder, traffic)))
    # groups of documents are read in another process; handing single ones over costs more than reading them here
    readers = 0 if traffic.per_message == 1 else 1
    with warm_window(folder, _warm_up(traffic.per_message), synchronous, readers, processes=1) as session:
        if changes:
            session.client.options(**changes)
        if plan:
            opening = {"action": "open_plan", "values": {"plan": plan}}
            session.client.call("POST", "/cases/spot_check/decisions", json=opening)
            session.settle()
        before, began_at = processor_use(), monotonic()
        for _ in session.send(bodies):
            pass
        seconds, cpu = monotonic() - began_at, processor_use().since(before)
        result = result_of_run(session, traffic.trades, seconds, cpu.own, cpu.others)
        return result if changes is NO_CHANGES else result._replace(more=result.more | _made_later(session, traffic))


def _made_later(session: SandboxSession, traffic: Traffic) -> dict[str, object]:
    """The processor time of what waits until somebody asks for it."""
    before = processor_use()
    session.client.call("GET", "/epcis/events")
    cpu = processor_use().since(before)
    return {"making": round(cpu.own / traffic.trades * 1e6, 1)}


def memory_200k(folder: Path, count: int) -> BenchResult:
    """Resident memory while trades go through, in messages of 100 documents; nothing is kept in memory beforehand."""
    traffic = Traffic(count, 100)
    file = spool.traffic_file(folder, traffic)
    samples: list[tuple[int, float]] = []
    with warm_window(folder, _warm_up(100), "NORMAL") as session:
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


def floor_import_100(folder: Path, count: int) -> BenchResult:
    """The bytes of import_100 parsed, validated and bulk-inserted into four plain tables, in one process."""
    bodies = list(spool.read_bodies(spool.traffic_file(folder, Traffic(count, 100))))
    with TemporaryDirectory(dir=folder) as temporary:
        floor = Floor(Path(temporary), "NORMAL")
        floor.take(spool.read_bodies(spool.traffic_file(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED))))
        warm = floor.count()
        _freeze_objects()
        before, began_at = processor_use(), monotonic()
        floor.take(bodies)
        seconds, cpu = monotonic() - began_at, processor_use().since(before)
        if floor.count() - warm != count:
            raise SimulatorError(f"{floor.count() - warm} lists of {count} are in the table")
        floor.close()
    return BenchResult(round(count / seconds, 1), count, round(seconds, 3), 1.0, cpu.own, cpu.others, {})


def _warm_up(per_message: int) -> Traffic:
    return Traffic(WARM_UP, per_message, spool.WARM_UP_SEED)


@contextmanager
def warm_window(
    folder: Path,
    warm_up: Traffic,
    synchronous: str,
    readers: int = 0,
    processes: int = 2,
    database: str = "",
    options: Mapping[str, object] = MappingProxyType({}),
) -> Iterator[SandboxSession]:
    """A window in a temporary folder that has dealt with some traffic already; that does not count."""
    with TemporaryDirectory(dir=folder) as temporary:
        settings = Settings(
            data=Path(temporary),
            synchronous=synchronous,
            readers=readers,
            processes=processes,
            batch=DOCUMENTS_PER_STEP,
            database=database,
        )
        with open_sandbox(settings, SANDBOX, spool.bench_world(), {**OPTIONS, **options}) as session:
            for _ in session.send(spool.read_bodies(spool.traffic_file(folder, warm_up))):
                pass
            _freeze_objects()
            yield session


def _freeze_objects() -> None:
    """Exempt the objects that exist now from garbage collection."""
    gc.collect()
    gc.freeze()


def result_of_run(
    session: SandboxSession, count: int, seconds: float, writer: float, readers: float, warm_up: int = WARM_UP
) -> BenchResult:
    """The figure of a run in which all is there; raises `SimulatorError`."""
    counts = tally(session)
    released = counts.released - warm_up
    if session.unfinished_deliveries():
        raise SimulatorError(f"not done: {dict(session.unfinished_deliveries())}")
    if released < 0.99 * count or counts.receipts.get("816", 0) != counts.released:
        raise SimulatorError(f"{released} of {count} trades are released; receipts: {counts.receipts}")
    receipts = sum(counts.receipts.values()) * count // (count + warm_up)
    return BenchResult(
        round(count / seconds, 1),
        count,
        round(seconds, 3),
        round(released / count, 4),
        writer,
        readers,
        {
            "receipts": receipts,
            "readers": session.window.settings.readers,
            "processes": session.window.settings.processes,
            "batch": DOCUMENTS_PER_STEP,
        },
    )


MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "floor_import_100",
        "trades/s",
        None,
        20_000,
        "the bytes of import_100 parsed, validated, inserted into four tables, nothing else",
        floor_import_100,
    ),
    BenchMeasure(
        "import_100",
        "trades/s",
        3_407,
        20_000,
        "from messages of 100 documents to the last receipt",
        import_100,
        at_least=0.65,
    ),
    BenchMeasure(
        "import_1", "trades/s", 1_500, 8_000, "the same from messages of one document", import_1, 1, at_least=0.7
    ),
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
