"""Tells what a run came to: for people, as JSON, and as the command that repeats it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console
from rich.table import Table

from simulators.receipt_log import ReceiptLog
from tests.chaos.running import Result
from tests.chaos.site import Scenario

LISTED = 40
"""Findings that are printed; of more only the number."""


class Lines:
    """Shows a day by a line for each of its parts, where nobody looks on at a terminal."""

    def __init__(self, console: Console) -> None:
        self._console, self._begun = console, monotonic()

    def begin(self, part: str, total: int) -> None:
        """A part begins."""
        self._console.print(f"{monotonic() - self._begun:7.1f} s      {part} ({total})", highlight=False)

    def step(self, count: int, receipt_log: ReceiptLog, now: int) -> None:
        """Nothing."""


def command(scenario: Scenario) -> str:
    """What repeats a run."""
    on = "--alone" if scenario.alone else f"--database {scenario.database}"
    return (
        f"python -m tests.chaos --seed {scenario.seed} --trades {scenario.trades} --kills {scenario.kills} {on} "
        f"--processes {scenario.processes}"
    )


def as_json(result: Result) -> dict[str, Any]:
    """The result as plain values."""
    audit = result.audit
    return {
        "ok": result.ok,
        "on": result.scenario.name,
        "seed": result.scenario.seed,
        "trades": audit.trades,
        "messages": audit.messages,
        "acknowledged": audit.acknowledged,
        "receipts": audit.receipts,
        "kills": dict(result.kills),
        "injuries": [injury._asdict() for injury in result.injuries],
        "answers": {str(status): count for status, count in sorted(result.answers.items())},
        "brought": dict(result.brought),
        "hostile_receivers": result.misled,
        "met": dict(result.met),
        "exits": dict(result.exits),
        "left_out": list(result.left_out),
        **audit.counts,
        "findings": [finding._asdict() for finding in audit.findings],
        "seconds": result.seconds,
        "command": command(result.scenario),
    }


def show(result: Result, console: Console) -> None:
    """A table of what was done and what came of it, and everything that does not fit."""
    audit, table = result.audit, Table(title=f"{result.scenario.name}, seed {result.scenario.seed}", show_header=False)
    others = Counter(injury.kind for injury in result.injuries if not injury.kill)
    rows = {
        "trades": audit.trades,
        "messages": f"{audit.messages} sent, {audit.acknowledged} acknowledged",
        "attempts": "  ".join(f"{status or 'lost'}: {count}" for status, count in sorted(result.answers.items())),
        "receipts": audit.receipts,
        "brought": f"messages of receipts {counted(result.brought)}",
        "kills": counted(result.kills),
        "other injuries": counted(others),
        "poison": f"{audit.messages - audit.acknowledged} over HTTP",
        "hostile receivers": f"{result.misled} posts",
        "samples, credit cases": ", ".join(f"{name}: {count}" for name, count in result.met.items()) or "none",
        "ended by itself": ", ".join(f"{who}: {count}" for who, count in sorted(result.exits.items())) or "nobody",
        "not done here": "; ".join(result.left_out) or "nothing left out",
        "seconds": result.seconds,
        **{kind: f"[{'red' if count else 'green'}]{count}[/]" for kind, count in audit.counts.items()},
    }
    for name, value in rows.items():
        table.add_row(name, str(value))
    console.print(table)
    for finding in audit.findings[:LISTED]:
        console.print(str(finding), style="red", markup=False, soft_wrap=True)
    if len(audit.findings) > LISTED:
        console.print(f"… and {len(audit.findings) - LISTED} more", style="red")


def counted(counts: Counter[str]) -> str:
    """How many in all, and of what."""
    return f"{counts.total()}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def afterwards(scenario: Scenario, folder: Path, console: Console) -> None:
    """Where to look after a run that failed, and how to repeat it."""
    console.print(f"Logs and data: {folder}\nAgain: {command(scenario)}", highlight=False, soft_wrap=True)
