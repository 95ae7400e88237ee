"""Dated requirements of an export besides its list: collection, filed warehouse, pilot zone (rules 2.1, 2.2)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.districts import applies_to
from declarations.export.zones import find_zone_of_office
from declarations.parameters import NoValue, Parameters

REQUIRED = "required"


class Requirement(NamedTuple):
    """The answer if a requirement applies on a day, and the ids of the dated values that decide it (none before the
    first)."""

    applies: bool
    parameter_ids: tuple[str, ...] = ()


def collection_requirement_on(day: date, parameters: Parameters) -> Requirement:
    """Return whether a list accepted on a day needs a collection document (403)."""
    return _requirement_on("export.collection_document", day, parameters)


def warehouse_requirement_on(day: date, parameters: Parameters) -> Requirement:
    """Return whether a company that exports by 9810 must have filed its overseas-warehouse business."""
    return _requirement_on("export.warehouse_filing", day, parameters)


def zone_requirement_of(customs_code: str, day: date, parameters: Parameters) -> Requirement:
    """Return whether an office is in a comprehensive pilot zone."""
    zone = find_zone_of_office(customs_code, day, parameters)
    return Requirement(bool(zone.city), zone.parameter_ids)


def inspection_requirement_of(customs_code: str, day: date, parameters: Parameters) -> Requirement:
    """Return whether consolidated exports of an office may be inspected before they are loaded."""
    try:
        value = parameters.on("export.inspect_before_loading", day)
    except NoValue:
        return Requirement(False)
    return Requirement(applies_to(value, customs_code), (value.id,))


def _requirement_on(name: str, day: date, parameters: Parameters) -> Requirement:
    try:
        value = parameters.on(name, day)
    except NoValue:
        return Requirement(False)
    return Requirement(value.text == REQUIRED, (value.id,))
