"""Measures the preview of a risk profile over many lists, as a supervisor's program asks for it over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from simulators.bench.measures import OPTIONS, BenchMeasure, BenchResult
from simulators.entry import monotonic, open_sandbox, settings_for
from simulators.entry.shown import logins, serve_on_free_port
from simulators.entry.windows import SandboxClient, WindowClient
from simulators.machine import processor_use
from simulators.world import World
from tools.bench.console_measures import SANDBOX, fill
from tools.bench.temporary_services import on_database, tidy

RULES = {
    "by-value": "title=Value; lane=inspect; share=0.4; value_from=1",
    "by-goods": "title=Goods; lane=inspect; share=0.4; goods=22,33,42,61,85",
}
"""A profile that reads the list alone, and one that reads its lines of goods."""


def profile_preview(folder: Path, count: int, database: str = "") -> BenchResult:
    """Preview two drafts over so many lists, call by call until each is done; the slower one counts. `database`: where
    PostgreSQL is, by default SQLite in the folder."""
    with TemporaryDirectory(dir=folder) as data, on_database(database) as (address, version):
        settings = settings_for(Path(data), database=address, synchronous="NORMAL", readers=0)
        with open_sandbox(settings, SANDBOX, World(1), OPTIONS) as session:
            fill(session, count)
            if address:
                tidy(address)
            name, password = next((name, password) for role, name, password in logins(session) if role == "supervisor")
            before, begun = processor_use(), monotonic()
            with serve_on_free_port(session) as (url, _), WindowClient(url, f"{name}:{password}") as client:
                runs = {code: _preview(client.sandbox(SANDBOX), code) for code in RULES}
            cpu, took = processor_use().since(before), monotonic() - begun
    slowest = max(seconds for seconds, _ in runs.values())
    more: dict[str, object] = {"engines": {"postgresql": version}} if version else {}
    for code, (seconds, played) in runs.items():
        name = code.replace("-", "_")
        more |= {f"{name}_seconds": round(seconds, 2), f"{name}_drawn": played["draft"]["drawn"]}
    return BenchResult(round(slowest, 2), count, round(took, 3), 1.0, cpu.own, cpu.others, more)


def _preview(sandbox: SandboxClient, code: str) -> tuple[float, dict[str, Any]]:
    """Draft a profile and preview it; seconds of the preview, and its last answer."""
    values = {"code": code, "profile": RULES[code]}
    sandbox.call("POST", "/cases/risk_profile/decisions", json={"action": "draft", "values": values})
    begun, played = monotonic(), {"done": False}
    while not played["done"]:
        played = sandbox.call("GET", f"/profiles/{code}/preview")
    return monotonic() - begun, played


PREVIEW_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "profile_preview",
        "s",
        5,
        100_000,
        "seconds until a risk profile is played over so many lists of the last 30 days",
        profile_preview,
        higher_is_better=False,
        traffic="",
        on_database=True,
    ),
)
