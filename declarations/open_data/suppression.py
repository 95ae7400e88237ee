"""Closes cells of a month: first those that tell of a merchant, then the cheapest others, until nobody can bound one
closely.

A revision keeps closed what was closed, and closes cells that few merchants changed since any earlier version. Months
with few merchants are therefore mostly closed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from declarations.open_data.guarding import Cells, GuardedTables
from declarations.open_data.network import CellBounds
from declarations.open_data.sensitivity import BEFORE, CHANGED, CellLimits, change_of, sensitive
from declarations.open_data.tables import Cell, Figures


class Pattern(NamedTuple):
    """The closed cells of a direction with the reason of each, the interval of the value of each in fen, and those that
    can be bounded too closely, of which there must be none."""

    closed: Mapping[Cell, str]
    intervals: Mapping[Cell, CellBounds]
    narrow: tuple[Cell, ...]


def suppress(
    cells: Cells, limits: CellLimits, earlier: Sequence[Cells] = (), closed_before: Collection[Cell] = ()
) -> Pattern:
    """Return which cells of a direction are closed. `earlier`: the published versions, `closed_before`: what the last
    of them had closed, which stays so; a cell that few changed since one of them is closed, too."""
    names = {cell for version in (cells, *earlier) for cell in version}
    whole = {cell: cells.get(cell, {}) for cell in sorted(names)}
    changes = [{cell: change_of(parts, version.get(cell, {})) for cell, parts in whole.items()} for version in earlier]
    closed: dict[Cell, str] = {}
    for cell, parts in whole.items():
        if why := sensitive(parts, limits):
            closed[cell] = why
        elif any(sensitive(changed[cell], limits) for changed in changes):
            closed[cell] = CHANGED
        elif cell in closed_before:
            closed[cell] = BEFORE
    figures = GuardedTables(whole, limits, closed, changes)
    ways = [GuardedTables(ahead, limits, closed, labelled=False) for changed in changes if (ahead := _one_way(changed))]
    _close_more([figures, *ways], closed)
    narrow = sorted({cell for tables in (figures, *ways) for cell in tables.narrow()})
    return Pattern(dict(sorted(closed.items())), figures.intervals(), tuple(narrow))


def _one_way(changed: Cells) -> Cells | None:
    """Return changes that all go one way, as late cancellations do, without their sign: who reads two versions may
    assume that, and then the changes are tables themselves. None if they do not."""
    values = [part.value for parts in changed.values() for part in parts.values()]
    if not values or min(values) < 0 < max(values):
        return None
    return {
        cell: {who: Figures(abs(part.items), abs(part.value)) for who, part in parts.items()}
        for cell, parts in changed.items()
    }


def _close_more(tables: Sequence[GuardedTables], closed: dict[Cell, str]) -> None:
    """Close further cells until each is protected. It ends: each round closes some, and where all are closed, whatever
    a merchant traded can move round with the cells that only he and others know."""
    size = -1
    while size < len(closed):
        size = len(closed)
        for one in tables:
            one.close_more()
