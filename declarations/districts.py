"""Customs districts: the first two digits of an office, and which of them a dated value reaches (reading 52).

A value that reaches districts is a table: `reach` is "everywhere", or "listed" with the `districts` that it names.
"""

from __future__ import annotations

from declarations.parameters import Value
from declarations.parameters.tables.clearance import DistrictReach

EVERYWHERE = "everywhere"


def district(office: str) -> str:
    """The district of an office: "4227" → "42"."""
    return office[:2]


def reaches(value: Value, *offices: str) -> bool:
    """True if all these offices lie where a value applies."""
    reach = value.read(DistrictReach)
    return reach.reach == EVERYWHERE or all(district(office) in reach.districts for office in offices)
