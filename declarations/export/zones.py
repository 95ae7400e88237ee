"""Comprehensive pilot zones: the cities that have one on a day, and the city of a zone that a company registered.

Each dated value of `export.zones` adds cities and revokes others; the values before it stay in force.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from declarations.export import zone_offices
from declarations.parameters import Parameters
from declarations.parameters.tables.clearance import PilotZones

_ZONE_NAME = re.compile(
    r"(?:中国)?[（(]?(?P<place>[^（()）]+?)市?[)）]?(?:跨境(?:电子商务|电商|贸易电子商务))?(?:综合试验区|综试区)?"
)


class Zone(NamedTuple):
    """The city of a pilot zone ("": none of the cities has one), and the ids of the dated values that decide it."""

    city: str
    parameter_ids: tuple[str, ...]


def find_zone(cities: Collection[str], day: date, parameters: Parameters) -> Zone:
    """Return the zone that one of these cities has on a day, by the value that admitted it; if there is none, by the
    value that revoked it, or the latest."""
    begun_values = parameters.parameter("export.zones").values_begun_by(day)
    admitted: dict[str, str] = {}
    revoked_by = [value.id for value in begun_values[-1:]]
    for value in begun_values:
        batch = value.table_as(PilotZones)
        for city in batch.revoked:
            if admitted.pop(city, None):
                revoked_by = [value.id]
        admitted |= {city: value.id for city in batch.cities if city in cities}
    for city, value_id in admitted.items():
        return Zone(city, (value_id,))
    return Zone("", tuple(revoked_by))


def find_zone_of_office(customs_code: str, day: date, parameters: Parameters) -> Zone:
    """Return the zone whose customs an office is on a day."""
    return find_zone(zone_offices.cities_of(customs_code), day, parameters)


def find_registered_zone(name: str, day: date, parameters: Parameters) -> Zone:
    """Return the zone with a name on a day: the name of its city, alone or as in 中国（青岛）跨境电子商务综合试验区."""
    return find_zone(set(_cities_named(name.strip())), day, parameters)


def _cities_named(name: str) -> Iterator[str]:
    if found := _ZONE_NAME.fullmatch(name):
        yield from zone_offices.cities_called(found["place"])
