"""Writes the results of measures, as `--json` printed them, as a table into a Markdown page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from simulators.bench.measures import BenchMeasure
from simulators.errors import SimulatorError
from tools.bench.planning import measure_of

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
"""The lines of a page between which the table stands."""
HEAD = ("| measure | found | share | processor time | aim |", "|---|---|---|---|---|")
FIGURES = {"memory_mb": "memory {:,.0f} MB", "messages_per_second": "{:,.0f} messages/s", "found_ms": "found {:.1f} ms"}
"""Further figures that the table names, beside those with a limit."""


def results_in(files: Iterable[Path]) -> list[dict[str, Any]]:
    """Read the results of measures, one JSON object a line; a later result replaces an earlier one of the same
    measure with the same number of workers. Raises `SimulatorError` for a file without results."""
    found: dict[str, dict[str, Any]] = {}
    for file in files:
        try:
            results = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.startswith("{")]
            found |= {result["name"] + str(result.get("workers", "")): result for result in results}
        except (OSError, ValueError, KeyError) as error:
            raise SimulatorError(f"{file} has no results of `bench --json`: {error!r}") from None
    return list(found.values())


def table_of(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the lines of a Markdown table, after a line for each machine and before the commands that were run."""
    results = list(results)
    commands = dict.fromkeys(str(result["command"]) for result in results)
    return [*_machines(results), "", *HEAD, *map(_row, results), "", *(f"    {command}" for command in commands)]


def write_into(page: Path, lines: Iterable[str]) -> None:
    """Replace what stands between the marks of a page. Raises `SimulatorError` if it has no marks."""
    text = page.read_text("utf-8")
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(f"{END}\n")
    if not begin or not end:
        raise SimulatorError(f"{page} has no lines {BEGIN} and {END}, between which the figures belong")
    page.write_text("\n".join([before + BEGIN, "", *lines, "", END + "\n"]) + after, "utf-8")


def _machines(results: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One line for each machine that the results come from; several mean that their figures must not be compared."""
    yield from dict.fromkeys(_machine(result["machine"]) for result in results)


def _machine(machine: Mapping[str, Any]) -> str:
    cpu, cores = machine["cpu"], machine["cores"]
    return f"{cpu}, {cores} cores, Python {machine['python']}, SQLite {machine['sqlite']}."


def _row(result: Mapping[str, Any]) -> str:
    measure = measure_of(result["name"])
    share = f"{result['ratio']:.3f} of `{measure.reference}`" if measure.reference and result.get("ratio") else ""
    cost = result["cpu_own_seconds"] + result["cpu_others_seconds"]
    each = f"{cost / result['trades'] * 1e6:,.0f} µs a trade" if cost and measure.unit == "trades/s" else ""
    cells = (f"`{result['name']}`", _found_text(measure, result), share, each, _aim(measure, result))
    return f"| {' | '.join(cells)} |"


def _found_text(measure: BenchMeasure, result: Mapping[str, Any]) -> str:
    limited = [f"{_words(name)} {result[name]:g}" for name in measure.limits]
    further = [
        form.format(result[name]) for name, form in FIGURES.items() if name in result and name not in measure.limits
    ]
    return "; ".join([f"{result['value']:,g} {measure.unit}", *limited, *further])


def _aim(measure: BenchMeasure, result: Mapping[str, Any]) -> str:
    """Return the aims of a measure, each marked if it is missed."""
    aims: list[tuple[str, bool]] = []
    if measure.target is not None:
        more, value = measure.higher_is_better, result["value"]
        is_reached = value >= measure.target if more else value <= measure.target
        aims.append((f"{'≥' if more else '≤'} {measure.target:,g}", is_reached))
    if measure.at_least and result.get("ratio"):
        aims.append((f"share ≥ {measure.at_least:g}", result["ratio"] >= measure.at_least))
    aims += [(f"{_words(name)} ≤ {most:g}", result[name] <= most) for name, most in measure.limits.items()]
    return "; ".join(text if is_reached else f"{text} **missed**" for text, is_reached in aims)


def _words(name: str) -> str:
    """Return the name of a figure as words: accepted_p50_ms is "accepted p50 (ms)"."""
    words, _, unit = name.rpartition("_")
    return f"{words.replace('_', ' ')} ({unit})"
