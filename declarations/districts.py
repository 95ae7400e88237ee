"""Customs districts (the first two digits of an office) and the dated values that apply to some of them (reading 52).

Such a value is a table: `reach` is "everywhere", or "listed" with the `districts` in which it applies.
"""

from __future__ import annotations

from declarations.parameters import Value
from declarations.parameters.tables.clearance import DistrictReach

EVERYWHERE = "everywhere"


def district_of(office: str) -> str:
    """Return the district of an office: "4227" → "42"."""
    return office[:2]


def applies_to(value: Value, *offices: str) -> bool:
    """True if a value applies to all these offices."""
    reach = value.table_as(DistrictReach)
    return reach.reach == EVERYWHERE or all(district_of(office) in reach.districts for office in offices)
