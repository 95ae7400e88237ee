"""`single-window scenario`: runs and lists scenario files, which say who sends what when, and the expected outcome."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import click
from rich.console import Console

from simulators.entry.commands import (
    PIPE_WIDTH,
    argument,
    fitted_table,
    from_signature,
    heading_in,
    language_of,
    option,
)
from simulators.entry.reports import report_options, write_reports
from simulators.entry.windows import CallRefused, NotReachable
from simulators.errors import SimulatorError
from simulators.scenarios import locating, reports
from simulators.scenarios.form import ScenarioFile
from simulators.scenarios.results import ScenarioResult, StoryEvent
from simulators.scenarios.running import JOBS
from simulators.scenarios.running import run as played
from simulators.scenarios.scenario_files import read_scenario
from simulators.toml_files import read_text

FAILED = 1


@contextmanager
def _refusals() -> Iterator[None]:
    """Report an error in a file to the user."""
    try:
        yield
    except SimulatorError as wrong:
        raise click.ClickException(str(wrong)) from wrong


@click.group(short_help="Play scenario files: who sends what, and the outcome expected.")
def scenario() -> None:
    """Play scenario files (TOML): messages of participants, clock, officers' decisions, and expected outcomes.

    Outcomes that a file may force by name are listed by `single-window scenarios`.
    """


@scenario.command()
@from_signature
@report_options
def run(
    paths: tuple[str, ...] = argument("PATH…", required=True),
    url: str = option("Play on this window over HTTP, not on a temporary one.", metavar="URL", default=""),
    key: str = option("With --url: a key, or NAME:PASSWORD of an account.", metavar="KEY", default=""),
    sandbox: str = option("With --key: the key's sandbox, the prefix of new names.", metavar="NAME", default=""),
    keep: bool = option("With --url: keep the sandboxes for inspection."),
    report: Path | None = None,
    junit: Path | None = None,
    jobs: int = option("Scenarios played at a time.", type=click.IntRange(1, 32), default=JOBS),
    verbose: bool = option("Print each event as it happens.", "--verbose", "-v"),
    as_json: bool = option("Print the results as JSON.", "--json"),
) -> None:
    """Play scenarios: files, folders, or names or areas of shipped scenarios.

    Each scenario gets a new sandbox. Exit status 0: all results were as expected. Otherwise 1; then the report gives
    the expected and the actual result, where they first differ, and all events.

    \b
    Examples:
      single-window scenario run mine.toml
      single-window scenario run imports batches --junit report.xml
      single-window scenario run import-payer-differs -v
      single-window scenario run mine/ --url http://127.0.0.1:8642 --key KEY --sandbox ci
    """
    with _refusals():
        chosen = [read_scenario(path) for path in locating.scenario_files(paths)]
    listener, players = (_aloud, 1) if verbose and not as_json else (_silent, jobs)
    results = _results(
        played(chosen, url, key, keep=keep, listener=listener, jobs=players, parent=sandbox),
        as_json,
    )
    write_reports(reports.report_of(results), report, junit, reports.junit_cases(results))
    _tell(results, as_json)


def _tell(results: Sequence[ScenarioResult], as_json: bool) -> None:
    """Print what became of the scenarios, and exit: status 1 if one failed."""
    failed = sum(1 for result in results if not result.ok)
    if as_json:
        click.echo(json.dumps(reports.as_json(results), ensure_ascii=False, indent=1))
    else:
        click.echo(f"{len(results) - failed} passed, {failed} failed")
    click.get_current_context().exit(FAILED if failed else 0)


def _results(running: Generator[ScenarioResult, None, None], as_json: bool) -> list[ScenarioResult]:
    results: list[ScenarioResult] = []
    try:
        with closing(running):
            for result in running:
                results.append(result)
                if not as_json:
                    click.echo("\n".join([reports.result_line(result), *reports.failure_lines(result)]))
    except (CallRefused, NotReachable) as error:
        raise click.ClickException(str(error)) from error
    return results


def _silent(event: StoryEvent) -> None:
    """Ignore the event."""


def _aloud(event: StoryEvent) -> None:
    click.echo(f"  {event.at}  {event.what}")


@scenario.command("list")
@click.argument("areas", metavar="[AREA]…", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
def list_(areas: tuple[str, ...], as_json: bool) -> None:
    """List the shipped scenarios by area.

    \b
    Example:
      single-window scenario list troubles
    """
    with _refusals():
        files = locating.scenario_files(areas) if areas else locating.shipped_scenarios().values()
        chosen = [read_scenario(path) for path in files]
    if as_json:
        click.echo(json.dumps([reports.scenario_json(listed) for listed in chosen], ensure_ascii=False, indent=1))
        return
    _print_listed(chosen)


def _print_listed(scenarios: Sequence[ScenarioFile]) -> None:
    language = language_of(os.environ)
    rows = [[listed.area, listed.name, listed.zh if language == "zh" else listed.en] for listed in scenarios]
    console = Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH)
    headings = [heading_in(text, language) for text in ("area 领域", "scenario 场景", "what it shows 内容")]
    console.print(fitted_table(console, headings, rows))


@scenario.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a shipped scenario, as a template for your own.

    \b
    Example:
      single-window scenario show import-released > mine.toml
    """
    with _refusals():
        (path, *_) = locating.scenario_files([name])
        click.echo(read_text(path), nl=False)
