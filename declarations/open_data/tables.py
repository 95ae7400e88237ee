"""The tables of a month: trade by mode and partner, and by chapter and mode, with all totals. Both are projections of
the same lines of released lists, so that every total of the one is that of the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

ALL = "_T"
"""The code of a total, as SDMX writes it."""
Contributions: TypeAlias = Mapping[str, "Figures"]
"""Merchant → his part of a cell."""


class Figures(NamedTuple):
    """Lines of lists, and their value in fen."""

    items: int
    value: int

    def plus(self, other: Figures) -> Figures:
        """The sum of both."""
        return Figures(self.items + other.items, self.value + other.value)


class Cell(NamedTuple):
    """A cell: mode, partner (customs' code of a country) and chapter (HS2), each may be all (`_T`)."""

    mode: str
    partner: str
    hs2: str


class Traded(NamedTuple):
    """The lines of one merchant in a month, of one direction (I import, E export), mode, partner and chapter."""

    direction: str
    mode: str
    partner: str
    hs2: str
    merchant: str
    items: int
    value: int


NOTHING = Figures(0, 0)


def cells_of(traded: Traded) -> tuple[Cell, ...]:
    """Return the cells in which lines are counted: one of each table, and their totals."""
    mode, partner, hs2 = traded.mode, traded.partner, traded.hs2
    return (
        Cell(mode, partner, ALL),
        Cell(mode, ALL, hs2),
        Cell(ALL, partner, ALL),
        Cell(mode, ALL, ALL),
        Cell(ALL, ALL, hs2),
        Cell(ALL, ALL, ALL),
    )


def contributions_of(lines: Iterable[Traded], direction: str) -> dict[Cell, dict[str, Figures]]:
    """Return what each merchant contributes to each cell of a direction, cells in order."""
    found: dict[Cell, dict[str, Figures]] = {}
    for line in lines:
        if line.direction != direction:
            continue
        for cell in cells_of(line):
            part = found.setdefault(cell, {})
            part[line.merchant] = part.get(line.merchant, NOTHING).plus(Figures(line.items, line.value))
    return dict(sorted(found.items()))


def total_of(contributions: Contributions) -> Figures:
    """Return the figures of a cell."""
    return Figures(
        sum(part.items for part in contributions.values()), sum(part.value for part in contributions.values())
    )


def arc_of(cell: Cell) -> tuple[str, str]:
    """Return the two nodes that a cell joins: all tables of a direction are one network, through which the trade flows
    from partners by modes to chapters and back by the total of all."""
    mode, partner, hs2 = cell
    if partner != ALL and mode != ALL:
        return f"partner {partner}", f"mode {mode}"
    if hs2 != ALL and mode != ALL:
        return f"by mode {mode}", f"chapter {hs2}"
    if partner != ALL:
        return "all", f"partner {partner}"
    if hs2 != ALL:
        return f"chapter {hs2}", "whole"
    return (f"mode {mode}", f"by mode {mode}") if mode != ALL else ("whole", "all")
