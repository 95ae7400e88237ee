"""The customs rates that a window knows on a day, and where they come from."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.forex.rates import Fixing, customs_code, fixing_day
from declarations.parameters import NoValue, Parameters

_PREFIX = "exchange."


class Rate(NamedTuple):
    """A currency, in letters and by its customs code, with the yuan for one of it; empty where there is no rate."""

    currency: str
    code: str
    rate: str
    since: str = ""
    source: str = ""


def fixed_on(day: date, parameters: Parameters) -> Fixing:
    """The day of the month before that fixes the rates of a day."""
    return fixing_day(day, parameters)


def rates(day: date, parameters: Parameters) -> list[Rate]:
    """The rate of every currency of which any is known, by letters."""
    listed = []
    for parameter in parameters.describe():
        if not parameter.name.startswith(_PREFIX):
            continue
        name = parameter.name.removeprefix(_PREFIX).upper()
        try:
            value = parameter.on(day)
        except NoValue:
            listed.append(Rate(name, customs_code(name), ""))
        else:
            source = value.source if value.confidence != "I" else f"{value.source} (I)"
            listed.append(Rate(name, customs_code(name), str(value.amount), value.since.isoformat(), source))
    return listed
