"""Headings of the tariff, for goods codes that the register, which is an excerpt, does not have."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

DIGITS = 10
TABLE = Path(__file__).with_name("headings.csv")


class _Period(NamedTuple):
    """The days on which a heading is in the tariff, inclusive."""

    since: date
    until: date


def has_ten_digits(gcode: str) -> bool:
    """True for a goods code of ten ASCII digits."""
    return len(gcode) == DIGITS and gcode.isascii() and gcode.isdigit()


def is_in_tariff(gcode: str, day: date | None = None) -> bool:
    """True if a goods code begins with a heading of the tariff of a day, or of any day.

    The tariff has more codes than the register, so only the heading is checked. (declarations/goods/headings.csv)
    """
    period = _headings().get(gcode[:4])
    return period is not None and (day is None or period.since <= day <= period.until)


@cache
def _headings() -> dict[str, _Period]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            f"{row['chapter']}{number:02}": _Period(
                date.fromisoformat(row["since"] or "0001-01-01"), date.fromisoformat(row["until"] or "9999-12-31")
            )
            for row in csv.DictReader(file, strict=True)
            for number in _numbers(row["headings"])
        }


def _numbers(ranges: str) -> Iterator[int]:
    """The numbers of ranges such as "01-07 12-15"."""
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
