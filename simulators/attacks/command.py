"""`single-window attack`: tries to work out what published open data close."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from simulators.attacks.playing import attack_all
from simulators.attacks.published import read_versions
from simulators.attacks.solving import Contradiction, NoSolver
from simulators.entry.commands import EXISTING_FILE, argument, from_signature

MOST_BYTES = 50_000_000
FAILED, NOT_PLAYED = 1, 3


@click.command(short_help="Try to work out what published open data close.")
@from_signature
def attack(files: tuple[Path, ...] = argument(type=EXISTING_FILE, nargs=-1, required=True)) -> None:
    """Attack the versions of a month: FILES are their data.csv, the first version first.

    \b
    A solver bounds each closed cell from all that is published; versions are compared with each other. An attack has
    found something out where a closed cell, or a closed change, is bounded within ±20 %, a closed cell was opened, or
    a change is that of one or two lines. Exits 1 then, and 3 if the solver (extra open-data) is missing.

    \b
    Examples:
      single-window attack data.csv
      single-window attack version-1.csv version-2.csv
    """
    try:
        versions = [read_versions(_text(path), path.name) for path in files]
        leaks = attack_all(versions)
    except (NoSolver, Contradiction, ValueError, KeyError) as error:
        click.echo(f"NOT played: {error}", err=True)
        sys.exit(NOT_PLAYED)
    for leak in leaks:
        click.echo(f"FAILED {leak.attack} {leak.version} {'|'.join(leak.cell)}: {leak.found}")
    closed = sum(len(one.closed) for read in versions for one in read)
    click.echo(f"{len(files)} version(s), {closed} closed cells, {len(leaks)} found out")
    sys.exit(FAILED if leaks else 0)


def _text(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path} has more than {MOST_BYTES:,} bytes")
    return path.read_text("utf-8")
