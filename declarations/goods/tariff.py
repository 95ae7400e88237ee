"""Headings and subheadings of the tariff, for goods codes that the register, which is an excerpt, does not have."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

DIGITS = 10
TABLE = Path(__file__).with_name("headings.csv")
SUBHEADINGS = Path(__file__).with_name("subheadings.csv")
_SHORTENED = "000000"
"""The end of a code that is shortened to its heading, as a simplified list may have it, or of a heading that has no
subheadings."""


class _Period(NamedTuple):
    """The days on which a heading, or its division, is in the tariff, inclusive."""

    since: date
    until: date

    def covers(self, day: date | None) -> bool:
        """True on one of its days; without a day True."""
        return day is None or self.since <= day <= self.until


def has_ten_digits(gcode: str) -> bool:
    """True for a goods code of ten ASCII digits."""
    return len(gcode) == DIGITS and gcode.isascii() and gcode.isdigit()


def is_in_tariff(gcode: str, day: date | None = None) -> bool:
    """True if a goods code begins with a heading and a subheading of the tariff of a day, or of any day.

    The tariff has more codes than the register, so the national digits are not checked. Subheadings are those of the
    Harmonized System, which every tariff has in full, by its editions of 2017 and 2022; before 2017, and in chapter 98,
    which is national, only the heading is. A subheading of a later edition passes on an earlier day, because the goods
    register has today's codes for every day. (declarations/goods/headings.csv, subheadings.csv)
    """
    period = _headings().get(gcode[:4])
    if period is None or not period.covers(day):
        return False
    divided = _subheadings().get(gcode[:4], ())
    if gcode[4:] == _SHORTENED or not any(of_days.covers(day) for of_days, _ in divided):
        return True
    return any(gcode[4:6] in numbers for of_days, numbers in divided if day is None or day <= of_days.until)


@cache
def _headings() -> dict[str, _Period]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            f"{row['chapter']}{number:02}": _period(row)
            for row in csv.DictReader(file, strict=True)
            for number in _numbers(row["headings"])
        }


@cache
def _subheadings() -> dict[str, list[tuple[_Period, frozenset[str]]]]:
    """Heading → the fifth and sixth digits of its subheadings, by the days on which it is divided so."""
    found: dict[str, list[tuple[_Period, frozenset[str]]]] = {}
    with SUBHEADINGS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            found.setdefault(row["heading"], []).append((_period(row), frozenset(row["subheadings"].split())))
    return found


def _period(row: dict[str, str]) -> _Period:
    since, until = row["since"] or "0001-01-01", row["until"] or "9999-12-31"
    return _Period(date.fromisoformat(since), date.fromisoformat(until))


def _numbers(ranges: str) -> Iterator[int]:
    """The numbers of ranges such as "01-07 12-15"."""
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
