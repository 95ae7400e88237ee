"""Modes of retail import, and the customs offices at which each is open, by day (rules 1.1; readings 28 and 54).

1210 is open in the pilot cities of the day, 1239 in all other places, 9610 everywhere.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.export import zone_offices
from declarations.export.zones import find_zone_of_office
from declarations.parameters import NoValue, Parameters, UnknownParameter
from declarations.parameters.tables.clearance import ModeArea, PilotCities

EVERYWHERE, PILOT, ELSEWHERE = "everywhere", "pilot", "elsewhere"
PILOT_AREA = "modes.pilot_area"


class ModeOpening(NamedTuple):
    """The answer if a mode is open at an office, and the ids of the dated values that decide it (none for an unknown
    mode, or before its first day)."""

    open: bool
    parameter_ids: tuple[str, ...] = ()


def find_opening(trade_mode: str, customs_code: str, day: date, parameters: Parameters) -> ModeOpening:
    """Return whether a mode of retail import is open at an office on the day of acceptance.

    Raises `NoValue` if the mode exists, but the pilot cities of the day are not known (reading 4).
    """
    try:
        value = parameters.on(f"modes.{trade_mode}", day)
    except (NoValue, UnknownParameter):  # a mode does not exist before its first day
        return ModeOpening(False)
    area = value.table_as(ModeArea).area
    if area == EVERYWHERE:
        return ModeOpening(True, (value.id,))
    pilot = is_pilot(customs_code, day, parameters)
    return ModeOpening(pilot.open == (area == PILOT), (value.id, *pilot.parameter_ids))


def is_pilot(customs_code: str, day: date, parameters: Parameters) -> ModeOpening:
    """Return whether an office serves a pilot city of bonded retail import; the dated value is the one that admitted
    the city, or the latest. Raises `NoValue` before the first act that names such cities."""
    cities = zone_offices.cities_of(customs_code)
    begun_values = parameters.parameter(PILOT_AREA).values_begun_by(day)
    if not begun_values:
        raise NoValue(PILOT_AREA, day)
    for value in begun_values:
        area = value.table_as(PilotCities)
        if not cities.isdisjoint(area.cities):
            return ModeOpening(True, (value.id,))
        if area.zones and (zone := find_zone_of_office(customs_code, day, parameters)).city:
            return ModeOpening(True, (value.id, *zone.parameter_ids))
    return ModeOpening(False, (begun_values[-1].id,))
