"""`single-window bench`: measures throughput, and the processor time, memory and storage that trades need."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from simulators.bench import display
from simulators.bench.comparing import PAIRS, compared, measured
from simulators.bench.console_measures import CONSOLE_MEASURES
from simulators.bench.engine_measures import ENGINE_MEASURES
from simulators.bench.export_measures import EXPORT_MEASURES
from simulators.bench.http_floor import FLOOR_HTTP
from simulators.bench.measures import MEASURES, BenchMeasure
from simulators.bench.overload import OVERLOAD
from simulators.bench.refund_measures import REFUND_MEASURES
from simulators.bench.replay_measures import REPLAY_MEASURES
from simulators.bench.runs import ALL, ended_in_order, jobs, named, results
from simulators.bench.scale import simulated_years
from simulators.bench.stored_measures import STORED_MEASURES
from simulators.bench.temporary_services import Engines
from simulators.bench.traffic_measures import TRAFFIC_MEASURES
from simulators.bench.versions import ROOT, pair
from simulators.errors import SimulatorError
from simulators.options import options_as

COMPARED = ("import_100", "import_1")
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

    names: tuple[str, ...]
    listing: bool
    as_json: bool
    count: int | None
    repeat: int | None
    compare: str | None
    scale: bool
    data: Path | None
    broker: str | None
    database: str | None
    workers: tuple[int, ...]


@click.command(short_help="Measure throughput, latency, memory and storage.")
@click.argument("names", nargs=-1, metavar="[MEASURE]...")
@click.option("--list", "listing", is_flag=True, help="Name the measures and end.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a measure on the standard output.")
@click.option("--trades", "count", type=click.IntRange(10), help="Trades of each measure (default: its own number).")
@click.option(
    "--repeat",
    type=click.IntRange(1, 20),
    help=f"Runs of each measure; the value is the median, all of them are told [default: 1; {PAIRS} with --compare].",
)
@click.option(
    "--compare",
    metavar="COMMIT[..COMMIT]",
    help="Measure the program as it is beside a commit of it, or two commits, by turns; told as ratios.",
)
@click.option("--scale", is_flag=True, help="Simulate a national year on many machines, from measured costs, and end.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to put the temporary folder (default: the system's); choose a real disk.",
)
@click.option("--broker", help="RabbitMQ, amqp://user:password@host:port/vhost, for the measures on engines.")
@click.option(
    "--database",
    help="PostgreSQL, postgresql+psycopg://user:password@host:port/database, likewise, "
    "and alone for console; the user must be allowed to create databases.",
)
@click.option(
    "--workers",
    type=NumberList(),
    default="1",
    show_default=True,
    help="Processes of each role on engines; several numbers (1,2,4) are measured one after the other.",
)
@options_as(BenchOptions)
def bench(options: BenchOptions) -> None:
    """Measure, one after the other: all measures, or those named. Give it a machine that does nothing else.

    \b
    Inside a measure: reading, schema and port checks of every document; archive; all four documents of each trade
    stored; comparison, limits, allowance, tax, guarantee; 800 and tax bill (816); timeline, deadlines; all receipts
    (ten a trade) stored and given their place in the mailboxes. One process writes, one reads beside it.
    Outside: the bytes are made beforehand; the first 1,000 trades (to warm up); the XML of receipts, which is made
    when a participant fetches it.
    \b
    The lists are direct purchases (9610) of registered companies in a closed sandbox, none drawn for inspection. A
    run counts only if at least 99 % of its trades are released, each with its tax bill, and no work is left.
    floor_import_100 is the same bytes parsed, validated and inserted in bulk into four plain tables, and nothing
    else, in one process: the ratio says how far above the floor import_100 is.
    \b
    export_100 takes exports of all four modes from their messages to their departure (899) and is told as a share of
    import_100, which runs first. batch_100k releases a batch of lists that arrived before the clock starts;
    summary_500k summarises a month of lists that were filed as closed before it starts; refund_100k claims, reviews and
    pays the refund of such lists.
    \b
    With --broker and --database the window runs as processes on RabbitMQ and PostgreSQL, started as
    `single-window work all --processes N` starts them: import_engines, latency_200, backlog. They get a vhost and a
    database of their own, which are removed afterwards. console is measured on SQLite, or with --database alone on
    PostgreSQL.
    \b
    --compare db664d3b import_100 runs the named measures of both versions alternately, --repeat times each; a ratio
    above 1 is more of the unit than the commit's. Commits are checked out in a temporary folder.
    """
    if options.listing:
        _list()
    elif options.scale:
        _simulated_years(options.as_json)
    elif options.compare is not None:
        _give(_ratios(options, options.compare), options.as_json, display.ratios)
    else:
        _give(_results(options), options.as_json, display.measured)


def _give(results: Iterator[dict[str, Any]], as_json: bool, show: Callable[[list[dict[str, Any]]], None]) -> None:
    """Print each result as soon as it is there (JSON), or all of them at the end as a table."""
    given: list[dict[str, Any]] = []
    for result in results:
        given.append(result)
        if as_json:
            click.echo(json.dumps(result, ensure_ascii=False))
    if not as_json:
        show(given)


def _simulated_years(as_json: bool) -> None:
    years = list(simulated_years())
    if as_json:
        click.echo(json.dumps(years))
    else:
        display.scale(years)


def _results(options: BenchOptions) -> Iterator[dict[str, Any]]:
    """Run the requested measures on the current version and return their results."""
    engines = _engines(options)
    try:
        planned = jobs(_chosen(options.names, engines), options.count, engines, options.workers, options.database or "")
        yield from results(planned, options.repeat or 1, options.data, _remark)
    except SimulatorError as error:
        raise click.ClickException(str(error)) from None


def _ratios(options: BenchOptions, commits: str) -> Iterator[dict[str, Any]]:
    """Run the requested measures on two versions and return the comparisons."""
    names = [measure.name for measure in _chosen(options.names or COMPARED, _engines(options))]
    words = _words(names, **_given(options))
    try:
        with ended_in_order(), pair(ROOT, commits) as versions:
            for remark in versions.remarks:
                _remark(f"Note: {remark}.")
            yield from compared(versions, words, names, options.repeat or PAIRS, measured, _remark)
    except SimulatorError as error:
        raise click.ClickException(str(error)) from None


def _given(options: BenchOptions) -> dict[str, object]:
    """The options to pass on to the bench of another version, by name."""
    return {
        "trades": options.count,
        "data": None if options.data is None else options.data.resolve(),
        "broker": options.broker,
        "database": options.database,
        "workers": None if options.workers == (1,) else ",".join(map(str, options.workers)),
    }


def _remark(text: str) -> None:
    """Print progress on standard error."""
    Console(stderr=True).print(text, style="dim", highlight=False)


def _words(names: Sequence[str], **options: object) -> list[str]:
    """The command-line arguments for a bench call, with the options that were set."""
    return [*names, *(word for name, value in options.items() if value for word in (f"--{name}", str(value)))]


def _list() -> None:
    for measure in ALL:
        bound = "least" if measure.higher_is_better else "most"
        target = "" if measure.target is None else f", at {bound} {measure.target:g}"
        where = "; needs --broker and --database" if measure in ENGINE_MEASURES else ""
        click.echo(f"{measure.name:<22}{measure.title} ({measure.unit}{target}; {measure.trades} trades{where})")


def _engines(options: BenchOptions) -> Engines | None:
    """The engines given by the options; None if the measures run embedded (even with `--database`)."""
    if (
        options.broker is None
        and options.names
        and set(options.names) <= {measure.name for measure in ALL if measure.on_database}
    ):
        return None
    if (options.broker is None) != (options.database is None):
        raise click.UsageError("--broker and --database go together.")
    return Engines(options.broker, options.database) if options.broker and options.database else None


def _chosen(names: tuple[str, ...], engines: Engines | None) -> list[BenchMeasure]:
    try:
        chosen = [named(name) for name in names]
    except KeyError as error:
        raise click.UsageError(str(error.args[0])) from None
    if engines is None and (wanting := [measure.name for measure in chosen if measure in ENGINE_MEASURES]):
        raise click.UsageError(f"{', '.join(wanting)} needs --broker amqp://… and --database postgresql+psycopg://…")
    alone = (
        FLOOR_HTTP,
        *MEASURES,
        *STORED_MEASURES,
        OVERLOAD,
        *EXPORT_MEASURES,
        *REFUND_MEASURES,
        *CONSOLE_MEASURES,
        *TRAFFIC_MEASURES,
        *REPLAY_MEASURES,
    )
    return chosen or list(alone if engines is None else ENGINE_MEASURES)
