"""Measures a plan of spot checks over the lots of many account books: opened, drawn, and drawn again, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from simulators.bench.measures import OPTIONS, SANDBOX, BenchMeasure, BenchResult
from simulators.entry import DAY_MILLISECONDS, monotonic, open_sandbox, settings_for
from simulators.entry.shown import logins, serve_on_free_port
from simulators.entry.windows import SandboxClient, WindowClient
from simulators.errors import SimulatorError
from simulators.machine import processor_use
from simulators.world import World
from tools.bench.copied_lots import draw_lots, file_lots
from tools.bench.temporary_services import on_database, tidy

SIZE = 3
PLAN = f"title=Stock; universe=stock; size={SIZE}; days=1"


def spot_check_stock(folder: Path, count: int, database: str = "") -> BenchResult:
    """Open a plan over so many lots and wait for its samples, then close it and draw it again. The floor is the draw
    alone, from a list in memory. `database`: where PostgreSQL is, by default SQLite in the folder."""
    with TemporaryDirectory(dir=folder) as data, on_database(database) as (address, version):
        settings = settings_for(Path(data), database=address, synchronous="NORMAL", readers=0)
        with open_sandbox(settings, SANDBOX, World(1), OPTIONS) as session:
            file_lots(session.window, session.sandbox, count)
            if address:
                tidy(address)
            begun = monotonic()
            drawn_in_memory = draw_lots(count, SIZE)
            floor = monotonic() - begun
            name, password = next((name, password) for role, name, password in logins(session) if role == "supervisor")
            before, begun = processor_use(), monotonic()
            with serve_on_free_port(session) as (url, _), WindowClient(url, f"{name}:{password}") as client:
                opened, plan = _open(client.sandbox(SANDBOX))
            session.wait(session.now + 2 * DAY_MILLISECONDS)
            with serve_on_free_port(session) as (url, _), WindowClient(url, f"{name}:{password}") as client:
                redrawn, again = _redraw(client.sandbox(SANDBOX), plan["plan_no"])
            cpu, took = processor_use().since(before), monotonic() - begun
    if again["difference"] or not again["committed"] or again["units"] < count or again["drawn"] < drawn_in_memory:
        raise SimulatorError(f"the plan over {count} lots is not drawn again alike: {dict(again)}")
    more: dict[str, object] = {"engines": {"postgresql": version}} if version else {}
    more |= {"redraw_seconds": round(redrawn, 2), "floor": round(floor, 3), "drawn": again["drawn"]}
    return BenchResult(round(opened, 2), count, round(took, 3), 1.0, cpu.own, cpu.others, more)


def _open(sandbox: SandboxClient) -> tuple[float, Mapping[str, Any]]:
    """Open the plan; seconds until all its samples are there, and the plan."""
    begun = monotonic()
    sandbox.call("POST", "/cases/spot_check/decisions", json={"action": "open_plan", "values": {"plan": PLAN}})
    while not (plans := sandbox.call("GET", "/spot-checks/plans")["plans"]):
        pass
    return monotonic() - begun, plans[0]


def _redraw(sandbox: SandboxClient, plan_no: str) -> tuple[float, Mapping[str, Any]]:
    """Draw the plan again; seconds, and the answer."""
    begun = monotonic()
    answer = sandbox.call("GET", f"/spot-checks/plans/{plan_no}/redraw")
    return monotonic() - begun, answer


SPOT_CHECK_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "spot_check_stock",
        "s",
        2,
        100_000,
        "seconds until a plan of spot checks has drawn its samples from so many lots in stock",
        spot_check_stock,
        higher_is_better=False,
        limits={"redraw_seconds": 2},
        traffic="",
        on_database=True,
    ),
)
