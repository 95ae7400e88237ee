"""The cities that a customs office serves, as far as the pilot zones of cross-border e-commerce need them.

The rows stand in `zone_offices.csv`: a city of a pilot zone, its offices in the code table (four digits, or two for a
whole district), confidence and note. I: the office bears the name of the city; K: known to serve it. A city without
offices has none in the code table of about 2018, so no list can be declared in its zone here.
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
    """A city of a pilot zone, its customs offices or districts, and the confidence that they are the right ones."""

    city: str
    offices: tuple[str, ...]
    confidence: Confidence
    note: str


def cities(office: str) -> frozenset[str]:
    """The cities that an office serves; empty for one that no row names."""
    named = _cities_by_office()
    return named.get(office, frozenset()) | named.get(office[:_DISTRICT_DIGITS], frozenset())


@cache
def rows() -> tuple[ZoneCity, ...]:
    """Every city of a pilot zone, in the order of the batches."""
    with (Path(__file__).parent / "zone_offices.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            ZoneCity(row["city"], tuple(row["offices"].split()), Confidence(row["confidence"]), row["note"])
            for row in csv.DictReader(file)
        )


@cache
def _cities_by_office() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for row in rows():
        for office in row.offices:
            found[office] = found.get(office, frozenset()) | {row.city}
    return MappingProxyType(found)
