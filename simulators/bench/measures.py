"""Measures of a window in this process, on messages that were generated before."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from simulators.machine import processor_use

SANDBOX = "bench"
OPTIONS = {"open": False, "inspection": False, "automatic_officer": False}
WARM_UP = 1_000
DOCUMENTS_PER_STEP = 2_048
"""Setting `batch` of the measured windows: work that one step takes, in documents."""


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
    reference: str = ""
    """The measure as whose share it is also reported if that one ran before."""


def import_100(folder: Path, count: int) -> BenchResult:
    """Messages of 100 documents, synchronous=NORMAL."""
    return measure_import(folder, Traffic(count, 100))


def import_1(folder: Path, count: int) -> BenchResult:
    """Messages of one document, synchronous=NORMAL."""
    return measure_import(folder, Traffic(count, 1))


def measure_import(
    folder: Path,
    traffic: Traffic,
    synchronous: str = "NORMAL",
    before: Callable[[SandboxSession], object] = lambda session: None,
    after: Callable[[SandboxSession], dict[str, object]] = lambda session: {},
) -> BenchResult:
    """Imports up to their release, by one process; `before` and `after` are done on the window and do not count, and
    what `after` returns are further figures."""
    bodies = list(spool.read_bodies(spool.traffic_file(folder, traffic)))
    # groups of documents are read in another process; handing single ones over costs more than reading them here
    readers = 0 if traffic.per_message == 1 else 1
    with warm_window(folder, warm_up(traffic.per_message), synchronous, readers, processes=1) as session:
        before(session)
        spent, began_at = processor_use(), monotonic()
        for _ in session.send(bodies):
            pass
        seconds, cpu = monotonic() - began_at, processor_use().since(spent)
        result = result_of_run(session, traffic.trades, seconds, cpu.own, cpu.others)
        return result._replace(more=result.more | after(session))


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


def warm_up(per_message: int) -> Traffic:
    """The traffic that a window has dealt with before it is measured."""
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
        reference="floor_import_100",
    ),
    BenchMeasure(
        "import_1",
        "trades/s",
        1_500,
        8_000,
        "the same from messages of one document",
        import_1,
        1,
        at_least=0.7,
        reference="import_100",
    ),
)
