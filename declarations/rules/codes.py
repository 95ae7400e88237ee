"""The codes that port checks accept on a day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from declarations.rules.rule import Codes
from schemas import codes
from schemas.codes import CodeTable


@lru_cache(64)
def codes_in_force(day: date) -> Codes:
    """Return the codes valid on a day; only districts instead of offices, because the table of offices is
    incomplete."""
    return Codes(
        countries=_codes_on(codes.countries, day),
        units=_codes_on(codes.units, day),
        districts=frozenset(office[:2] for office in _codes_on(codes.offices, day)),
        transport_modes=_codes_on(codes.transport_modes, day),
        trade_modes=_codes_on(codes.trade_modes, day),
    )


def _codes_on(table: CodeTable, day: date) -> frozenset[str]:
    return frozenset(code.code for code in table if code.on(day))
