"""A report as one HTML file that needs nothing else: no network, no script; every value is escaped."""

from __future__ import annotations

from base64 import b64encode
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from single_window.frame.pages.plots import Plot, svg
from single_window.reports.form import KINDS, Report

SHOWN = 200
"""Findings that a page lists, and items that a check lists; of more it gives the number. Programs get all."""


def html(report: Report) -> bytes:
    """The page of a report, in Chinese and English."""
    text = _template().render(report=report, shown=SHOWN, kinds=KINDS, picture=_picture)
    return text.encode()


@cache
def _template() -> Template:
    known = Environment(
        loader=PackageLoader("single_window.reports", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return known.get_template("page.html")


def _picture(plot: Plot) -> str:
    """A plot as an address that holds it: a picture can neither reach the page nor load anything."""
    return f"data:image/svg+xml;base64,{b64encode(svg(plot)).decode()}"
