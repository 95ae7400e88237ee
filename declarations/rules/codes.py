"""The codes that port checks accept on a day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from declarations.rules.rule import Codes
from schemas import codes
from schemas.codes import codes_on, working_offices_on


@lru_cache(64)
def codes_in_force(day: date) -> Codes:
    """Return the codes valid on a day."""
    return Codes(
        countries=codes_on(codes.countries, day),
        currencies=codes_on(codes.currencies, day),
        units=codes_on(codes.units, day),
        offices=working_offices_on(day),
        transport_modes=codes_on(codes.transport_modes, day),
        trade_modes=codes_on(codes.trade_modes, day),
    )
