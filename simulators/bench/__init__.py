"""`single-window bench`: measures throughput and latency of a window on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from simulators.bench import display
from simulators.bench.http_measures import HTTP_MEASURES
from simulators.bench.latency_measures import LATENCY_MEASURES
from simulators.bench.measures import MEASURES, BenchMeasure
from simulators.bench.runs import job_of, measure_named, run_jobs
from simulators.entry.commands import FOLDER, argument, from_signature, option
from simulators.errors import SimulatorError

SHIPPED: Sequence[BenchMeasure] = (*MEASURES, *HTTP_MEASURES, *LATENCY_MEASURES)


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """The options of a benchmark run: measures, trades, repetitions, and the form of the report."""

    names: tuple[str, ...] = argument("[MEASURE]...")
    listing: bool = option("Name the measures and end.", "--list")
    as_json: bool = option("One JSON object a measure on the standard output.", "--json")
    count: int | None = option("Trades of each measure (default: its own number).", "--trades", type=click.IntRange(10))
    repeat: int | None = option(
        "Runs of each measure; the report gives all values and their median [default: 1].", type=click.IntRange(1, 20)
    )
    data: Path | None = option(
        "Parent of the temporary folder (default: the system's); choose a real disk.", type=FOLDER
    )


@click.command(short_help="Measure throughput and latency on this machine.")
@from_signature
def bench(options: BenchOptions) -> None:
    """Run the named measures, or all of them, one after the other. The machine should do nothing else.

    \b
    import_100 includes: reading, schema check and port checks of every document; the archive; storing the four
    documents of each trade; matching, limits, allowance, tax, guarantee; release (800) and tax bill (816); timeline
    and deadlines; storing ten receipts a trade with their numbers in the mailboxes. One process writes and another
    reads. It excludes: generating the messages; the first 1,000 trades (warm-up); the XML of receipts, which is
    written when a participant fetches it.
    \b
    All lists are direct purchases (9610) of registered companies in a closed sandbox, and none is inspected. A run
    is valid only if at least 99 % of its trades are released with a tax bill, and no work is left.
    floor_import_100 parses and validates the same bytes and inserts them in bulk into four plain tables, in one
    process. import_100 is also reported as a share of this lower bound of work.
    \b
    http_1 posts messages of one document each to `single-window run`; latency_embedded posts them by a timetable.
    """
    if options.listing:
        print_measures(SHIPPED)
        return
    jobs = [job_of(measure, options.count) for measure in chosen_measures(SHIPPED, options.names) or SHIPPED]
    print_results(ending_in_words(run_jobs(jobs, options.repeat or 1, options.data, print_remark)), options.as_json)


def print_measures(measures: Iterable[BenchMeasure], further: Callable[[BenchMeasure], str] = lambda _: "") -> None:
    """Print a line of each measure: name, what it measures, unit, target, trades, and `further` words about it."""
    for measure in measures:
        bound = "least" if measure.higher_is_better else "most"
        target = "" if measure.target is None else f", at {bound} {measure.target:g}"
        click.echo(
            f"{measure.name:<22}{measure.title} ({measure.unit}{target}; {measure.trades} trades{further(measure)})"
        )


def chosen_measures(measures: Sequence[BenchMeasure], names: Iterable[str]) -> list[BenchMeasure]:
    """Find measures by their names; a name that there is not ends the command with a list of those there are."""
    try:
        return [measure_named(measures, name) for name in names]
    except KeyError as error:
        raise click.UsageError(str(error.args[0])) from None


def ending_in_words(results: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Pass results on; what prevents a run ends the command with its words."""
    try:
        yield from results
    except SimulatorError as error:
        raise click.ClickException(str(error)) from None


def print_results(
    results: Iterable[dict[str, Any]],
    as_json: bool,
    print_table: Callable[[list[dict[str, Any]]], None] = display.print_results,
) -> None:
    """Print each result as soon as it is available (JSON), or all results at the end as a table."""
    collected: list[dict[str, Any]] = []
    for result in results:
        collected.append(result)
        if as_json:
            click.echo(json.dumps(result, ensure_ascii=False))
    if not as_json:
        print_table(collected)


def print_remark(text: str) -> None:
    """Print progress on standard error."""
    Console(stderr=True).print(text, style="dim", highlight=False)
