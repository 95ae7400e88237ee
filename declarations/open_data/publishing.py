"""The published rows of a month: open cells with their figures, closed ones without; and whether totals agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from declarations.open_data.sensitivity import SECONDARY
from declarations.open_data.tables import Cell, Figures, Traded, contributions_of, total_of

DIRECTIONS = ("I", "IR", "E", "ER")
"""Imports, imports that came back, exports, exports that came back."""
FREE, CONFIDENTIAL, DERIVED = "F", "C", "D"
NORMAL, CLOSED = "A", "Q"


class ClosedCell(NamedTuple):
    """A closed cell with its reason and the bounds, in fen, that can be worked out; `high` -1: none."""

    direction: str
    mode: str
    partner: str
    hs2: str
    why: str
    low: int
    high: int

    @property
    def place(self) -> tuple[str, Cell]:
        """Direction and cell."""
        return self.direction, Cell(self.mode, self.partner, self.hs2)


class CellOut(NamedTuple):
    """A published cell; `figures` None: it is closed. Statuses are those of SDMX."""

    direction: str
    cell: Cell
    figures: Figures | None
    obs_status: str
    conf_status: str


def cells_out(base: Iterable[Traded], closed: Iterable[ClosedCell]) -> Iterator[CellOut]:
    """Yield the cells of a month in order; a cell that is zero and open has no row."""
    lines, shut = list(base), {cell.place: cell for cell in closed}
    for direction in DIRECTIONS:
        totals = {cell: total_of(parts) for cell, parts in contributions_of(lines, direction).items()}
        names = {cell for place, cell in shut if place == direction}
        for cell in sorted({*totals, *names}):
            if found := shut.get((direction, cell)):
                status = DERIVED if found.why == SECONDARY else CONFIDENTIAL
                yield CellOut(direction, cell, None, CLOSED, status)
            else:
                yield CellOut(direction, cell, totals[cell], NORMAL, FREE)


def yuan_text(fen: int) -> str:
    """Return fen as yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def lost_share(base: Iterable[Traded], closed: Iterable[ClosedCell]) -> Mapping[str, int]:
    """Return for each direction which share of the value, in thousandths, its closed cells that are no totals have."""
    lines, shut = list(base), {cell.place for cell in closed}
    shares = {}
    for direction in DIRECTIONS:
        values = {cell: total_of(parts).value for cell, parts in contributions_of(lines, direction).items()}
        inner = {cell: value for cell, value in values.items() if cell.count("_T") == 1}
        whole = sum(inner.values())
        lost = sum(value for cell, value in inner.items() if (direction, cell) in shut)
        shares[direction] = lost * 1000 // whole if whole else 0
    return shares
