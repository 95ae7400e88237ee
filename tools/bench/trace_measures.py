"""Measures how long it takes to trace a lot among many EPCIS events, over HTTP: forward to its parcels, and backward
from a parcel to where its lot was registered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from simulators.bench.measures import OPTIONS, BenchMeasure, BenchResult
from simulators.bench.percentiles import percentile
from simulators.draws import Draws
from simulators.entry import SandboxSession, monotonic, open_sandbox, settings_for
from simulators.entry.shown import serve_on_free_port
from simulators.entry.windows import SandboxClient, WindowClient
from simulators.errors import SimulatorError
from simulators.machine import processor_use
from simulators.world import World
from tools.bench.console_measures import fill
from tools.bench.copied_events import LotsOfEvents, file_events, lot_of, parcel_of
from tools.bench.temporary_services import on_database, tidy

SANDBOX = "traces"
TRACES = 200
"""Lots that are traced in each direction: half of the traces are of the lot that is in most lists."""
MOST_LISTS = 20_000
"""Lists of the lot that is in most of them, at most a fifteenth of the events."""
CLASS = "MATCH_anyEPCClass"


def traced_lots(folder: Path, count: int, database: str = "") -> BenchResult:
    """Trace lots among so many events. `database`: where PostgreSQL is, by default SQLite in the folder. Raises
    `SimulatorError` where a trace does not find what was told."""
    with TemporaryDirectory(dir=folder) as data, on_database(database) as (address, version):
        settings = settings_for(Path(data), database=address, synchronous="NORMAL", readers=0)
        with open_sandbox(settings, SANDBOX, World(1), OPTIONS) as session:
            fill(session, 0, waiting=0)
            wanted = LotsOfEvents(count, min(MOST_LISTS, count // 15))
            begun = monotonic()
            stored = file_events(session.window, session.sandbox, wanted)
            filled = monotonic() - begun
            if address:
                tidy(address)
            before, begun = processor_use(), monotonic()
            forward, backward = _traces(session, wanted)
            cpu, took = processor_use().since(before), monotonic() - begun
    more: dict[str, object] = {"engines": {"postgresql": version}} if version else {}
    more |= {"events": stored, "filled_seconds": round(filled, 1)}
    more |= {"forward_p50_ms": percentile(forward, 50), "backward_p50_ms": percentile(backward, 50)}
    more |= {"forward_p95_ms": percentile(forward, 95), "backward_p95_ms": percentile(backward, 95)}
    slower = max(percentile(forward, 95), percentile(backward, 95))
    return BenchResult(slower, stored, round(took, 3), 1.0, cpu.own, cpu.others, more)


def _traces(session: SandboxSession, wanted: LotsOfEvents) -> tuple[list[float], list[float]]:
    """Milliseconds of each trace, forward and backward."""
    with serve_on_free_port(session) as (url, _), WindowClient(url) as client:
        sandbox, dice = client.sandbox(SANDBOX), Draws(1, "traces")
        for act in (_forward, _backward):
            act(sandbox, 0, 0)
        lots = [dice.between(1, wanted.lots - 1) if turn % 2 and wanted.lots > 1 else 0 for turn in range(TRACES)]
        numbers = [dice.between(0, (wanted.most if lot == 0 else 31) - 1) for lot in lots]
        pairs = list(zip(lots, numbers, strict=True))
        forward = [_took(lambda pair=pair: _forward(sandbox, *pair)) for pair in pairs]  # type: ignore[misc]
        backward = [_took(lambda pair=pair: _backward(sandbox, *pair)) for pair in pairs]  # type: ignore[misc]
    return forward, backward


def _took(act: Callable[[], None]) -> float:
    begun = monotonic()
    act()
    return (monotonic() - begun) * 1_000


def _forward(sandbox: SandboxClient, lot: int, number: int) -> None:
    """From a lot to its registration and its first parcels, and to what became of one of them."""
    events = _events(sandbox, f"/epcis/epcs/{quote(lot_of(lot), safe='')}/events")
    parcels = [event["parentID"] for event in events if event["bizStep"] == "packing"]
    if events[0]["bizStep"] != "commissioning" or not parcels:
        raise SimulatorError(f"the lot {lot} is not found with its registration and a parcel")
    _events(sandbox, "/epcis/events", MATCH_parentID=parcels[-1])


def _backward(sandbox: SandboxClient, lot: int, number: int) -> None:
    """From a parcel to the lot in it, and to where that was registered."""
    (packed,) = _events(sandbox, "/epcis/events", MATCH_parentID=parcel_of(lot, number))
    of_lot = packed["childQuantityList"][0]["epcClass"]
    events = _events(sandbox, "/epcis/events", EQ_bizStep="commissioning", **{CLASS: of_lot})
    if of_lot != lot_of(lot) or len(events) != 1:
        raise SimulatorError(f"the parcel {number} of the lot {lot} does not lead to its registration")


def _events(sandbox: SandboxClient, path: str, **query: str) -> Sequence[Any]:
    answer = sandbox.call("GET", path, query=query)
    events: Sequence[Any] = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return events


TRACE_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "traced_lots",
        "ms",
        50,
        1_000_000,
        "95 % of lots among so many EPCIS events are traced in this time, forward and backward, the slower counts",
        traced_lots,
        higher_is_better=False,
        traffic="",
        on_database=True,
    ),
)
