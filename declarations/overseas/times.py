"""Times that warehouses abroad tell: an instant with the offset of its place, and its business day at home."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from declarations.parameters import Parameters

_YEARS = range(2, 9_999)
"""The years of which each instant has a day in every zone."""


class UnfitTime(ValueError):
    """Raised for a time without an offset, for one whose offset the zone does not have at that moment, and for one of
    the years 1 and 9999."""


def instant_told(text: str, zone: str) -> int:
    """Return the instant of an ISO 8601 time with offset, in milliseconds; raises `UnfitTime` unless the zone (IANA)
    has that offset then. So a time of the night that is repeated in autumn is clear, and one that is left out in spring
    is refused."""
    try:
        told, place = datetime.fromisoformat(text), _zone(zone)
        fits = told.year in _YEARS and told.tzinfo is not None
        fits = fits and told.utcoffset() == told.astimezone(place).utcoffset()
    except (ValueError, LookupError, OverflowError) as error:
        raise UnfitTime(text) from error
    if not fits:
        raise UnfitTime(text)
    return round(told.timestamp() * 1_000)


def instant_at(text: str, zone: str, name: str = "") -> int:
    """Return the instant of an ISO 8601 time by the clock of a zone (IANA), in milliseconds; raises `UnfitTime` for one
    that the clock shows twice or leaves out, which only an offset can make clear, and if the zone is not called by the
    `name` then."""
    try:
        told = datetime.fromisoformat(text).replace(tzinfo=_zone(zone))
        is_clear = told.year in _YEARS and told.utcoffset() == told.replace(fold=1).utcoffset()
        is_clear = is_clear and name in ("", told.tzname())
    except (ValueError, LookupError, OverflowError) as error:
        raise UnfitTime(text) from error
    if not is_clear:
        raise UnfitTime(text)
    return round(told.timestamp() * 1_000)


def time_in(instant: int, zone: str) -> str:
    """Return an instant as ISO 8601 with the offset that a zone has then."""
    return datetime.fromtimestamp(instant // 1_000, _zone(zone)).isoformat(timespec="seconds")


def is_zone(name: str) -> bool:
    """True for the name of a time zone (IANA)."""
    try:
        _zone(name)
    except (ValueError, LookupError):
        return False
    return True


def business_day(instant: int, today: date, law: Parameters) -> date:
    """Return the calendar day of an instant in the zone that counts for deadlines at home, by the law of `today`."""
    place = _zone(law.on("overseas.business_day", today).text)
    return datetime.fromtimestamp(instant / 1_000, place).date()


@cache
def _zone(name: str) -> ZoneInfo:
    """Raises `LookupError` or `ValueError` for a name that is none, and for one that means another zone on another
    machine."""
    if "/" not in name and name != "UTC":
        raise LookupError(name)
    try:
        return ZoneInfo(name)
    except OSError as error:  # the name of a folder
        raise LookupError(name) from error
