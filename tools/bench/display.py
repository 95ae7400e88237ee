"""Prints comparisons of two versions, and simulated years, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

MIN_COLUMNS = 120
"""Terminal columns that the widest table needs."""


def print_ratios(results: Sequence[dict[str, Any]]) -> None:
    """Print the comparison of two versions."""
    table = Table(
        "measure",
        "unit",
        "this / base",
        "of pairs",
        "processor time",
        "of pairs",
        "",
        caption="medians, smallest and largest ratios of pairs; processor time is a trade's, less is better",
    )
    for result in results:
        table.add_row(
            result["name"],
            result["unit"],
            f"{result['ratio']:.3f}",
            f"{result['ratio_least']:.3f} – {result['ratio_most']:.3f}",
            f"{result['processor_ratio']:.3f}",
            f"{result['processor_ratio_least']:.3f} – {result['processor_ratio_most']:.3f}",
            "" if result["told_apart"] or result["processor_told_apart"] else "not told apart",
        )
    console = Console()
    console.print(table)
    for result in results[:1]:
        console.print(f"base: {result['base']['version']}; this: {result['this']['version']}", highlight=False)
        for remark in result["remarks"]:
            console.print(f"Note: {remark}.", highlight=False)


def print_scale(results: Sequence[dict[str, Any]]) -> None:
    """Print the results of simulated years."""
    names = [*results[0]]
    table = Table(*[name.replace("_", " ") for name in names])
    for result in results:
        table.add_row(
            *[f"{result[name]:,}" if isinstance(result[name], int | float) else str(result[name]) for name in names]
        )
    Console(width=max(Console().width, MIN_COLUMNS)).print(table)
