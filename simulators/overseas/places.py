"""The warehouses that are simulated, their holidays, and the nights in which their clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays


class OverseasWarehouse(NamedTuple):
    """A warehouse: its code, country, land (of which holidays depend), time zone, and the currency of its sales, with
    the decimals of its prices, the rate of tax in them and the number of the packaging register."""

    code: str
    country: str
    two_letters: str
    land: str | None
    zone: str
    currency: str
    decimals: int
    vat: int
    register: str = ""


WAREHOUSES = (
    OverseasWarehouse(
        "HAM01", "DEU", "DE", "HH", "Europe/Berlin", "EUR", decimals=2, vat=19, register="DE1234567890123"
    ),
    OverseasWarehouse("TYO01", "JPN", "JP", None, "Asia/Tokyo", "JPY", decimals=0, vat=10),
    OverseasWarehouse("SEL01", "KOR", "KR", None, "Asia/Seoul", "KRW", decimals=0, vat=10),
)
"""One in each of three countries; names and numbers are synthetic."""


def opens_on(place: OverseasWarehouse, day: date) -> date:
    """Return the first day from a day on at which a warehouse works: no Sunday, and no holiday of its land."""
    while day.isoweekday() == 7 or day in _holidays(place.two_letters, place.land):
        day += timedelta(days=1)
    return day


@cache
def _holidays(country: str, land: str | None) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=land)


def time_at(place: OverseasWarehouse, day: date, hour: int, minute: int = 0) -> str:
    """Return a time of a warehouse's day as ISO 8601 with its offset. An hour that is left out in spring is told as the
    next one that exists."""
    zone = ZoneInfo(place.zone)
    told = datetime.combine(day, time(hour, minute), zone)
    return told.astimezone(UTC).astimezone(zone).isoformat(timespec="seconds")


def changes_clocks(place: OverseasWarehouse, day: date) -> bool:
    """True if the offset of a warehouse's zone changes on a day."""
    zone = ZoneInfo(place.zone)
    begins, ends = (datetime.combine(at, time(), zone) for at in (day, day + timedelta(days=1)))
    return begins.utcoffset() != ends.utcoffset()


def twice_half_past_two(place: OverseasWarehouse, day: date) -> tuple[str, str]:
    """Return half past two of a night before and after the clocks are set back; the same time twice if they are not."""
    zone = ZoneInfo(place.zone)
    told = [datetime.combine(day, time(2, 30, fold=fold), zone).astimezone(UTC) for fold in (0, 1)]
    is_twice = told[0] != told[1] and {at.astimezone(zone).hour for at in told} == {2}
    first, second = (at.astimezone(zone).isoformat(timespec="seconds") for at in (told if is_twice else told[:1] * 2))
    return first, second
