"""Customs districts (the first two digits of an office) and the dated values that apply to some of them (reading 52).

Such a value is a table: `reach` is "everywhere", "listed" with the `districts` in which it applies, or "regional" with
the `regions` within each of which it applies.
"""

from __future__ import annotations

from declarations.parameters import Value
from declarations.parameters.tables.clearance import DistrictReach

EVERYWHERE, REGIONAL = "everywhere", "regional"


def district_of(office: str) -> str:
    """Return the district of an office: "4227" → "42"."""
    return office[:2]


def applies_to(value: Value, *offices: str) -> bool:
    """True if a value applies to all these offices (together, if it applies within regions)."""
    reach, districts = value.table_as(DistrictReach), {district_of(office) for office in offices}
    if reach.reach == EVERYWHERE:
        return True
    regions = reach.regions if reach.reach == REGIONAL else (reach.districts,)
    return any(districts.issubset(region) for region in regions)
