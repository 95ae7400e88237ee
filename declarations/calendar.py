"""Instants (integers, milliseconds since the epoch) and days (`date`, of Asia/Shanghai), and their text forms."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_SPAN = re.compile(r"(\d{1,9})([smhd])", re.ASCII)
_DURATION = re.compile(r"P(?!$)(?:(\d{1,9})D)?(?:T(?!$)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?", re.ASCII)
_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_STAMP = 14
_EPOCH = datetime(1970, 1, 1)
_FIRST_DAY = date(1970, 1, 1)


def local_time_of(instant: int) -> datetime:
    """Return an instant as date and time of Asia/Shanghai."""
    return datetime.fromtimestamp(instant / 1000, SHANGHAI)


def day_of(instant: int) -> date:
    """Return the calendar day of an instant in Asia/Shanghai."""
    return _day_of_number((instant + 8 * HOUR) // DAY)


@lru_cache(maxsize=4096)
def _day_of_number(days: int) -> date:
    return _FIRST_DAY + timedelta(days=days)


def instant_of(day: date, hour: int = 0) -> int:
    """Return the instant at which an hour of a day begins in Asia/Shanghai."""
    return (day - _FIRST_DAY).days * DAY + (hour - 8) * HOUR


def end_of_term(start: int, days: int) -> int:
    """Return the last instant of a term of so many days: the day on which it starts does not count, and the last day
    counts whole. (民法典, articles 201 and 203)"""
    return instant_of(day_of(start)) + (days + 1) * DAY - 1


def last_start_of_ended_term(now: int, days: int) -> int:
    """Return the last instant such that a term of so many days that started there has ended by now."""
    return instant_of(day_of(now)) - days * DAY - 1


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day if it has no such day (reading 5)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def stamp17(instant: int) -> str:
    """Format as yyyyMMddHHmmssSSS, like `returnTime`."""
    moment = _EPOCH + timedelta(milliseconds=instant + 8 * HOUR)
    return f"{moment:%Y%m%d%H%M%S}{instant % 1000:03d}"


def stamp14(instant: int) -> str:
    """Format as yyyyMMddHHmmss, like `appTime`."""
    return stamp17(instant)[:14]


def instant_of_stamp(text: str) -> int | None:
    """Parse yyyyMMddHHmmss, a time of Asia/Shanghai; None for any other text and for times before 1970."""
    try:
        told = datetime.strptime(text, "%Y%m%d%H%M%S") if len(text) == _STAMP else _EPOCH
    except ValueError:
        return None
    return (told - _EPOCH) // timedelta(milliseconds=1) - 8 * HOUR if told.date() > _FIRST_DAY else None


def utc_text(instant: int) -> str:
    """Format as ISO 8601 in UTC, for logs and JSON."""
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def span_of(text: str) -> int | None:
    """Parse a span like 30s, 90m, 36h, 2d or an ISO 8601 duration like PT2H to milliseconds; None if it is neither."""
    if match := _SPAN.fullmatch(text):
        return int(match[1]) * _UNITS[match[2]]
    if match := _DURATION.fullmatch(text):
        return sum(
            int(count or 0) * unit for count, unit in zip(match.groups(), (DAY, HOUR, 60 * SECOND, SECOND), strict=True)
        )
    return None
