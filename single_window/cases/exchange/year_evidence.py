"""An enterprise's year beside one of its reports, for the officer who decides: so far, with this report, its quota."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from declarations.money import Scaled
from gateways.forex.repository import COUNTED, FiledReport, Leg, ListedEnterprise
from single_window.cases.exchange.queries import Year


class YearSoFar(NamedTuple):
    """US dollars of a calendar year in one direction: by other reports, by this one, and both; `quota`: the yearly
    limit on file, 0 for none; `left` of it, negative if it is exceeded."""

    direction: str
    others: Scaled
    this: Scaled
    total: Scaled
    quota: Scaled

    @property
    def left(self) -> Scaled:
        """Return what remains of the quota."""
        return self.quota - self.total


def years_beside(
    report: FiledReport, legs: Iterable[Leg], years: Iterable[Year], listed: ListedEnterprise | None
) -> Sequence[YearSoFar]:
    """Return the year of the report's value day, for each direction of its legs, in their order."""
    own: dict[str, Scaled] = {}
    for leg in legs:
        own[leg.direction] = own.get(leg.direction, 0) + leg.usd
    kept = {year.direction: year.usd for year in years if str(year.year) == report.value_on[:4]}
    counted = report.state in COUNTED
    rows = []
    for direction, this in own.items():
        others = max(kept.get(direction, 0) - (this if counted else 0), 0)
        rows.append(YearSoFar(direction, others, this, others + this, listed.quota if listed else 0))
    return rows
