"""Protects the cells of tables that tell of a merchant, by closing others.

Against whom: who reads all that is published; and each merchant who alone makes up closed cells and so knows them, for
what is not his."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias, cast

from declarations.open_data.network import Arc, CellBounds, Floor, Network, Residual, interval_of
from declarations.open_data.sensitivity import (
    SECONDARY,
    CellLimits,
    is_close,
    protection_of,
    sensitive,
    widening_of,
)
from declarations.open_data.tables import Cell, Contributions, Figures, arc_of, total_of

ITEMS = "items"
MEASURES = ("value", ITEMS)
FLOOR = 1
"""A closed cell is not zero, as everybody may assume. One that is closed to protect others, which its code tells, does
not tell of a merchant: so it is of as many merchants, and lines, as an open one."""
Cells: TypeAlias = Mapping[Cell, Contributions]


class Want(NamedTuple):
    """A cell that must be able to move by so much up (1) or down (-1) for who knows some cells."""

    name: str
    cell: Cell
    known: frozenset[Cell]
    sign: int
    wanted: int


class GuardedTables:
    """The networks of tables, one a measure, and the closed cells, which only grow and may be shared by several.

    `changes`: of each cell since earlier versions, which must not be told either where few changed it. `labelled`: the
    closed cells are published with their codes."""

    def __init__(
        self,
        cells: Cells,
        limits: CellLimits,
        closed: dict[Cell, str],
        changes: Sequence[Cells] = (),
        *,
        labelled: bool = True,
    ) -> None:
        self._cells, self._limits, self._closed = cells, limits, closed
        self._few = limits.contributors if labelled else FLOOR
        totals = {cell: total_of(parts) for cell, parts in cells.items()}
        self._cost: dict[Hashable, int] = {cell: figures.value for cell, figures in totals.items()}
        self._networks = {name: _network(totals, name) for name in MEASURES}
        self._told = [cell for cell in sorted(cells) if sensitive(cells[cell], limits)]
        self._changed = {
            cell: few
            for cell in sorted(cells)
            if (few := [total_of(one[cell]) for one in changes if sensitive(one[cell], limits)])
        }

    def close_more(self) -> None:
        """Close the cheapest further cells that protect those that tell of a merchant, and keep bounds of all wide."""
        for want in self._wants():
            self._protect(want)
        for name, cell, bounds in self._close_ones():
            self._protect(Want(name, cell, frozenset(), 1, widening_of(bounds.low, self._limits)))

    def intervals(self) -> dict[Cell, CellBounds]:
        """Return the bounds of the values of closed cells for who reads what is published."""
        return {cell: self._interval("value", cell) for cell in sorted(self._closed)}

    def narrow(self) -> tuple[Cell, ...]:
        """Return the cells that somebody can bound more closely than is allowed."""
        found = {cell for _, cell, _ in self._close_ones()}
        return tuple(sorted(found | {want.cell for want in self._wants() if self._is_held(want)}))

    def _wants(self) -> Iterator[Want]:
        """Yield how far each cell that tells of a merchant must be able to move, for each who might look: for everybody
        its value, for a merchant who knows his own what is not his; and each that few changed, by that change."""
        for merchant, known in self._knowers():
            for cell in self._told:
                if cell in known:
                    continue
                others = total_of({one: part for one, part in self._cells[cell].items() if one != merchant})
                yield from self._both_ways(cell, known, others, [others])
        for cell, changes in self._changed.items():
            yield from self._both_ways(cell, frozenset(), total_of(self._cells[cell]), changes)

    def _both_ways(
        self, cell: Cell, known: frozenset[Cell], figures: Figures, sizes: Sequence[Figures]
    ) -> Iterator[Want]:
        """Up and down by a share of sizes; never below `FLOOR`."""
        for name in MEASURES:
            wanted = protection_of([abs(getattr(size, name)) for size in sizes], self._limits)
            yield Want(name, cell, known, 1, wanted)
            yield Want(name, cell, known, -1, min(wanted, max(0, getattr(figures, name) - FLOOR)))

    def _is_held(self, want: Want) -> bool:
        """True if a cell cannot move as far as it must, and could if more were closed: a total of cells that have one
        line each cannot have fewer."""
        moved = self._moved(want, self._closed)
        return moved < want.wanted and moved < self._moved(want, self._cells)

    def _moved(self, want: Want, closed: Collection[Cell]) -> int:
        network = self._networks[want.name]
        return Residual(network, closed, want.known, self._floor(want.name)).push(
            network.arcs[want.cell], want.sign, want.wanted
        )

    def _protect(self, want: Want) -> None:
        if self._moved(want, self._closed) < want.wanted:
            network = self._networks[want.name]
            residual = Residual(network, self._closed, want.known, self._floor(want.name))
            for more in residual.close_and_push(network.arcs[want.cell], want.sign, want.wanted, self._cost):
                self._closed.setdefault(more, SECONDARY)

    def _knowers(self) -> Iterator[tuple[str, frozenset[Cell]]]:
        """Yield merchants with the closed cells that they know: first nobody, without any, then each who makes up some
        alone."""
        alone: dict[str, set[Cell]] = {}
        for cell in self._closed:
            if len(self._cells[cell]) == 1:
                alone.setdefault(next(iter(self._cells[cell])), set()).add(cell)
        yield "", frozenset()
        yield from ((merchant, frozenset(alone[merchant])) for merchant in sorted(alone))

    def _close_ones(self) -> list[tuple[str, Cell, CellBounds]]:
        """The closed cells that everybody can bound more closely than is allowed."""
        found = [(name, cell, self._interval(name, cell)) for name in MEASURES for cell in sorted(self._closed)]
        return [one for one in found if is_close(one[2], self._limits)]

    def _interval(self, name: str, cell: Cell) -> CellBounds:
        return interval_of(self._networks[name], self._closed, cell, floor=self._floor(name))

    def _floor(self, name: str) -> Floor:
        if name != ITEMS:
            return lambda cell: FLOOR
        return lambda cell: self._few if self._closed.get(cast(Cell, cell), SECONDARY) == SECONDARY else FLOOR


def _network(totals: Mapping[Cell, Figures], name: str) -> Network:
    return Network(Arc(cell, *arc_of(cell), getattr(figures, name)) for cell, figures in totals.items())
