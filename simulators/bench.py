"""`single-window bench`: measures how many trades go through, and what they need."""

from __future__ import annotations

import json
import multiprocessing
import statistics
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table

from simulators.machine import described
from simulators.measures import MEASURES, Measure, Measured, make_traffic, named, needed, run

Result = TypeVar("Result")
FLOOR, OVER_IT = "floor_import_100", "import_100"


@click.command(short_help="Measure how many trades go through.")
@click.argument("names", nargs=-1, metavar="[MEASURE]...")
@click.option("--list", "listing", is_flag=True, help="Name the measures and end.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a measure on the standard output.")
@click.option("--trades", "count", type=click.IntRange(10), help="Trades of each measure (default: its own number).")
@click.option("--repeat", type=click.IntRange(1, 20), default=1, show_default=True,
              help="Runs of each measure; the value is the median, all of them are told.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False),
              help="Where to put the temporary folder (default: the system's); choose a real disk.")
def bench(names: tuple[str, ...], listing: bool, as_json: bool, count: int | None, repeat: int,
          data: Path | None) -> None:
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
    """
    if listing:
        for one in MEASURES:
            target = "" if one.target is None else f", at {'least' if one.higher_is_better else 'most'} {one.target:g}"
            click.echo(f"{one.name:<18}{one.what} ({one.unit}{target}; {one.trades} trades)")
        return
    console = Console(stderr=True)
    found: list[dict[str, Any]] = []
    for result in results(_chosen(names), count, repeat, data, lambda text: console.print(text, style="dim")):
        found.append(result)
        if as_json:
            click.echo(json.dumps(result, ensure_ascii=False))
    if not as_json:
        _show(found)


def _chosen(names: tuple[str, ...]) -> list[Measure]:
    try:
        return [named(name) for name in names] if names else list(MEASURES)
    except KeyError as error:
        raise click.UsageError(str(error.args[0])) from None


def results(measures: list[Measure], count: int | None, repeat: int, data: Path | None,
            say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """Measure one after the other, each run in a process of its own; gives one object a measure."""
    floor: float | None = None
    with TemporaryDirectory(prefix="single-window-bench-", dir=data) as folder:
        for one in measures:
            trades = count or one.trades
            say(f"{one.name}: making the traffic of {trades} trades")
            _apart(make_traffic, Path(folder), list(needed(one, trades)))
            runs = []
            for number in range(repeat):
                say(f"{one.name}: run {number + 1} of {repeat}")
                runs.append(_apart(run, one.name, Path(folder), trades))
            result = judged(one, runs, floor)
            floor = result["value"] if one.name == FLOOR else floor
            yield result


def _apart(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a fresh process, so that nothing that ran before helps or hinders it."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def judged(measure: Measure, runs: list[Measured], floor: float | None) -> dict[str, Any]:
    """What is told of a measure's runs: the median, whether it reaches the target, the run nearest to it."""
    value = statistics.median(one.value for one in runs)
    middle = min(runs, key=lambda one: abs(one.value - value))
    under = floor if measure.name == OVER_IT else None
    reached = measure.target is None or (
        value >= measure.target if measure.higher_is_better else value <= measure.target)
    return {
        "name": measure.name, "value": value, "unit": measure.unit, "target": measure.target, "reached": reached,
        "floor": under, "ratio": round(value / under, 3) if under else None,
        "trades": middle.trades, "seconds": middle.seconds, "released_share": middle.released_share,
        "cpu_own_seconds": middle.cpu_own, "cpu_others_seconds": middle.cpu_others,
        "cpu_microseconds_per_trade": round((middle.cpu_own + middle.cpu_others) / middle.trades * 1e6, 1),
        "values": [one.value for one in runs], **middle.more,
        "command": " ".join(["single-window", *sys.argv[1:]]), "machine": described(),
    }


def _show(found: list[dict[str, Any]]) -> None:
    table = Table("measure", "value", "unit", "target", "", "own", "others", "more",
                  caption="own, others: microseconds of processor time a trade, in this process and in those beside it")
    for one in found:
        verdict = "" if one["target"] is None else "[green]reached" if one["reached"] else "[red]NOT reached"
        more = [f"{name}: {one[name]}" for name in ("ratio", "mb_at_20k", "mb_at_end", "growth_mb",
                                                   "stored_mb_per_1000_trades") if one.get(name) is not None]
        table.add_row(one["name"], f"{one['value']:,.1f}", one["unit"], str(one["target"] or ""), verdict,
                      *[f"{one[f'cpu_{who}_seconds'] / one['trades'] * 1e6:.0f}" for who in ("own", "others")],
                      ", ".join(more))
    console = Console()
    console.print(table)
    machine = described()
    console.print("{cpu}, {cores} cores, Python {python}, SQLite {sqlite}, load {load}".format(**machine), style="dim")
