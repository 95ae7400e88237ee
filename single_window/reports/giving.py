"""The options `--report` and `--junit`, and what they write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from single_window.reports.form import Report
from single_window.reports.junit import Case, cases_of, junit, write
from single_window.reports.page import html

Command = TypeVar("Command", bound=Callable[..., Any])


def files(command: Command) -> Command:
    """A command with `--report FILE` and `--junit FILE`."""
    for name, content in (
        ("--junit", "Write what became of it as JUnit XML."),
        ("--report", "Write one HTML page with plots that needs nothing else."),
    ):
        command = click.option(
            name, type=click.Path(path_type=Path, dir_okay=False), callback=_placed, metavar="FILE", help=content
        )(command)
    return command


def _placed(context: click.Context, option: click.Parameter, file: Path | None) -> Path | None:
    """A file whose folder is there: that is checked before long work, not after it."""
    if file is not None and not file.absolute().parent.is_dir():
        raise click.ClickException(f"There is no folder {file.absolute().parent} for the file of --{option.name}.")
    return file


def give(report: Report, page: Path | None, suites: Path | None, cases: Sequence[Case] | None = None) -> None:
    """Write the page and the JUnit file where they are requested; `cases` stand in for the checks of the report. Where
    the disk refuses, that is reported, and nothing half done is left."""
    if page is not None:
        _written(page, html(report))
    if suites is not None:
        _written(suites, junit(cases if cases is not None else cases_of(report)))


def _written(file: Path, data: bytes) -> None:
    try:
        write(file, data)
    except OSError as error:
        refusal = f"{file} could not be written, and is as it was before: {error.strerror or error}."
        raise click.ClickException(refusal) from None
