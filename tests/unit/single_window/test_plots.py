"""Plots drawn on the server hold what they show, no script, nothing from elsewhere, and say themselves in words."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from lxml import etree

from single_window.frame.pages import plots
from single_window.frame.pages.plots import Plot
from tests.tables import each

SVG = "{http://www.w3.org/2000/svg}"
AGES = Plot("Waiting: 审单 3 <now>", ["审单", "Inspection"], {"under 1": [2, 0], "1–2": [1, 4]}, True, True)
PLOTS = [
    AGES,
    AGES._replace(stacked=False),
    AGES._replace(lying=False),
    Plot("none", [], {"a": []}),
    Plot("hours", [str(hour) for hour in range(24)], {"in": [0] * 24, "out": [7] * 24}),
]


@each("plot", PLOTS)
def test_a_plot_has_no_script_and_no_external_reference(plot: Plot) -> None:
    picture = plots.draw_svg(plot)
    root = etree.fromstring(picture)
    assert {etree.QName(row).localname for row in root.iter(etree.Element)} <= {
        "svg",
        "title",
        "defs",
        "style",
        "g",
        "rect",
        "path",
        "text",
    }
    assert not re.search(
        rb"https?:|url\(|@import|href|\son\w+=|style=\"",
        picture.replace(b"http://www.w3.org/2000/svg", b"").replace(b"http://www.w3.org/1999/xlink", b""),
    )
    assert picture == plots.draw_svg(plot), "the same numbers give the same picture"


@each("plot", PLOTS)
def test_a_plot_says_itself_and_names_its_labels_and_series(plot: Plot) -> None:
    root = etree.fromstring(plots.draw_svg(plot))
    assert [row.text for row in root.iter(f"{SVG}title")] == [plot.caption]
    texts = {row.text for row in root.iter(f"{SVG}text")}
    assert {*plot.labels} <= texts
    assert {*plot.series} <= texts or not plot.labels


def test_bars_that_lie_stand_in_the_order_of_their_labels() -> None:
    root = etree.fromstring(plots.draw_svg(AGES))
    heights = {row.text: float(row.get("y", "")) for row in root.iter(f"{SVG}text")}
    assert heights["审单"] < heights["Inspection"]


def test_a_plot_is_allowed_its_own_style_and_nothing_else() -> None:
    answer = plots.svg_response(plots.draw_svg(AGES))
    style = etree.fromstring(answer.data).findtext(f".//{SVG}style")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    assert answer.mimetype == "image/svg+xml" and "prefers-color-scheme:dark" in style


@each(
    ("top", "lines"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (6, [0, 1, 2, 3, 4, 5, 6]),
        (7, [0, 2, 4, 6, 8]),
        (13, [0, 5, 10, 15]),
        (100, [0, 20, 40, 60, 80, 100]),
        (12_345, [0, 5_000, 10_000, 15_000]),
    ],
)
def test_a_scale_has_few_whole_numbers_and_reaches_the_top(top: int, lines: list[int]) -> None:
    assert plots.choose_scale(top) == lines


@each(
    ("text", "short"), [("short", "short"), ("one two three", "one two th…"), ("价格申报不实", "价格申报不…"), ("", "")]
)
def test_a_long_label_is_cut_by_the_room_that_it_takes(text: str, short: str) -> None:
    assert plots.shorten(text, 10) == short


def contrast(value: str, other: str) -> float:
    """The contrast of two colours, as WCAG 2 counts it: from 1 to 21."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(part * share for part, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))

    bright, dim = sorted((light(value), light(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_colours_stand_out_from_the_paper_in_light_and_in_dark() -> None:
    style = etree.fromstring(plots.draw_svg(AGES)).findtext(f".//{SVG}style")
    schemes = re.findall(r":root\s*{([^}]*)}", style)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+):\s*(#[0-9a-f]+)", scheme.replace("#fff;", "#ffffff;")))
        assert set(colours) == {"paper", "quiet", "ink", *plots.INKS}
        assert min(contrast(colours[name], colours["paper"]) for name in ("ink", *plots.INKS)) >= 4.5
        assert contrast(colours["quiet"], colours["paper"]) >= 3
