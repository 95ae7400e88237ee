"""The customs offices of the cities that dated lists name: pilot zones of exports, pilot cities of retail import.

A row of `zone_offices.csv` has a city, its offices in the code table (four digits, or two for a whole district),
confidence (I: the office has the city's name; K: known to serve the city) and note. Some cities have no office in the
code table of about 2018, so no list can be declared there.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from declarations.confidence import Confidence

_DISTRICT_DIGITS = 2


class CityOffices(NamedTuple):
    """A city, its customs offices or districts, and the confidence in them."""

    city: str
    offices: tuple[str, ...]
    confidence: Confidence
    note: str

    @property
    def names(self) -> frozenset[str]:
        """Its name, and the same without what only says what kind of place it is."""
        return frozenset({self.city, self.city.removesuffix("全岛").removesuffix("新区")})


def cities_of(office: str) -> frozenset[str]:
    """Return the cities that an office serves; empty for an office in no row."""
    cities_by_office = _cities_by_office()
    return cities_by_office.get(office, frozenset()) | cities_by_office.get(office[:_DISTRICT_DIGITS], frozenset())


def cities_called(name: str) -> frozenset[str]:
    """Return the cities with a name; empty for a name in no row."""
    return _cities_by_name().get(name, frozenset())


@cache
def all_cities() -> tuple[CityOffices, ...]:
    """Return all cities of the table: those with pilot zones first, in the order of their admission."""
    with (Path(__file__).parent / "zone_offices.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            CityOffices(row["city"], tuple(row["offices"].split()), Confidence(row["confidence"]), row["note"])
            for row in csv.DictReader(file)
        )


@cache
def _cities_by_office() -> Mapping[str, frozenset[str]]:
    cities_by_office: dict[str, frozenset[str]] = {}
    for row in all_cities():
        for office in row.offices:
            cities_by_office[office] = cities_by_office.get(office, frozenset()) | {row.city}
    return MappingProxyType(cities_by_office)


@cache
def _cities_by_name() -> Mapping[str, frozenset[str]]:
    cities_by_name: dict[str, frozenset[str]] = {}
    for row in all_cities():
        for name in row.names:
            cities_by_name[name] = cities_by_name.get(name, frozenset()) | {row.city}
    return MappingProxyType(cities_by_name)
