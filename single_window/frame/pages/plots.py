"""Plots as SVG, drawn here by pygal: without scripts, fonts or anything else from elsewhere, in light and in dark."""

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
ROOM = 30
"""Columns of a label at most."""
STEPS = 6
"""Lines of a scale at most, above its zero."""
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
"""Each stands out from the paper of the pages by at least 4.5 to 1, the lines of the scale by less."""
_LOOK = dict(
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
    """Bars: numbers of some series (at most four) over labels, side by side or `stacked`, upright or `lying`.

    `caption` is the same in words; `inks` are the colours of the series, where their order in `INKS` is not meant."""

    caption: str
    labels: Sequence[str]
    series: Mapping[str, Sequence[int]]
    stacked: bool = False
    lying: bool = False
    inks: tuple[str, ...] = INKS


def cut(text: str, room: int = ROOM) -> str:
    """A label that leaves room for its bar: a text of so many columns at most; what Chinese writes takes two."""
    taken = 0
    for place, letter in enumerate(text):
        taken += 2 if east_asian_width(letter) in "WF" else 1
        if taken > room:
            return f"{text[:place]}…"
    return text


def svg(plot: Plot) -> bytes:
    """The picture of a plot."""
    kind = {
        (False, False): pygal.Bar,
        (True, False): pygal.StackedBar,
        (False, True): pygal.HorizontalBar,
        (True, True): pygal.HorizontalStackedBar,
    }[plot.stacked, plot.lying]
    columns = list(zip(*plot.series.values(), strict=True))
    top = max((sum(column) if plot.stacked else max(column) for column in columns), default=0)
    # a picture of a page has no ids to keep apart, and a random one would make every picture another
    chart = kind(
        style=Style(**_LOOK, colors=tuple(f"var(--{ink})" for ink in plot.inks)),
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
        y_labels=scale(top),
        value_formatter=lambda value: f"{value:.0f}",
    )
    order = -1 if plot.lying else 1  # bars that lie are drawn from below
    chart.x_labels = list(plot.labels)[::order]
    for name, numbers in plot.series.items():
        chart.add(name, list(numbers)[::order])
    return _cleaned(chart.render(), plot.caption)


def scale(top: int) -> list[int]:
    """Whole numbers from 0 to the top or above it, in steps of 1, 2 or 5 times a power of ten."""
    step = next(
        size for power in range(19) for size in (10**power, 2 * 10**power, 5 * 10**power) if size * STEPS >= top
    )
    return list(range(0, max(top, 1) + step, step))


def answer(picture: bytes) -> Response:
    """A picture with a policy of its own: its one style by the hash of it, and nothing else."""
    from flask import Response  # reports draw plots, too, and answer nobody

    style = etree.fromstring(picture).findtext(f".//{_SVG}style") or ""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return Response(
        picture,
        mimetype="image/svg+xml",
        headers={"Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"},
    )


def _cleaned(drawn: bytes, words: str) -> bytes:
    """The SVG without what pygal adds for its script and about itself; the title is the plot's caption."""
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
