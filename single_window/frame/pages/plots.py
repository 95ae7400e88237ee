"""Plots as SVG, drawn by pygal: without scripts, fonts or other external resources, for light and dark mode.

A library that draws in the browser would need scripts, and matplotlib brings 60 MB. What pygal adds for a script of its
own is taken out; exact numbers stand in the table below a plot.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import east_asian_width

import pygal
from lxml import etree
from pygal.style import Style

if TYPE_CHECKING:
    from flask import Response

_SVG = "{http://www.w3.org/2000/svg}"
WIDTH, HEIGHT = 640, 320
MAX_LABEL_WIDTH = 30
"""Maximum width of a label in characters."""
MAX_STEPS = 6
"""Maximum number of lines of a scale, without zero."""
INKS = ("one", "two", "three", "four")
"""Names of the colours of series."""
_COLOURS = """
:root { --paper: #fff; --ink: #1b2430; --quiet: #8a94a0;
  --one: #0b5394; --two: #11632f; --three: #a85a00; --four: #9c1c1c; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181d; --ink: #e6eaef; --quiet: #6c7885;
    --one: #8cc2ff; --two: #7fd69a; --three: #ffb566; --four: #ff9c94; } }
.bar rect { stroke: var(--paper); }
"""
"""Each has a contrast of at least 4.5 to 1 with the page's background, except the lines of the scale."""
_STYLE = dict(
    background="transparent",
    plot_background="transparent",
    foreground="var(--ink)",
    foreground_strong="var(--ink)",
    foreground_subtle="var(--quiet)",
    guide_stroke_color="var(--quiet)",
    major_guide_stroke_color="var(--quiet)",
    value_colors=("var(--ink)",) * len(INKS),
    opacity="1",
    transition="0s",
    font_family='system-ui, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif',
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=14,
    no_data_font_size=20,
)


class Plot(NamedTuple):
    """A bar plot of up to four series over labels, side by side or `stacked`, vertical or horizontal (`lying`).

    `caption` describes it in words; `inks` are the colours of the series."""

    caption: str
    labels: Sequence[str]
    series: Mapping[str, Sequence[int]]
    stacked: bool = False
    lying: bool = False
    inks: tuple[str, ...] = INKS


def shorten(text: str, width: int = MAX_LABEL_WIDTH) -> str:
    """Shorten a label to `width` columns; Chinese characters take two."""
    used = 0
    for place, letter in enumerate(text):
        used += 2 if east_asian_width(letter) in "WF" else 1
        if used > width:
            return f"{text[:place]}…"
    return text


def draw_svg(plot: Plot) -> bytes:
    """Return the SVG of a plot."""
    kind = {
        (False, False): pygal.Bar,
        (True, False): pygal.StackedBar,
        (False, True): pygal.HorizontalBar,
        (True, True): pygal.HorizontalStackedBar,
    }[plot.stacked, plot.lying]
    columns = list(zip(*plot.series.values(), strict=True))
    top = max((sum(column) if plot.stacked else max(column) for column in columns), default=0)
    # no_prefix: a random id would make every image different
    chart = kind(
        style=Style(**_STYLE, colors=tuple(f"var(--{ink})" for ink in plot.inks)),
        css=["file://style.css", "file://graph.css", f"inline:{_COLOURS}"],
        js=[],
        no_prefix=True,
        width=WIDTH,
        height=HEIGHT,
        margin=8,
        legend_at_bottom=True,
        truncate_label=-1,
        truncate_legend=-1,
        title=None,
        y_labels=choose_scale(top),
        value_formatter=lambda value: f"{value:.0f}",
    )
    order = -1 if plot.lying else 1  # horizontal bars are drawn from below
    chart.x_labels = list(plot.labels)[::order]
    for name, numbers in plot.series.items():
        chart.add(name, list(numbers)[::order])
    return _clean_svg(chart.render(), plot.caption)


def choose_scale(top: int) -> list[int]:
    """Return the integers of a scale from 0 to at least `top`, in steps of 1, 2 or 5 times a power of ten."""
    step = next(
        size for power in range(19) for size in (10**power, 2 * 10**power, 5 * 10**power) if size * MAX_STEPS >= top
    )
    return list(range(0, max(top, 1) + step, step))


def svg_response(picture: bytes) -> Response:
    """Return a response with an image and a content security policy that allows only its style, by hash."""
    from flask import Response  # imported late: reports draw plots without Flask

    style = etree.fromstring(picture).findtext(f".//{_SVG}style") or ""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return Response(
        picture,
        mimetype="image/svg+xml",
        headers={"Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"},
    )


def _clean_svg(drawn: bytes, words: str) -> bytes:
    """Remove pygal's elements for scripts and comments from the SVG, and set the title to the caption."""
    root = etree.fromstring(drawn)
    for node in [*root.iter(f"{_SVG}script", f"{_SVG}desc", etree.Comment), *root.iterfind(".//*[@class='tooltip']")]:
        node.getparent().remove(node)
    for title in root.iterfind(f".//{_SVG}title"):
        title.getparent().remove(title)
    title = etree.Element(f"{_SVG}title")
    title.text = words
    root.insert(0, title)
    root.set("role", "img")
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))
