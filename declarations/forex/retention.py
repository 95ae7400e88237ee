"""Retention of records of foreign exchange (收付汇): identity, amount, order, rate and time."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.parameters import Parameters


class RetentionPeriod(NamedTuple):
    """The last day of the retention of a record, and the dated value that decides it."""

    until: date
    parameter_ids: tuple[str, ...]


def retention_of(day: date, parameters: Parameters) -> RetentionPeriod:
    """Return the last day of retention for a collection or payment of a day; raises `NoValue` before the first rule."""
    value = parameters.on("forex.retention", day)
    return RetentionPeriod(months_after(day, int(value.amount)), (value.id,))
