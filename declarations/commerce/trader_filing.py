"""The filing of foreign-trade operators (对外贸易经营者备案): demanded until the law no longer asked for it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.parameters import Parameters

DEMANDED = "required"


class FilingDemand(NamedTuple):
    """The answer of the law: a trader needs the filing or not, by the dated values with these ids."""

    demanded: bool
    parameter_ids: tuple[str, ...]


def is_demanded(day: date, in_free_trade_zone: bool, law: Parameters) -> FilingDemand:
    """Return whether a trader of goods needs the filing on a day."""
    values = [law.on("commerce.trader_filing", day)]
    if in_free_trade_zone:
        values.append(law.on("commerce.trader_filing_in_zones", day))
    return FilingDemand(all(value.text == DEMANDED for value in values), tuple(value.id for value in values))
