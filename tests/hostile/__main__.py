"""`python -m tests.hostile`: throws hostile requests at a window at work, and audits what came out."""

from __future__ import annotations

import json
import logging
import shutil
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from simulators.live import Live
from simulators.played_day import ProgressDisplay
from tests.chaos.engines import Missing, make_folder
from tests.chaos.reports import LISTED, Lines
from tests.chaos.site import Scenario
from tests.hostile.running import HostileRun, Result


@click.command()
@click.option("--seed", type=int, help="Of trades and requests [default: drawn from the time].")
@click.option("--requests", "count", type=click.IntRange(1, 10_000_000), default=20_000, show_default=True)
@click.option("--trades", type=click.IntRange(40, 1_000_000), default=500, show_default=True)
@click.option("--several", is_flag=True, help="Several processes over RabbitMQ and PostgreSQL, started for the run.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON on the standard output, nothing else there.")
@click.option("--keep", is_flag=True, help="Keep logs and data even if all is well.")
def fuzz(seed: int | None, count: int, trades: int, several: bool, as_json: bool, keep: bool) -> None:
    """Throw hostile bodies, headers, paths and queries at a window while a day of trades goes through it.

    Exit code 0: nothing was lost, doubled or wrong, every request was answered without a server error other than 503
    with Retry-After, and memory came back; 1: something was not so; 3: an engine is missing.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    drawn = seed if seed is not None else int(datetime.now().timestamp()) % 1_000_000
    scenario = Scenario(drawn, trades, 0, "postgresql" if several else "sqlite", alone=not several, nights=(2, 8, 40))
    console = Console(stderr=True)
    again = f"python -m tests.hostile --seed {drawn} --requests {count} --trades {trades}{' --several' * several}"
    console.print(f"Again: {again}", highlight=False, soft_wrap=True)
    place = make_folder("single-window-hostile-")
    display: AbstractContextManager[ProgressDisplay] = (
        Live(console) if console.is_terminal else nullcontext(Lines(console))
    )
    code, result = 3, None
    try:
        with display as show:
            run = HostileRun(scenario, place, show, lambda text: console.print(text, highlight=False), count)
            result = run.attack()
        code = 0 if result.ok else 1
    except Missing as missing:
        console.print(f"[red]Nothing was run: {missing}")
    finally:
        if code in (0, 3) and not keep:
            shutil.rmtree(place, ignore_errors=True)
        else:
            console.print(f"Logs and data: {place}", highlight=False, soft_wrap=True)
    if result is not None:
        if as_json:
            click.echo(json.dumps(as_values(result), ensure_ascii=False, indent=1))
        show_result(result, console)
    sys.exit(code)


def as_values(result: Result) -> dict[str, Any]:
    """The result as plain values."""
    thrown = result.thrown
    return {
        "ok": result.ok,
        "seed": result.scenario.seed,
        "trades": result.audit.trades,
        "requests": thrown.count,
        "statuses": {str(status): count for status, count in sorted(thrown.statuses.items())},
        "slowest": thrown.slowest,
        "memory_mb": {"before": result.before, "peak": result.peak, "after": result.after},
        **result.audit.counts,
        "findings": [str(finding) for finding in result.audit.findings],
        "seconds": result.seconds,
    }


def show_result(result: Result, console: Console) -> None:
    """A table of what was thrown and what came of it, and everything that is wrong."""
    table = Table(title=f"{result.scenario.name}, seed {result.scenario.seed}", show_header=False)
    for name, value in as_values(result).items():
        if name != "findings":
            table.add_row(name, str(value))
    console.print(table)
    for finding in result.audit.findings[:LISTED]:
        console.print(str(finding), style="red", markup=False, soft_wrap=True)


if __name__ == "__main__":
    fuzz()
