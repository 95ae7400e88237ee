"""The shape of the countries of warehouses abroad."""

from __future__ import annotations

from typing import TypeAlias

from declarations.parameters.tables.shape import TableShape


class OverseasCountry(TableShape, frozen=True, kw_only=True):
    """A country with warehouses: its customs code, the days by sea at least, the days after which goods are missed, and
    the packaging register without whose number nothing may be stored there."""

    country_code: str
    sailing_days: int
    arrival_days: int
    register: str = ""


OverseasCountries: TypeAlias = dict[str, OverseasCountry]
