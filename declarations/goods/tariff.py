"""Chapters and headings of the tariff, for goods codes that the register, which is an excerpt, does not have."""

from __future__ import annotations

from datetime import date

from schemas.codes import chapters

DIGITS = 10


def has_ten_digits(gcode: str) -> bool:
    """True for a goods code of ten ASCII digits."""
    return len(gcode) == DIGITS and gcode.isascii() and gcode.isdigit()


def is_in_tariff(gcode: str, day: date | None = None) -> bool:
    """True if a goods code is in a chapter of the tariff (that of a day, or any) and in a heading of it.

    The tariff has more codes than the register, so only chapter and heading are checked; no heading is 00.
    (schemas/codes/chapters.csv)
    """
    return chapters.get(gcode[:2], day) is not None and gcode[2:4] != "00"
