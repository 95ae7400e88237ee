"""The options `--report` and `--junit`, and their output files."""

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
    """Decorator: add `--report FILE` and `--junit FILE` to a command."""
    for name, content in (
        ("--junit", "Write what became of it as JUnit XML."),
        ("--report", "Write one HTML page with plots that needs nothing else."),
    ):
        command = click.option(
            name, type=click.Path(path_type=Path, dir_okay=False), callback=_placed, metavar="FILE", help=content
        )(command)
    return command


def _placed(context: click.Context, option: click.Parameter, file: Path | None) -> Path | None:
    """Check that the file's folder exists, before the command's work begins."""
    if file is not None and not file.absolute().parent.is_dir():
        raise click.ClickException(f"There is no folder {file.absolute().parent} for the file of --{option.name}.")
    return file


def give(report: Report, page: Path | None, suites: Path | None, cases: Sequence[Case] | None = None) -> None:
    """Write the HTML page and the JUnit file if requested; `cases` replace the report's checks. Files are written
    atomically; errors are reported."""
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
