"""Units that convert into each other exactly (`units.csv`): 千克 and 克, 千个 and 个. All others stay apart."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from declarations.money import Scaled


class UnitMeasure(NamedTuple):
    """The quantity that a unit measures and how many of its family's smallest unit it holds: 千克 → ("质量", 5000)."""

    family: str
    factor: int


def measure(unit: str) -> UnitMeasure:
    """The measure of a unit code; a unit that converts into no other is a family of its own."""
    return _measures().get(unit) or UnitMeasure(unit, 1)


def total(quantities: Mapping[str, Scaled]) -> tuple[str, Scaled]:
    """Unit and exact sum of quantities by unit, all of one family.

    One unit alone stays as it is; several become the largest of them that holds the sum in five decimals.
    """
    smallest = sum(quantity * measure(unit).factor for unit, quantity in quantities.items())
    # units of one size (立方米, 千升) are distinguished by code, so that the result does not depend on the order of
    # work
    for unit in sorted(quantities, key=lambda unit: (-measure(unit).factor, unit)):
        whole, rest = divmod(smallest, measure(unit).factor)
        if not rest:
            return unit, whole
    raise AssertionError("the smallest unit of a family divides every sum of it")


@cache
def _measures() -> Mapping[str, UnitMeasure]:
    text = files("declarations.summary").joinpath("units.csv").read_text("utf-8")
    return {row["unit"]: UnitMeasure(row["family"], int(row["factor"])) for row in csv.DictReader(text.splitlines())}
