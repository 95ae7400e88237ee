"""`python -m tools.bench`: all measures, the comparison of two versions, and what is made of results."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from simulators.bench import chosen_measures, ending_in_words, print_measures, print_remark, print_results
from simulators.bench.measures import BenchMeasure
from simulators.bench.runs import run_jobs, sigterm_as_interrupt
from simulators.entry.commands import EXISTING_FILE, FOLDER, argument, from_signature, option
from simulators.errors import SimulatorError
from tools.bench import display, page
from tools.bench.comparing import PAIRS, compare, run_bench
from tools.bench.engine_measures import ENGINE_MEASURES
from tools.bench.planning import ALL_MEASURES, BY_DEFAULT, plan_jobs
from tools.bench.scale import simulated_years
from tools.bench.temporary_services import Engines
from tools.bench.versions import ROOT, pair

PROGRAM = "python -m tools.bench"
COMPARED_BY_DEFAULT = ("import_100", "import_1")
"""The measures that `--compare` runs if none are named."""


class NumberList(click.ParamType):  # type: ignore[type-arg]
    """Whole numbers from 1 to 64, separated by commas."""

    name = "numbers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        parts = value.split(",")
        if not all(part.isdigit() and 1 <= int(part) <= 64 for part in parts):
            self.fail(f"{value!r} is not a list like 1,2,4 of numbers from 1 to 64.", param, ctx)
        return tuple(map(int, parts))


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """The options of a benchmark run: measures, repetitions, database and workers, and the form of the report."""

    names: tuple[str, ...] = argument("[MEASURE]...")
    listing: bool = option("Name the measures and end.", "--list")
    as_json: bool = option("One JSON object a measure on the standard output.", "--json")
    count: int | None = option("Trades of each measure (default: its own number).", "--trades", type=click.IntRange(10))
    repeat: int | None = option(
        f"Runs of each measure; the report gives all values and their median [default: 1; {PAIRS} with --compare].",
        type=click.IntRange(1, 20),
    )
    compare: str | None = option(
        "Measure the current program and a commit of it, or two commits, alternately; the report gives ratios.",
        metavar="COMMIT[..COMMIT]",
    )
    scale: bool = option("Estimate a national year on many machines from measured costs, and end.")
    figures: tuple[Path, ...] = option(
        "Measure nothing: write the results in this file (of --json) as a Markdown table; repeatable.",
        type=EXISTING_FILE,
        metavar="FILE",
    )
    page: Path | None = option(
        "Write that table between the marks of this page, not to the standard output.", type=EXISTING_FILE
    )
    data: Path | None = option(
        "Parent of the temporary folder (default: the system's); choose a real disk.", type=FOLDER
    )
    broker: str | None = option("RabbitMQ for the measures on engines: amqp://user:password@host:port/vhost.")
    database: str | None = option(
        "PostgreSQL for the measures on engines, and for console: "
        "postgresql+psycopg://user:password@host:port/database. The user must be allowed to create databases."
    )
    workers: tuple[int, ...] = option(
        "Processes per role on engines; with several numbers (1,2,4) each is measured.",
        type=NumberList(),
        default="1",
        multiple=False,
    )


@click.command()
@from_signature
def bench(options: BenchOptions) -> None:
    """Run the named measures, or all that need no engines, one after the other. The machine should do nothing else.
    What import_100 includes says `single-window bench --help`.

    \b
    export_100 handles exports of all four modes from their messages to their departure (899); it is reported as a
    share of import_100, which runs first. batch_100k releases a batch of lists that arrived before the measurement;
    summary_500k summarises a month of lists that were closed before it; refund_100k claims, reviews and pays the
    refunds of such lists.
    \b
    With --broker and --database, import_engines, latency_200 and backlog measure a window on RabbitMQ and PostgreSQL,
    started as by `single-window work all --processes N`, with a temporary vhost and database. console is measured on
    SQLite, or on PostgreSQL with --database alone.
    \b
    --compare db664d3b import_100 runs the measure of both versions alternately, --repeat times each. A ratio above 1
    means that the current version has the higher value. Commits are checked out in a temporary folder.
    """
    if options.listing:
        print_measures(ALL_MEASURES, lambda each: "; needs --broker and --database" if each in ENGINE_MEASURES else "")
    elif options.figures:
        _write_figures(options)
    elif options.scale:
        _simulated_years(options.as_json)
    elif options.compare is not None:
        print_results(
            ending_in_words(_compare_versions(options, options.compare)), options.as_json, display.print_ratios
        )
    else:
        print_results(ending_in_words(_run_measures(options)), options.as_json)


def _write_figures(options: BenchOptions) -> None:
    try:
        lines = page.table_of(page.results_in(options.figures))
        if options.page is not None:
            page.write_into(options.page, lines)
        else:
            click.echo("\n".join(lines))
    except SimulatorError as error:
        raise click.ClickException(str(error)) from None


def _simulated_years(as_json: bool) -> None:
    years = list(simulated_years())
    if as_json:
        click.echo(json.dumps(years))
    else:
        display.print_scale(years)


def _run_measures(options: BenchOptions) -> Iterator[dict[str, Any]]:
    """Run the requested measures on the current version and return their results."""
    engines = _engines(options)
    jobs = plan_jobs(
        _choose_measures(options.names, engines), options.count, engines, options.workers, options.database or ""
    )
    return run_jobs(jobs, options.repeat or 1, options.data, print_remark, PROGRAM)


def _compare_versions(options: BenchOptions, commits: str) -> Iterator[dict[str, Any]]:
    """Run the requested measures on two versions and return the comparisons."""
    names = [measure.name for measure in _choose_measures(options.names or COMPARED_BY_DEFAULT, _engines(options))]
    arguments = _arguments_of(names, **_passed_options(options))
    with sigterm_as_interrupt(), pair(ROOT, commits) as versions:
        for remark in versions.remarks:
            print_remark(f"Note: {remark}.")
        yield from compare(versions, arguments, names, options.repeat or PAIRS, run_bench, print_remark)


def _passed_options(options: BenchOptions) -> dict[str, object]:
    """The options to pass on to the bench of another version, by name."""
    return {
        "trades": options.count,
        "data": None if options.data is None else options.data.resolve(),
        "broker": options.broker,
        "database": options.database,
        "workers": None if options.workers == (1,) else ",".join(map(str, options.workers)),
    }


def _arguments_of(names: Sequence[str], **options: object) -> list[str]:
    """The command-line arguments for a bench call, with the options that were set."""
    return [*names, *(word for name, value in options.items() if value for word in (f"--{name}", str(value)))]


def _engines(options: BenchOptions) -> Engines | None:
    """The engines given by the options; None if the measures run embedded (even with `--database`)."""
    if (
        options.broker is None
        and options.names
        and set(options.names) <= {measure.name for measure in ALL_MEASURES if measure.on_database}
    ):
        return None
    if (options.broker is None) != (options.database is None):
        raise click.UsageError("--broker and --database go together.")
    return Engines(options.broker, options.database) if options.broker and options.database else None


def _choose_measures(names: tuple[str, ...], engines: Engines | None) -> list[BenchMeasure]:
    chosen = chosen_measures(ALL_MEASURES, names)
    if engines is None and (need_engines := [measure.name for measure in chosen if measure in ENGINE_MEASURES]):
        raise click.UsageError(
            f"{', '.join(need_engines)} needs --broker amqp://… and --database postgresql+psycopg://…"
        )
    return chosen or list(BY_DEFAULT if engines is None else ENGINE_MEASURES)


if __name__ == "__main__":
    bench(prog_name=PROGRAM)
