"""Strip plots: values of comparable lines as points on a line, for a template to draw; what they show, in words too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from declarations.money import Scaled, plain
from schemas.codes import currencies
from single_window.cases.declarations.comparable import ComparableLine, Measured, Spread
from single_window.language import phrases
from single_window.language.words import Words

WIDTH, MARGIN = 240, 8
"""Units of the drawing, and how far from its ends the outermost points stand."""
_ROUNDED = {"price": -3, "weight": -2}
"""Digits of a scaled value that are not shown: prices to 0.01, weights to 0.001 kg."""


class Strip(NamedTuple):
    """Positions from left to right, in units of the drawing."""

    points: tuple[int, ...]
    half: tuple[int, int]
    """Left end and width of the middle half."""
    median: int
    own: int
    words: Words


class ShownLineValue(NamedTuple):
    """One value of a line as a table shows it."""

    line: ComparableLine
    words: Words
    """What was measured, in which currency."""
    own: str
    count: int  # type: ignore[assignment]
    texts: tuple[str, ...]
    """Lowest, lower quartile, median, upper quartile, highest; empty: too few values."""
    lies: Words
    far: bool
    strip: Strip | None


def rows(compared: Sequence[ComparableLine]) -> tuple[ShownLineValue, ...]:
    """The values compared of a list's lines, one row for each."""
    return tuple(_row(line, measured) for line in compared for measured in line.measured)


def _row(line: ComparableLine, measured: Measured) -> ShownLineValue:
    named, own = _named(line, measured.quantity), shown(measured.own, measured.quantity)
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
    texts = tuple(shown(value, measured.quantity) for value in measured.spread[1:])
    return ShownLineValue(
        line=line,
        words=named,
        own=own,
        count=measured.spread.count,
        texts=texts,
        lies=phrases.phrase("lies", measured.lies),
        far=measured.lies.startswith("far"),
        strip=strip(line, measured, measured.spread),
    )


def shown(value: Scaled, measure: str) -> str:
    """A price or weight as people read it."""
    return plain(round(value, _ROUNDED[measure]))


def strip(line: ComparableLine, measured: Measured, among: Spread) -> Strip:
    """A drawing of a value among others, from the lowest of all to the highest."""
    low, high = min(measured.own, among.lowest), max(measured.own, among.highest)

    def place(value: Scaled) -> int:
        return MARGIN + ((value - low) * (WIDTH - 2 * MARGIN) // (high - low) if high > low else WIDTH // 2 - MARGIN)

    left = place(among.lower)
    return Strip(
        tuple(sorted({place(value) for value in measured.others})),
        (left, max(2, place(among.upper) - left)),
        place(among.median),
        place(measured.own),
        _spoken(line, measured, among),
    )


def _named(line: ComparableLine, measure: str) -> Words:
    named, currency = phrases.phrase("measured", measure), currencies.get(line.goods[2]) if measure == "price" else None
    return Words(f"{named.zh}（{currency.zh}）", f"{named.en} ({currency.en})") if currency else named


def _spoken(line: ComparableLine, measured: Measured, among: Spread) -> Words:
    drawing, named, place = (
        phrases.phrase("measured", "drawing"),
        _named(line, measured.quantity),
        phrases.phrase("lies", measured.lies),
    )
    values = {name: shown(value, measured.quantity) for name, value in among._asdict().items() if name != "count"}
    values |= {"own": shown(measured.own, measured.quantity), "count": str(among.count), "gnum": str(line.gnum)}
    return Words(
        drawing.zh.format(what=named.zh, lies=place.zh, **values),
        drawing.en.format(what=named.en, lies=place.en, **values),
    )
