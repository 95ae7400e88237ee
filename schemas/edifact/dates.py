"""Dates, times and periods by the format that their qualifier 2379 names."""

from __future__ import annotations

import re
from calendar import isleap
from functools import cache, lru_cache
from typing import NamedTuple

FORMATS = {
    "2": "ddMMyy",
    "3": "MMddyy",
    "101": "yyMMdd",
    "102": "yyyyMMdd",
    "103": "yyWWd",
    "105": "yyDDD",
    "106": "MMdd",
    "107": "DDD",
    "108": "WW",
    "109": "MM",
    "110": "dd",
    "201": "yyMMddHHmm",
    "202": "yyMMddHHmmss",
    "203": "yyyyMMddHHmm",
    "204": "yyyyMMddHHmmss",
    "205": "yyyyMMddHHmmZ",
    "301": "yyMMddHHmmz",
    "302": "yyMMddHHmmssz",
    "303": "yyyyMMddHHmmz",
    "304": "yyyyMMddHHmmssz",
    "401": "HHmm",
    "402": "HHmmss",
    "404": "HHmmssz",
    "501": "HHmm-HHmm",
    "502": "HHmmss-HHmmss",
    "602": "yyyy",
    "609": "yyMM",
    "610": "yyyyMM",
    "615": "yyWW",
    "616": "yyyyWW",
    "711": "yyyyMMdd-yyyyMMdd",
    "713": "yyMMddHHmm-yyMMddHHmm",
    "715": "yyWW-yyWW",
    "716": "yyyyWW-yyyyWW",
    "717": "yyMMdd-yyMMdd",
    "718": "yyyyMMdd-yyyyMMdd",
    "719": "yyyyMMddHHmm-yyyyMMddHHmm",
}
"""Pictures of the formats that are read: y year, M month, d day, W week, D day of the year, H hour, m minute, s second,
Z offset (`+0900`), z zone of three characters (`UTC`, `+09`). The two ends of a period stand together, or with a dash
between them."""
AMOUNTS = frozenset(("801", "802", "803", "804", "805", "806", "807", "808", "809", "810", "811", "812", "813"))
"""Formats that count years, months, weeks, days, hours … instead of naming one."""
UNREAD = frozenset(("104", "305", "306", "503", "600", "601", "603", "604", "608", "613", "614", "701", "702", "703"))
UNREAD |= {"704", "705", "706", "707", "708", "709", "710", "712", "814", "815", "816"}
"""Formats of the directory that are taken without a look at the value."""
_PART = re.compile(r"y+|M+|d+|W+|D+|H+|m+|s+|Z|z")
_OFFSETS = {"UTC": "+00:00", "GMT": "+00:00", "JST": "+09:00", "KST": "+09:00", "CET": "+01:00", "HKT": "+08:00"}
"""Zones of three letters that have one offset. `CST` has several, and summer time no name of three letters."""
_HOURS = re.compile(r"[+-]\d\d", re.ASCII)
_LONGEST = 35
"""Characters of a date (2380)."""
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CENTURY = 50
"""Years of two digits from here on are those of the last century."""


class Instant(NamedTuple):
    """The instant that a date tells: `at` in ISO 8601 as far as it goes (2026-11-20, 2026-11-20T08:00), and the offset
    if given; a zone whose name stands for several offsets is its name (`CST`)."""

    at: str
    offset: str | None = None


def is_format(form: str) -> bool:
    """Return True if the directory has a format."""
    return form in FORMATS or form in AMOUNTS or form in UNREAD


def is_date(value: str, form: str) -> bool:
    """Return True if a value is a date, time or period of a format; one that is not read takes every value."""
    return len(value) <= _LONGEST and _is_date(value, form)


@lru_cache(maxsize=8192)
def _is_date(value: str, form: str) -> bool:
    if form in UNREAD:
        return True
    if form in AMOUNTS:
        return value.isascii() and value.isdigit()
    picture = FORMATS.get(form)
    if picture is None:
        return False
    first, _, last = picture.partition("-")
    if not last:
        return _fields(value, picture) is not None
    half = len(value) // 2
    ends = value.split("-") if "-" in value else [value[:half], value[half:]]
    return len(ends) == 2 and all(_fields(end, first) is not None for end in ends)


def instant(value: str, form: str) -> Instant | None:
    """Return the day, minute or second that a value names; None for another kind of format, or no date of its format.

    Of a period the end counts.
    """
    return _instant(value, form) if len(value) <= _LONGEST else None


@lru_cache(maxsize=8192)
def _instant(value: str, form: str) -> Instant | None:
    first, _, last = FORMATS.get(form, "").partition("-")
    if not first.startswith("y") or "M" not in first or "d" not in first:
        return None
    if last:
        if not is_date(value, form):
            return None
        value = value.rpartition("-")[2] if "-" in value else value[len(value) // 2 :]
    fields = _fields(value, first)
    if fields is None:
        return None
    day = f"{_year(fields['y']):04}-{fields['M']}-{fields['d']}"
    if "H" not in fields:
        return Instant(day)
    seconds = f":{fields['s']}" if "s" in fields else ""
    return Instant(f"{day}T{fields['H']}:{fields['m']}{seconds}", _offset(fields.get("Z") or fields.get("z", "")))


def _fields(value: str, picture: str) -> dict[str, str] | None:
    """Return the parts of a value by letter of the picture; None if it does not fit, or names no day or time."""
    found, at = {}, 0
    for part, length in _parts(picture):
        text = value[at : at + length]
        at += length
        if len(text) < length or not (_zone(text) if part in "Zz" else text.isascii() and text.isdigit()):
            return None
        found[part[0]] = text
    return found if at == len(value) and _exists(found) else None


@cache
def _parts(picture: str) -> tuple[tuple[str, int], ...]:
    """Return the parts of a picture with their lengths."""
    return tuple((part, {"Z": 5, "z": 3}.get(part, len(part))) for part in _PART.findall(picture))


def _zone(text: str) -> bool:
    return bool(re.fullmatch(r"[+-]\d\d(\d\d)?|[A-Z]{3}", text, re.ASCII))


def _exists(fields: dict[str, str]) -> bool:
    numbers = {part: int(text) for part, text in fields.items() if part not in "Zz"}
    year, month = _year(fields["y"]) if "y" in fields else 2000, numbers.get("M", 1)
    if not 1 <= year <= 9999 or not 1 <= month <= 12 or not 1 <= numbers.get("d", 1) <= _days(year, month, fields):
        return False
    within = {"H": (0, 23), "m": (0, 59), "s": (0, 59), "W": (1, 53), "D": (1, 366)}
    return all(least <= numbers[part] <= most for part, (least, most) in within.items() if part in numbers)


def _days(year: int, month: int, fields: dict[str, str]) -> int:
    if "W" in fields:
        return 7
    return 29 if month == 2 and isleap(year) else _DAYS[month - 1]


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else int(text) + (1900 if int(text) >= _CENTURY else 2000)


def _offset(zone: str) -> str | None:
    if _HOURS.fullmatch(zone):
        return f"{zone}:00"
    return f"{zone[:3]}:{zone[3:]}" if len(zone) == 5 else _OFFSETS.get(zone, zone) or None
