"""Measures a recall of goods that were sold in many lists: prepared by two officers, and its trail as one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from simulators.bench.measures import OPTIONS, BenchMeasure, BenchResult
from simulators.entry import SandboxSession, monotonic, open_sandbox, settings_for
from simulators.entry.shown import logins, serve_on_free_port
from simulators.entry.windows import SandboxClient, WindowClient
from simulators.errors import SimulatorError
from simulators.machine import processor_use
from simulators.world import World
from tools.bench.console_measures import fill
from tools.bench.copied_cases import newest_sale
from tools.bench.temporary_services import on_database, tidy

SANDBOX = "recall"
OFFICER, SECOND = "recall_officer", "supervisor"


def recalled_lists(folder: Path, count: int, database: str = "") -> BenchResult:
    """Recall goods that so many copies of a list have sold, and write the trail. `database`: where PostgreSQL is, by
    default SQLite in the folder. Raises `SimulatorError` if a list is missing in the recall or in its trail."""
    with TemporaryDirectory(dir=folder) as data, on_database(database) as (address, version):
        settings = settings_for(Path(data), database=address, synchronous="NORMAL", readers=0)
        with open_sandbox(settings, SANDBOX, World(1), OPTIONS) as session:
            fill(session, count, waiting=0)
            if address:
                tidy(address)
            before, begun = processor_use(), monotonic()
            prepared, written, lists, lines = _recall(session)
            cpu, took = processor_use().since(before), monotonic() - begun
    if lists < count or lines < lists:
        raise SimulatorError(f"of {count} lists, the recall names {lists} and its trail has {lines} lines")
    more: dict[str, object] = {"engines": {"postgresql": version}} if version else {}
    more |= {"trail_seconds": round(written, 2), "lines": lines}
    return BenchResult(round(prepared, 2), count, round(took, 3), 1.0, cpu.own, cpu.others, more)


def _recall(session: SandboxSession) -> tuple[float, float, int, int]:
    """Seconds until the recall stands, and until its trail is written; its lists, and the lines of the trail."""
    company, item = newest_sale(session.window, session.sandbox)
    people = {role: f"{name}:{password}" for role, name, password in logins(session)}
    terms = {"recall": f"ebc={company}; kind=G; item={item}; hazard=小零件"}
    with (
        serve_on_free_port(session) as (url, _),
        WindowClient(url, people[OFFICER]) as first,
        WindowClient(url, people[SECOND]) as second,
    ):
        officer, begun = first.sandbox(SANDBOX), monotonic()
        ordered = officer.call("POST", "/cases/recall/decisions", json={"action": "open_recall", "values": terms})
        approved = {"action": "approve"}
        second.sandbox(SANDBOX).call("POST", f"/cases/proposal/{ordered['decision']}/decisions", json=approved)
        recall, prepared = _found(officer), monotonic() - begun
        begun = monotonic()
        sheet = str(officer.call("GET", f"/recalls/{recall['recall_no']}/trail.csv"))
        written = monotonic() - begun
    return prepared, written, int(recall["lists"]), len(sheet.splitlines()) - 1


def _found(officer: SandboxClient) -> Any:
    while not (recalls := officer.call("GET", "/recalls")["recalls"]):
        pass
    return recalls[0]


RECALL_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "recalled_lists",
        "s",
        5,
        20_000,
        "seconds until a recall of goods sold in so many lists stands, and its trail is one sheet",
        recalled_lists,
        higher_is_better=False,
        limits={"trail_seconds": 5},
        traffic="",
        on_database=True,
    ),
)
