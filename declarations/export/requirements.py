"""Dated requirements of an export besides its list: collection, filed warehouse, pilot zone (rules 2.1, 2.2)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.districts import reaches
from declarations.export import zone_offices
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import Cities

REQUIRED = "required"


class Requirement(NamedTuple):
    """Whether a requirement applies on a day, and the ids of the dated values that decide it (none before the
    first)."""

    applies: bool
    parameters: tuple[str, ...] = ()


def collection(day: date, parameters: Parameters) -> Requirement:
    """Return whether a list accepted on a day needs a collection document (403)."""
    return _required("export.collection_document", day, parameters)


def warehouse_filing(day: date, parameters: Parameters) -> Requirement:
    """Return whether a company that exports by 9810 must have filed its overseas-warehouse business."""
    return _required("export.warehouse_filing", day, parameters)


def pilot_zone(customs_code: str, day: date, parameters: Parameters) -> Requirement:
    """Return whether an office is in a comprehensive pilot zone; the dated value is the batch of zones that admitted
    its city, or the latest batch if none did."""
    begun = parameters.parameter("export.zones").begun(day)
    cities = zone_offices.cities(customs_code)
    admitted = [value for value in begun if not cities.isdisjoint(value.read(Cities).cities)]
    deciding = admitted[:1] or begun[-1:]
    return Requirement(bool(admitted), tuple(value.id for value in deciding))


def inspected_before_loading(customs_code: str, day: date, parameters: Parameters) -> Requirement:
    """Return whether consolidated exports of an office may be inspected before they are loaded."""
    try:
        value = parameters.on("export.inspect_before_loading", day)
    except NoValue:
        return Requirement(False)
    return Requirement(reaches(value, customs_code), (value.id,))


def _required(name: str, day: date, parameters: Parameters) -> Requirement:
    try:
        value = parameters.on(name, day)
    except NoValue:
        return Requirement(False)
    return Requirement(value.text == REQUIRED, (value.id,))
