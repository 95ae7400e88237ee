"""`single-window officers`: officers whom a program plays decide what waits in a sandbox."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from simulators.entry import settings_for
from simulators.entry.commands import FOLDER, from_signature, language_of, option
from simulators.entry.officers import office
from simulators.officers.playing import OfficerManner, OfficersPlay, crew
from simulators.officers.reports import report_of, show

UNITS = {"m": 60_000, "h": 3_600_000, "d": 24 * 3_600_000}


class Lasting(click.ParamType):  # type: ignore[type-arg]
    """A time such as 90m, 2h or 1d, in milliseconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", value)
        if match is None:
            self.fail(f"{value!r} is no time such as 90m, 2h or 1d.", param, ctx)
        return int(match[1]) * UNITS[match[2]]


@click.command(short_help="Simulated officers that decide waiting cases.")
@from_signature
def officers(
    sandbox: str = option("Which sandbox.", metavar="NAME", default="desks"),
    count: int = option("How many officers.", type=click.IntRange(1, 100), default=5),
    skill: float = option(
        "In which share of their cases they decide what is right.", type=click.FloatRange(0, 1), default=0.95
    ),
    speed: float = option(
        "Cases that each decides in an hour of the sandbox's clock.", type=click.FloatRange(0.1, 3_600), default=40
    ),
    seed: int = option("Of what they find and where they err.", default=7),
    lasts: int | None = option(
        "How long they work, by the sandbox's clock: 90m, 2h, 1d.", "--for", type=Lasting(), metavar="TIME"
    ),
    until_empty: bool = option("End when they find no case any more (without --for, they do)."),
    data: Path | None = option("Data folder [default: the settings'].", type=FOLDER),
    as_json: bool = option("The report as JSON on the standard output.", "--json"),
) -> None:
    """Play officers of every desk: each takes the next case, decides it by what the case says, and takes the next.

    \b
    The first two are supervisors, who decide everything and approve what the other has proposed; then come a
    reviewer, an inspector, a tax officer, an exchange officer and a registrar, and so on. What is right to decide is
    a table (simulators/officers/right.toml); an officer errs in as many cases as his skill leaves.
    A clock that stands still is moved from decision to decision. Where a process works on the data already, these
    officers decide beside it. The same cases and the same seed give the same decisions.

    \b
    Examples:
      single-window officers --sandbox desks --count 5 --until-empty
      single-window officers --sandbox desks --for 2h --skill 1 --json
    """
    with office(settings_for(data), sandbox) as session:
        play = OfficersPlay(session, crew(count, seed), OfficerManner(skill, speed, seed))
        until = session.now + lasts if lasts else 0
        played = play.run(until, until_empty or not lasts)
    if as_json:
        click.echo(json.dumps(report_of(played), ensure_ascii=False, indent=1))
    else:
        show(played, Console(), language_of(os.environ))
