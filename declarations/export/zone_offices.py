"""The customs offices of the cities with pilot zones for cross-border e-commerce.

A row of `zone_offices.csv` has a city, its offices in the code table (four digits, or two for a whole district),
confidence (I: the office has the city's name; K: known to serve the city) and note. Some cities have no office in the
code table of about 2018, so no list can be declared in their zones.
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


class ZoneCity(NamedTuple):
    """A city with a pilot zone, its customs offices or districts, and the confidence in them."""

    city: str
    offices: tuple[str, ...]
    confidence: Confidence
    note: str


def cities_of(office: str) -> frozenset[str]:
    """Return the cities that an office serves; empty for an office in no row."""
    cities_by_office = _cities_by_office()
    return cities_by_office.get(office, frozenset()) | cities_by_office.get(office[:_DISTRICT_DIGITS], frozenset())


@cache
def zone_cities() -> tuple[ZoneCity, ...]:
    """Return all cities with pilot zones, in the order of their admission."""
    with (Path(__file__).parent / "zone_offices.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            ZoneCity(row["city"], tuple(row["offices"].split()), Confidence(row["confidence"]), row["note"])
            for row in csv.DictReader(file)
        )


@cache
def _cities_by_office() -> Mapping[str, frozenset[str]]:
    cities_by_office: dict[str, frozenset[str]] = {}
    for row in zone_cities():
        for office in row.offices:
            cities_by_office[office] = cities_by_office.get(office, frozenset()) | {row.city}
    return MappingProxyType(cities_by_office)
