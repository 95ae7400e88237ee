"""Limits and values of laboratory reports, as laboratories write them: `≤0.2`, `3.0-7.5`, `不得检出`; `0.3`, `<0.05`,
`未检出`. A limit or a value that cannot be read says nothing."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple
from unicodedata import category, normalize

_NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?"
_LEAST, _MOST = Decimal("-Infinity"), Decimal("Infinity")
_AT_MOST, _AT_LEAST = ("≤", "≦", "⩽", "≯", "<=", "=<"), ("≥", "≧", "⩾", "≮", ">=", "=>")
_COMPARED = re.compile(rf"([<>]=?|=[<>]|[≤≦⩽≯≥≧⩾≮]|)\s*({_NUMBER})")
_BETWEEN = re.compile(rf"({_NUMBER})\s*(?:-|~|–|—|−|至|到)\s*({_NUMBER})")
_NONE = re.compile(
    r"(?:不得检出|不应检出|不可检出|未检出|阴性|not detected|n\.?d\.?|negative|absent)(?:\s*[/(].*)?", re.IGNORECASE
)
"""Nothing of it; behind it may stand in how much (`/25g`), or from where on it would be found."""


class Span(NamedTuple):
    """The numbers that a text stands for; `open_low`, `open_high`: without that end itself."""

    low: Decimal
    high: Decimal
    open_low: bool = False
    open_high: bool = False

    def holds(self, other: Span) -> bool:
        """True if all numbers of another span are in this one."""
        low = other.low > self.low or (other.low == self.low and (other.open_low or not self.open_low))
        high = other.high < self.high or (other.high == self.high and (other.open_high or not self.open_high))
        return low and high

    def misses(self, other: Span) -> bool:
        """True if no number of another span is in this one."""
        touch = self.open_low or other.open_high
        touched = self.open_high or other.open_low
        below = other.high < self.low or (other.high == self.low and touch)
        return below or other.low > self.high or (other.low == self.high and touched)


NOTHING = Span(Decimal(0), Decimal(0))


def limit_of(text: str, unit: str = "") -> Span | None:
    """Return what a limit allows; without a sign a number is the most. None if it cannot be read."""
    plain = _plain(text, unit)
    if plain is not None and (between := _BETWEEN.fullmatch(plain)):
        low, high = map(Decimal, between.groups())
        return Span(low, high) if low <= high else None
    return _span(plain, Span(_LEAST, _MOST))


def value_of(text: str, unit: str = "") -> Span | None:
    """Return what a value can be; a number without a sign is itself, `<0.05` lies below that and not below zero. None
    if it cannot be read."""
    plain = _plain(text, unit)
    if plain is not None and re.fullmatch(_NUMBER, plain):
        return Span(Decimal(plain), Decimal(plain))
    return _span(plain, Span(Decimal(0), _MOST))


def _plain(text: str, unit: str) -> str | None:
    """A text in plain characters without the unit behind it; None with such as stand for a power (10⁴)."""
    if any(category(character) == "No" for character in text):
        return None
    plain, unit = normalize("NFKC", text).strip(), normalize("NFKC", unit).strip()
    return plain.removesuffix(unit).rstrip() if unit and not unit[0].isdigit() else plain


def _span(plain: str | None, whole: Span) -> Span | None:
    if plain is None:
        return None
    if _NONE.fullmatch(plain):
        return NOTHING
    compared = _COMPARED.fullmatch(plain)
    if compared is None:
        return None
    sign, number = compared.group(1), Decimal(compared.group(2))
    if sign in _AT_LEAST or sign == ">":
        return Span(number, whole.high, open_low=sign == ">")
    return Span(whole.low, number, open_high=sign == "<")
