"""Units that convert into each other exactly (`units.csv`), such as 千克 and 克. All others are never merged."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from declarations.money import Scaled


class UnitMeasure(NamedTuple):
    """The family of a unit, and its size in the family's smallest unit: 千克 → ("质量", 5000)."""

    family: str
    factor: int


def measure_of(unit: str) -> UnitMeasure:
    """Return the measure of a unit code; a unit without conversion has a separate family."""
    return _load_measures().get(unit) or UnitMeasure(unit, 1)


def total_quantity(quantities: Mapping[str, Scaled]) -> tuple[str, Scaled]:
    """Return unit and exact sum of quantities by unit, all of one family.

    The unit is the largest of the given ones in which the sum has at most five decimals.
    """
    smallest = sum(quantity * measure_of(unit).factor for unit, quantity in quantities.items())
    # units of the same size (立方米, 千升) are ordered by code, so that the result is independent of the input's order
    for unit in sorted(quantities, key=lambda unit: (-measure_of(unit).factor, unit)):
        whole, rest = divmod(smallest, measure_of(unit).factor)
        if not rest:
            return unit, whole
    raise AssertionError("the smallest unit of a family divides every sum of it")


@cache
def _load_measures() -> Mapping[str, UnitMeasure]:
    text = Path(__file__).parent.joinpath("units.csv").read_text("utf-8")
    return {row["unit"]: UnitMeasure(row["family"], int(row["factor"])) for row in csv.DictReader(text.splitlines())}
