"""The options `--report` and `--junit`, and their output files: JUnit XML, and one HTML page that needs no network and
no script; every value in it is escaped.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import click
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from single_window.frame.pages.plots import Plot, draw_svg
from single_window.reports.form import KINDS, Report
from single_window.reports.junit import Case, cases_of, junit_document, write

MAX_LISTED = 200
"""Maximum number of findings, and of items of a check, on a page; further ones are counted. JSON has all."""


def render_html(report: Report) -> bytes:
    """The page of a report, in Chinese and English."""
    text = _template().render(report=report, shown=MAX_LISTED, kinds=KINDS, picture=_draw_plot)
    return text.encode()


@cache
def _template() -> Template:
    known = Environment(
        loader=PackageLoader("single_window.reports", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return known.get_template("page.html")


def _draw_plot(plot: Plot) -> str:
    """A plot as a data URL: such an image cannot access the page or load anything."""
    return f"data:image/svg+xml;base64,{b64encode(draw_svg(plot)).decode()}"


Command = TypeVar("Command", bound=Callable[..., Any])


def report_options(command: Command) -> Command:
    """Decorator: add `--report FILE` and `--junit FILE` to a command."""
    for name, content in (
        ("--junit", "Write what became of it as JUnit XML."),
        ("--report", "Write one HTML page with plots that needs nothing else."),
    ):
        command = click.option(
            name, type=click.Path(path_type=Path, dir_okay=False), callback=_check_place, metavar="FILE", help=content
        )(command)
    return command


def _check_place(context: click.Context, option: click.Parameter, file: Path | None) -> Path | None:
    """Check that the file's folder exists, before the command's work begins."""
    if file is not None and not file.absolute().parent.is_dir():
        raise click.ClickException(f"There is no folder {file.absolute().parent} for the file of --{option.name}.")
    return file


def write_reports(report: Report, page: Path | None, suites: Path | None, cases: Sequence[Case] | None = None) -> None:
    """Write the HTML page and the JUnit file if requested; `cases` replace the report's checks. Files are written
    atomically; errors are reported."""
    if page is not None:
        _write_file(page, render_html(report))
    if suites is not None:
        _write_file(suites, junit_document(cases if cases is not None else cases_of(report)))


def _write_file(file: Path, data: bytes) -> None:
    try:
        write(file, data)
    except OSError as error:
        refusal = f"{file} could not be written, and is as it was before: {error.strerror or error}."
        raise click.ClickException(refusal) from None
