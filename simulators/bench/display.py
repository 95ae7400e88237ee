"""Prints the results of measures as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from simulators.entry.commands import fitted_table
from simulators.machine import describe_machine

REACHED, NOT_REACHED = Text("reached", "green"), Text("NOT reached", "red")
MORE_FIGURES = (
    "ratio",
    "ratio_embedded",
    "capacity",
    "offered_per_second",
    "goodput",
    "processor_ratio",
    "turned_away",
    "asked_per_second",
    "reached_per_second",
    "late_p50_ms",
    "late_most_ms",
    "window_reached",
    "window_answered",
    "window_turned_away",
    "turned_away_p50_ms",
    "turned_away_p99_ms",
    "offered_seconds",
    "receipt_p50_ms",
    "receipt_p99_ms",
    "accepted_p50_ms",
    "accepted_p99_ms",
    "messages_per_second",
    "outage_seconds",
    "mb_at_20k",
    "mb_at_end",
    "growth_mb",
    "stored_mb_per_1000_trades",
    "documents_kb",
    "lines_per_second",
    "memory_mb",
    "invoices_seconds",
    "matching_seconds",
    "review_seconds",
    "take_next_ms",
    "case_ms",
    "search_ms",
    "day_ms",
    "twenty_officers_ms",
    "floor",
)
"""Further figures printed below the table; --json prints all."""


def print_results(results: list[dict[str, Any]]) -> None:
    """Print the results of measures."""
    rows: list[list[str | Text]] = []
    for result in results:
        verdict = Text() if result["target"] is None else REACHED if result["reached"] else NOT_REACHED
        rows.append(
            [
                title(result),
                f"{result['value']:,.1f}",
                result["unit"],
                str(result["target"] or ""),
                verdict,
                *[f"{result[f'cpu_{who}_seconds'] / result['trades'] * 1e6:.0f}" for who in ("own", "others")],
            ]
        )
    console = Console()
    console.print(fitted_table(console, ("measure", "value", "unit", "target", "", "own", "others"), rows))
    console.print("own, others: microseconds of processor time a trade, in this process and in others", style="dim")
    for result in results:
        if more := [f"{name} {result[name]}" for name in MORE_FIGURES if result.get(name) is not None]:
            console.print(f"{title(result)}: {', '.join(more)}", highlight=False)
        for table, size in result.get("tables", {}).items():
            console.print(f"    {table:<20}{size:>10,.1f} bytes a trade with its indexes", highlight=False)
    machine = describe_machine()
    console.print("{cpu}, {cores} cores, Python {python}, SQLite {sqlite}, load {load}".format(**machine), style="dim")


def title(result: Mapping[str, Any]) -> str:
    """Name a result: its measure, and the number of workers where it ran on engines."""
    return f"{result['name']} ×{result['workers']}" if "workers" in result else str(result["name"])
