"""Tells what a run came to: for people, as JSON, and as the command that repeats it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console
from rich.table import Table

from simulators.hearing import Hearing
from tests.chaos.running import Result
from tests.chaos.site import Scenario

LISTED = 40
"""Findings that are printed; of more only the number."""


class Lines:
    """Shows a day by a line for each of its parts, where nobody looks on at a terminal."""

    def __init__(self, console: Console) -> None:
        self._console, self._begun = console, monotonic()

    def begin(self, what: str, total: int) -> None:
        """A part begins."""
        self._console.print(f"{monotonic() - self._begun:7.1f} s      {what} ({total})", highlight=False)

    def step(self, count: int, hearing: Hearing, now: int) -> None:
        """Nothing."""


def command(scenario: Scenario) -> str:
    """What repeats a run."""
    on = "--alone" if scenario.alone else f"--database {scenario.database}"
    return f"python -m tests.chaos --seed {scenario.seed} --trades {scenario.trades} --kills {scenario.kills} {on}"


def as_json(result: Result) -> dict[str, Any]:
    """The result as plain values."""
    found = result.audit
    return {
        "ok": result.ok,
        "on": result.scenario.name,
        "seed": result.scenario.seed,
        "trades": found.trades,
        "messages": found.messages,
        "acknowledged": found.acknowledged,
        "receipts": found.receipts,
        "kills": dict(result.kills),
        "injuries": [one._asdict() for one in result.injuries],
        "answers": {str(status): count for status, count in sorted(result.answers.items())},
        "brought": dict(result.brought),
        "doubled": result.doubled,
        "poison": result.poisoned,
        "exits": dict(result.exits),
        "left_out": list(result.left_out),
        **found.counts,
        "findings": [one._asdict() for one in found.findings],
        "seconds": result.seconds,
        "command": command(result.scenario),
    }


def show(result: Result, console: Console) -> None:
    """A table of what was done and what came of it, and everything that does not fit."""
    found, table = result.audit, Table(title=f"{result.scenario.name}, seed {result.scenario.seed}", show_header=False)
    others = Counter(one.kind for one in result.injuries if not one.kill)
    rows = {
        "trades": found.trades,
        "messages": f"{found.messages} sent, {found.acknowledged} acknowledged",
        "attempts": "  ".join(f"{status or 'lost'}: {count}" for status, count in sorted(result.answers.items())),
        "receipts": found.receipts,
        "brought": f"messages of receipts {counted(result.brought)}",
        "kills": counted(result.kills),
        "other injuries": counted(others),
        "delivered twice": result.doubled,
        "poison": f"{result.poisoned} in queues, {found.messages - found.acknowledged} over HTTP",
        "ended by itself": ", ".join(f"{who}: {count}" for who, count in sorted(result.exits.items())) or "nobody",
        "not done here": "; ".join(result.left_out) or "nothing left out",
        "seconds": result.seconds,
        **{kind: f"[{'red' if count else 'green'}]{count}[/]" for kind, count in found.counts.items()},
    }
    for name, value in rows.items():
        table.add_row(name, str(value))
    console.print(table)
    for one in found.findings[:LISTED]:
        console.print(str(one), style="red", markup=False, soft_wrap=True)
    if len(found.findings) > LISTED:
        console.print(f"… and {len(found.findings) - LISTED} more", style="red")


def counted(what: Counter[str]) -> str:
    """How many in all, and of what."""
    return f"{what.total()}: " + ", ".join(f"{name} {count}" for name, count in sorted(what.items()))


def afterwards(scenario: Scenario, folder: Path, console: Console) -> None:
    """Where to look after a run that failed, and how to repeat it."""
    console.print(f"Logs and data: {folder}\nAgain: {command(scenario)}", highlight=False, soft_wrap=True)
