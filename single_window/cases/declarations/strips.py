"""Strip plots of comparable lines: positions for a template to draw, and a description in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from declarations.money import Scaled, amount_text
from schemas.codes import currencies
from single_window.cases.declarations.comparable import ComparableLine, Measured, Spread
from single_window.language import phrases
from single_window.language.words import Words

WIDTH, MARGIN = 240, 8
"""Width of the drawing, and the distance of the outermost points from its ends, in its units."""
_ROUNDED = {"price": -3, "weight": -2}
"""Digits to round a scaled value to: prices to 0.01, weights to 0.001 kg."""


class Strip(NamedTuple):
    """Positions from left to right, in units of the drawing."""

    points: tuple[int, ...]
    half: tuple[int, int]
    """Left end and width of the interquartile range."""
    median: int
    own: int
    words: Words


class ShownLineValue(NamedTuple):
    """One compared value of a line, as a row of a table."""

    line: ComparableLine
    words: Words
    """The measured quantity and its currency."""
    own: str
    count: int  # type: ignore[assignment]
    texts: tuple[str, ...]
    """Minimum, lower quartile, median, upper quartile, maximum; empty: too few values."""
    lies: Words
    far: bool
    strip: Strip | None


def shown_lines(compared: Sequence[ComparableLine]) -> tuple[ShownLineValue, ...]:
    """Return one row for each compared value of a list's lines."""
    return tuple(_shown_line(line, measured) for line in compared for measured in line.measured)


def _shown_line(line: ComparableLine, measured: Measured) -> ShownLineValue:
    named, own = _measure_name(line, measured.quantity), value_text(measured.own, measured.quantity)
    if measured.spread is None:
        return ShownLineValue(
            line=line,
            words=named,
            own=own,
            count=len(measured.others),
            texts=(),
            lies=phrases.phrase("lies", "unknown"),
            far=False,
            strip=None,
        )
    texts = tuple(value_text(value, measured.quantity) for value in measured.spread[1:])
    return ShownLineValue(
        line=line,
        words=named,
        own=own,
        count=measured.spread.count,
        texts=texts,
        lies=phrases.phrase("lies", measured.lies),
        far=measured.lies.startswith("far"),
        strip=draw_strip(line, measured, measured.spread),
    )


def value_text(value: Scaled, measure: str) -> str:
    """Return a price or weight as text, rounded."""
    return amount_text(round(value, _ROUNDED[measure]))


def draw_strip(line: ComparableLine, measured: Measured, among: Spread) -> Strip:
    """Return the drawing of a value among others, scaled from the lowest to the highest of all."""
    low, high = min(measured.own, among.lowest), max(measured.own, among.highest)

    def position(value: Scaled) -> int:
        return MARGIN + ((value - low) * (WIDTH - 2 * MARGIN) // (high - low) if high > low else WIDTH // 2 - MARGIN)

    left = position(among.lower)
    return Strip(
        tuple(sorted({position(value) for value in measured.others})),
        (left, max(2, position(among.upper) - left)),
        position(among.median),
        position(measured.own),
        _strip_words(line, measured, among),
    )


def _measure_name(line: ComparableLine, measure: str) -> Words:
    named, currency = phrases.phrase("measured", measure), currencies.get(line.goods[2]) if measure == "price" else None
    return Words(f"{named.zh}（{currency.zh}）", f"{named.en} ({currency.en})") if currency else named


def _strip_words(line: ComparableLine, measured: Measured, among: Spread) -> Words:
    drawing, named, place = (
        phrases.phrase("measured", "drawing"),
        _measure_name(line, measured.quantity),
        phrases.phrase("lies", measured.lies),
    )
    values = {name: value_text(value, measured.quantity) for name, value in among._asdict().items() if name != "count"}
    values |= {"own": value_text(measured.own, measured.quantity), "count": str(among.count), "gnum": str(line.gnum)}
    return Words(
        drawing.zh.format(what=named.zh, lies=place.zh, **values),
        drawing.en.format(what=named.en, lies=place.en, **values),
    )
