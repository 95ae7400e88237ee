"""The terms for papers that a company owes: vouchers of sales abroad, and the index of filing documents.

They are calendar days that never move; the day of the sale or of the claim is day 0 (reading 43). On the
last day the company is reminded; when that day is over, it is late.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from declarations.calendar import DAY, instant_of
from declarations.parameters import Parameters

REMINDED_AT_HOUR = 9


class EvidenceTerm(NamedTuple):
    """The last day of a term, and the dated value that sets it."""

    last: date
    parameter_id: str
    days: int

    @property
    def reminded_at(self) -> int:
        """The instant of the reminder, in milliseconds."""
        return instant_of(self.last, REMINDED_AT_HOUR)

    @property
    def late_from(self) -> int:
        """The instant from which it is late, in milliseconds."""
        return instant_of(self.last) + DAY


def evidence_term(name: str, since: date, parameters: Parameters) -> EvidenceTerm:
    """Return the term of the parameter `name` that begins on a day; raises `NoValue` before the first rule."""
    days = parameters.on(name, since)
    return EvidenceTerm(since + timedelta(days=int(days.amount)), days.id, int(days.amount))
