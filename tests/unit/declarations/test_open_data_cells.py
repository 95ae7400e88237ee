"""Which cells tell of a merchant, which others protect them, and what can be worked out: the vectors of the rules."""

from __future__ import annotations

import pytest

from declarations.open_data.network import CellBounds
from declarations.open_data.sensitivity import (
    DOMINATED,
    FEW,
    CellLimits,
    change_of,
    is_close,
    protection_of,
    sensitive,
)
from declarations.open_data.suppression import suppress
from declarations.open_data.tables import Cell, Figures, contributions_of
from tests.open_data import LIMITS, cancelled_late, lines_alike, seeded_month

KNOWN = {("KOR", "9610"): 120, ("KOR", "9710"): 40, ("JPN", "9610"): 75, ("JPN", "9710"): 8}
KNOWN |= {("DEU", "9610"): 30, ("DEU", "9710"): 22}
CONTRIBUTORS = {("KOR", "9610"): 9, ("KOR", "9710"): 4, ("JPN", "9610"): 6, ("JPN", "9710"): 2}
CONTRIBUTORS |= {("DEU", "9610"): 3, ("DEU", "9710"): 3}


def parts(*values: int) -> dict[str, Figures]:
    return {f"F{number}": Figures(1, value) for number, value in enumerate(values)}


CELLS = {
    "nobody": ((), ""),
    "one": ((9,), FEW),
    "two": ((5, 4), FEW),
    "60+28+12": ((60, 28, 12), DOMINATED),
    "just dominated": ((60, 25, 15), DOMINATED),
    "just not": ((60, 24, 16), ""),
    "the second works out the largest": ((800, 40, *(10,) * 15), DOMINATED),
    "and does not": ((800, 40, *(10,) * 16), ""),
    "order does not matter": ((12, 28, 60), DOMINATED),
    "many alike": ((10,) * 9, ""),
    "all without value": ((0, 0, 0), DOMINATED),
}


@pytest.mark.parametrize("case", CELLS)
def test_cells_that_tell_of_a_merchant(case: str) -> None:
    values, why = CELLS[case]
    assert sensitive(parts(*values), LIMITS) == why


BOUNDS = {
    "no bound": (CellBounds(9, None), False),
    "known": (CellBounds(8, 8), True),
    "just wide enough": (CellBounds(100, 150), False),
    "just too close": (CellBounds(100, 149), True),
    "from zero": (CellBounds(0, 1), False),
}


@pytest.mark.parametrize("case", BOUNDS)
def test_bounds_that_are_too_close(case: str) -> None:
    bounds, close = BOUNDS[case]
    assert is_close(bounds, LIMITS) is close


def test_what_changed_is_told_by_merchant() -> None:
    assert change_of(parts(5, 7), parts(5, 9, 1)) == {"F1": Figures(0, -2), "F2": Figures(-1, -1)}
    assert (protection_of([8], LIMITS), protection_of([8, 100], LIMITS)) == (2, 20)


@pytest.mark.parametrize("seed", range(4))
def test_a_version_opens_nothing_and_closes_what_few_changed(seed: int) -> None:
    lines = seeded_month(seed)
    cells = contributions_of(lines, "I")
    first = suppress(cells, LIMITS)
    again = suppress(cells, LIMITS, [cells], first.closed)
    assert again.closed.keys() == first.closed.keys()
    late = contributions_of(cancelled_late(lines, seed), "I")
    second = suppress(late, LIMITS, [cells], first.closed)
    few = {cell for cell in cells if sensitive(change_of(late.get(cell, {}), cells[cell]), LIMITS)}
    assert few | first.closed.keys() <= second.closed.keys()


@pytest.mark.parametrize("seed", range(12))
def test_small_months_of_one_line_a_firm_are_protected_too(seed: int) -> None:
    """Closed cells of which each has a line at least are known, if the number of all lines is."""
    cells = contributions_of(lines_alike(seed), "I")
    pattern = suppress(cells, LIMITS)
    assert pattern.narrow == ()
    total = Cell("_T", "_T", "_T")
    inner = [cell for cell in cells if cell.mode != "_T" and cell.partner != "_T"]
    if all(cell in pattern.closed and len(cells[cell]) == 1 for cell in inner):
        assert total in pattern.closed, "each of so many cells has one of so many lines"


def test_where_one_firm_is_alone_all_is_closed() -> None:
    cells = contributions_of([line._replace(merchant="ONE") for line in seeded_month(1)], "I")
    pattern = suppress(cells, CellLimits(3, 85, 20))
    assert pattern.closed.keys() == cells.keys() and not pattern.narrow
    assert pattern.intervals[Cell("_T", "_T", "_T")].high is None
