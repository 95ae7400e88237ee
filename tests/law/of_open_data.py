"""Known answers about open data: closed cells of a month, with the bounds of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from declarations.open_data.sensitivity import CellLimits
from declarations.open_data.suppression import suppress
from declarations.open_data.tables import Cell, Contributions, Traded, contributions_of
from declarations.parameters.tables.open_data import PublicationRules
from tests.law.comparing import Comparisons
from tests.law.imported import law
from tests.law.rows import Facts
from tests.law.wholes import whole

_DAY = date(2026, 11, 18)


def open_data_cells(case: Facts) -> Comparisons:
    """The closed cells of a month with reason and bounds, after the version before; none is bounded closely."""
    rules = law().on("open_data.publication", _DAY).table_as(PublicationRules)
    limits = CellLimits(rules.contributors, rules.dominance, rules.closeness)
    earlier: list[dict[Cell, Contributions]] = []
    shut: tuple[Cell, ...] = ()
    if "before" in case:
        earlier = [_cells(case["before"])]
        shut = tuple(suppress(earlier[0], limits).closed)
    pattern = suppress(_cells(case["lines"]), limits, earlier, shut)
    found = []
    for cell, why in pattern.closed.items():
        low, high = pattern.intervals[cell]
        found.append(f"{'|'.join(cell)} {why} {low} {'∞' if high is None else high}")
    yield "closed", case["closed"], found
    yield whole("pattern", pattern)
    yield "narrow", [], ["|".join(cell) for cell in pattern.narrow]


def _cells(lines: Iterable[str]) -> dict[Cell, Contributions]:
    traded = []
    for number, text in enumerate(lines):
        place, count, value = text.split()
        mode, partner, hs2 = place.split("|")
        share = int(value) // int(count)
        for one in range(int(count)):
            rest = int(value) - share * int(count) if one == 0 else 0
            traded.append(Traded("I", mode, partner, hs2, f"M{number}-{one}", 10, share + rest))
    return dict(contributions_of(traded, "I"))
