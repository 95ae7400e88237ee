"""Retention of the records of a receipt or payment: identity, amount, order, rate and time, for five years."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.parameters import Parameters


class Kept(NamedTuple):
    """The last day on which a record must still be there, and the dated value that decides it."""

    until: date
    parameters: tuple[str, ...]


def kept_until(day: date, parameters: Parameters) -> Kept:
    """Until when the record of a receipt or payment of a day is kept; raises `NoValue` before there was a rule."""
    value = parameters.on("forex.retention", day)
    return Kept(months_after(day, int(value.amount)), (value.id,))
