"""`single-window bench`: measures throughput, and the processor time, memory and storage that trades need."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from simulators.bench import display, page
from simulators.bench.comparing import PAIRS, compare, run_bench
from simulators.bench.console_measures import CONSOLE_MEASURES
from simulators.bench.edifact_measures import EDIFACT_MEASURES
from simulators.bench.engine_measures import ENGINE_MEASURES
from simulators.bench.export_measures import EXPORT_MEASURES
from simulators.bench.http_measures import HTTP_MEASURES
from simulators.bench.measures import MEASURES, BenchMeasure
from simulators.bench.overload import OVERLOAD
from simulators.bench.preview_measures import PREVIEW_MEASURES
from simulators.bench.recall_measures import RECALL_MEASURES
from simulators.bench.refund_measures import REFUND_MEASURES
from simulators.bench.replay_measures import REPLAY_MEASURES
from simulators.bench.runs import ALL_MEASURES, measure_of, plan_jobs, run_jobs, sigterm_as_interrupt
from simulators.bench.scale import simulated_years
from simulators.bench.spot_check_measures import SPOT_CHECK_MEASURES
from simulators.bench.stored_measures import STORED_MEASURES
from simulators.bench.temporary_services import Engines
from simulators.bench.trace_measures import TRACE_MEASURES
from simulators.bench.traffic_measures import TRAFFIC_MEASURES
from simulators.bench.versions import ROOT, pair
from simulators.entry.commands import EXISTING_FILE, FOLDER, argument, from_signature, option
from simulators.errors import SimulatorError

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


@click.command(short_help="Measure throughput, latency, memory and storage.")
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
        _print_measures()
    elif options.figures:
        _write_figures(options)
    elif options.scale:
        _simulated_years(options.as_json)
    elif options.compare is not None:
        _print_results(_compare_versions(options, options.compare), options.as_json, display.print_ratios)
    else:
        _print_results(_run_measures(options), options.as_json, display.print_results)


def _print_results(
    results: Iterator[dict[str, Any]], as_json: bool, print_table: Callable[[list[dict[str, Any]]], None]
) -> None:
    """Print each result as soon as it is available (JSON), or all results at the end as a table."""
    collected: list[dict[str, Any]] = []
    for result in results:
        collected.append(result)
        if as_json:
            click.echo(json.dumps(result, ensure_ascii=False))
    if not as_json:
        print_table(collected)


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
    try:
        jobs = plan_jobs(
            _choose_measures(options.names, engines), options.count, engines, options.workers, options.database or ""
        )
        yield from run_jobs(jobs, options.repeat or 1, options.data, _print_remark)
    except SimulatorError as error:
        raise click.ClickException(str(error)) from None


def _compare_versions(options: BenchOptions, commits: str) -> Iterator[dict[str, Any]]:
    """Run the requested measures on two versions and return the comparisons."""
    names = [measure.name for measure in _choose_measures(options.names or COMPARED_BY_DEFAULT, _engines(options))]
    arguments = _arguments_of(names, **_passed_options(options))
    try:
        with sigterm_as_interrupt(), pair(ROOT, commits) as versions:
            for remark in versions.remarks:
                _print_remark(f"Note: {remark}.")
            yield from compare(versions, arguments, names, options.repeat or PAIRS, run_bench, _print_remark)
    except SimulatorError as error:
        raise click.ClickException(str(error)) from None


def _passed_options(options: BenchOptions) -> dict[str, object]:
    """The options to pass on to the bench of another version, by name."""
    return {
        "trades": options.count,
        "data": None if options.data is None else options.data.resolve(),
        "broker": options.broker,
        "database": options.database,
        "workers": None if options.workers == (1,) else ",".join(map(str, options.workers)),
    }


def _print_remark(text: str) -> None:
    """Print progress on standard error."""
    Console(stderr=True).print(text, style="dim", highlight=False)


def _arguments_of(names: Sequence[str], **options: object) -> list[str]:
    """The command-line arguments for a bench call, with the options that were set."""
    return [*names, *(word for name, value in options.items() if value for word in (f"--{name}", str(value)))]


def _print_measures() -> None:
    for measure in ALL_MEASURES:
        bound = "least" if measure.higher_is_better else "most"
        target = "" if measure.target is None else f", at {bound} {measure.target:g}"
        where = "; needs --broker and --database" if measure in ENGINE_MEASURES else ""
        click.echo(f"{measure.name:<22}{measure.title} ({measure.unit}{target}; {measure.trades} trades{where})")


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
    try:
        chosen = [measure_of(name) for name in names]
    except KeyError as error:
        raise click.UsageError(str(error.args[0])) from None
    if engines is None and (need_engines := [measure.name for measure in chosen if measure in ENGINE_MEASURES]):
        raise click.UsageError(
            f"{', '.join(need_engines)} needs --broker amqp://… and --database postgresql+psycopg://…"
        )
    embedded_measures = (
        *MEASURES,
        *HTTP_MEASURES,
        *STORED_MEASURES,
        OVERLOAD,
        *EXPORT_MEASURES,
        *REFUND_MEASURES,
        *CONSOLE_MEASURES,
        *PREVIEW_MEASURES,
        *SPOT_CHECK_MEASURES,
        *RECALL_MEASURES,
        *TRACE_MEASURES,
        *EDIFACT_MEASURES,
        *TRAFFIC_MEASURES,
        *REPLAY_MEASURES,
    )
    return chosen or list(embedded_measures if engines is None else ENGINE_MEASURES)
