"""Measures open data: a month of many lists is drafted, and published by two officers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from msgspec import structs

from declarations.documents import ExportInventory
from simulators.bench import spool
from simulators.bench.measures import WARM_UP, BenchMeasure, BenchResult, warm_window
from simulators.bench.spool import EXPORT, LISTS, Traffic
from simulators.entry import SandboxSession, evening_of, monotonic
from simulators.entry.shown import logins, serve_on_free_port
from simulators.entry.windows import WindowClient
from simulators.errors import SimulatorError
from simulators.machine import MemoryPeak, processor_use
from tools.bench.closed_lists import file_closed_lists
from tools.bench.copied_cases import copied_lists

RELEASED_ON, MONTH = date(2026, 10, 14), "2026-10"
MERCHANTS, CHAPTERS = 80, 60
PARTNERS = ("110", "116", "133", "304", "305", "344", "502", "601")
STATISTICIAN, SECOND = "statistician", "supervisor"


def drafted_month(folder: Path, count: int) -> BenchResult:
    """Draft a month of so many lists of 80 merchants, eight partners and sixty chapters, and publish it. Raises
    `SimulatorError` if the version counts other lists, or is not published."""
    patterns = spool.traffic_file(folder, Traffic(1_000, 100, kind=LISTS))
    warm_up = Traffic(WARM_UP, 100, spool.WARM_UP_SEED, EXPORT)
    with warm_window(folder, warm_up, "NORMAL", options={"open_data": "on"}) as session:
        lists = _spread(copied_lists(spool.read_bodies(patterns), count, ""))
        file_closed_lists(session.window, session.sandbox, lists, evening_of(RELEASED_ON))
        before, begun = processor_use(), monotonic()
        with MemoryPeak() as peak:
            drafted, month = _draft_and_publish(session)
        cpu, took = processor_use().since(before), monotonic() - begun
    if (month["lists"], month["state"]) != (count, "published"):
        raise SimulatorError(f"{month['lists']} of {count} lists are counted, and the version is {month['state']}")
    more: dict[str, object] = {"published_seconds": round(took - drafted, 2), "memory_mb": peak.highest}
    more |= {name: month[name] for name in ("cells", "shut")}
    return BenchResult(round(drafted, 2), count, round(took, 3), 1.0, cpu.own, cpu.others, more)


def _spread(lists: Iterable[ExportInventory]) -> Iterator[ExportInventory]:
    """Merchants of all sizes, each with a few of the partners and chapters."""
    random = Random(1)
    for inventory in lists:
        merchant = int(MERCHANTS * random.random() ** 3)
        lines = tuple(
            structs.replace(
                line,
                country=PARTNERS[(merchant + random.randrange(3)) % len(PARTNERS)],
                gcode=f"{(merchant * 7 + random.randrange(4)) % CHAPTERS + 30:02d}{line.gcode[2:]}",
            )
            for line in inventory.lines
        )
        yield structs.replace(inventory, ebc_code=f"37029{merchant:05d}", lines=lines)


def _draft_and_publish(session: SandboxSession) -> tuple[float, Any]:
    people = {role: f"{name}:{password}" for role, name, password in logins(session)}
    with (
        serve_on_free_port(session) as (url, _),
        WindowClient(url, people[STATISTICIAN]) as first,
        WindowClient(url, people[SECOND]) as second,
    ):
        officer, begun = first.sandbox(session.sandbox), monotonic()
        wanted = {"action": "draft_month", "values": {"month": MONTH}}
        officer.call("POST", "/cases/open_data_month/decisions", json=wanted)
        month = _awaited(officer, "draft")
        drafted = monotonic() - begun
        asked = officer.call("POST", f"/cases/open_data_month/{month['id']}/decisions", json={"action": "publish"})
        approved = {"action": "approve"}
        second.sandbox(session.sandbox).call("POST", f"/cases/proposal/{asked['decision']}/decisions", json=approved)
        return drafted, _awaited(officer, "published")


def _awaited(officer: Any, state: str) -> Any:
    while not (months := officer.call("GET", "/open-data/months", query={"state": state})["months"]):
        pass
    return months[0]


OPEN_DATA_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "drafted_month",
        "s",
        20,
        100_000,
        "seconds until a month of so many lists is drafted: counted, closed and proved; then published",
        drafted_month,
        higher_is_better=False,
    ),
)
