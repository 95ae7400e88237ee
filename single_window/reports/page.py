"""Renders a report as one self-contained HTML file: no network, no script; every value is escaped."""

from __future__ import annotations

from base64 import b64encode
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from single_window.frame.pages.plots import Plot, svg
from single_window.reports.form import KINDS, Report

MAX_LISTED = 200
"""Maximum number of findings, and of items of a check, on a page; further ones are counted. JSON has all."""


def html(report: Report) -> bytes:
    """The page of a report, in Chinese and English."""
    text = _template().render(report=report, shown=MAX_LISTED, kinds=KINDS, picture=_picture)
    return text.encode()


@cache
def _template() -> Template:
    known = Environment(
        loader=PackageLoader("single_window.reports", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return known.get_template("page.html")


def _picture(plot: Plot) -> str:
    """A plot as a data URL: such an image cannot access the page or load anything."""
    return f"data:image/svg+xml;base64,{b64encode(svg(plot)).decode()}"
