"""`python -m tests.chaos`: kills and cuts a window while a day of trades goes through it, and audits what came out."""

from __future__ import annotations

import json
import logging
import shutil
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from simulators.live import Live
from simulators.played_day import ProgressDisplay
from tests.chaos import reports
from tests.chaos.engines import Missing, make_folder
from tests.chaos.plan import InjuryReport
from tests.chaos.running import Run
from tests.chaos.site import Scenario

NOT_RUN = 3
"""Exit code where an engine is missing: nothing was proven."""


@click.command()
@click.option("--seed", type=int, help="Of trades, messages and injuries [default: drawn from the time].")
@click.option("--trades", type=click.IntRange(40, 1_000_000), default=20_000, show_default=True)
@click.option(
    "--kills",
    type=click.IntRange(0, 10_000),
    default=20,
    show_default=True,
    help="How often somebody is killed (kill -9); other injuries come with them.",
)
@click.option("--database", type=click.Choice(["postgresql", "sqlite"]), default="postgresql", show_default=True)
@click.option("--alone", is_flag=True, help="One machine (single-window run) on SQLite, without RabbitMQ.")
@click.option(
    "--processes",
    type=click.IntRange(1, 16),
    help="Of run with --alone [default: 1], else of each role that is shared [default: 2].",
)
@click.option("--json", "as_json", is_flag=True, help="The report as JSON on the standard output, nothing else there.")
@click.option("--keep", is_flag=True, help="Keep logs and data even if all is well.")
def chaos(
    seed: int | None,
    trades: int,
    kills: int,
    database: str,
    alone: bool,
    processes: int | None,
    as_json: bool,
    keep: bool,
) -> None:
    """Play a day of synthetic trades and the 40 days after it over HTTP, while processes and engines are killed.

    RabbitMQ and PostgreSQL are started on free ports in a temporary folder. One message in a hundred is poison. In the
    end an auditor compares what was sent, what was acknowledged and what came out. Exit code 0: nothing was lost,
    doubled or wrong; 1: something was; 3: an engine is missing.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background jobs are born deaf to the first
        signal.signal(number, signal.default_int_handler)
    # engines are away on purpose, and the runner's own connections with them
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    drawn = seed if seed is not None else int(datetime.now().timestamp()) % 1_000_000
    scenario = Scenario(drawn, trades, kills, "sqlite" if alone else database, alone, processes or (1 if alone else 2))
    console = Console(stderr=True)
    console.print(f"Again: {reports.command(scenario)}", highlight=False, soft_wrap=True)
    place = make_folder("single-window-chaos-")
    code = _played(scenario, place, console, as_json)
    if code == 1 or keep:
        reports.afterwards(scenario, place, console)
    else:
        shutil.rmtree(place, ignore_errors=True)
    sys.exit(code)


def _played(scenario: Scenario, place: Path, console: Console, as_json: bool) -> int:
    def report(event: InjuryReport) -> None:
        sign = "kill" if event.kill else "    "
        console.print(
            f"{event.at:7.1f} s {event.progress:4.0%} {sign} {event.words} ({event.seconds} s)", highlight=False
        )

    lines: AbstractContextManager[ProgressDisplay] = nullcontext(reports.Lines(console))
    display = Live(console) if console.is_terminal else lines
    try:
        with display as show:
            result = Run(scenario, place, show, report, lambda text: console.print(text, highlight=False)).play()
    except Missing as missing:
        console.print(f"[red]Nothing was run: {missing}")
        return NOT_RUN
    except BaseException:
        reports.afterwards(scenario, place, console)
        raise
    if as_json:
        click.echo(json.dumps(reports.as_json(result), ensure_ascii=False, indent=1))
    reports.show(result, console)
    return 0 if result.ok else 1


if __name__ == "__main__":
    chaos()
