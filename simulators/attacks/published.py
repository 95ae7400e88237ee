"""Reads published versions of open data as anybody does: the rows of `data.csv`, and what must add up."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

ALL = "_T"
CLOSED, PROTECTING = "Q", "D"
MEASURES = ("value_cny", "items")


class PublishedCell(NamedTuple):
    """A place in the tables of a direction; `_T` is all."""

    mode: str
    partner: str
    hs2: str


class ReadVersion(NamedTuple):
    """A version of a direction of a month: open figures (value in fen), and closed cells, some of them `protecting`
    others; the rest is zero."""

    name: str
    figures: Mapping[str, Mapping[PublishedCell, int]]
    closed: frozenset[PublishedCell]
    protecting: frozenset[PublishedCell] = frozenset()

    def figure(self, measure: str, cell: PublishedCell) -> int:
        """The figure of an open cell."""
        return self.figures[measure].get(cell, 0)

    @property
    def cells(self) -> frozenset[PublishedCell]:
        """All cells that have a row."""
        return self.closed | frozenset(self.figures["items"])


def read_versions(body: str, name: str) -> list[ReadVersion]:
    """Return each direction of a `data.csv`; raises `ValueError` or `KeyError` for another file."""
    rows = list(csv.DictReader(StringIO(body)))
    found = []
    for direction in sorted({row["direction"] for row in rows}):
        figures: dict[str, dict[PublishedCell, int]] = {measure: {} for measure in MEASURES}
        closed, protecting = set(), set()
        for row in rows:
            cell = PublishedCell(row["mode"], row["partner"], row["hs2"])
            if row["direction"] == direction and row["obs_status"] == CLOSED:
                closed.add(cell)
                protecting |= {cell} if row["conf_status"] == PROTECTING else set()
            elif row["direction"] == direction:
                figures["items"][cell] = int(row["items"])
                figures["value_cny"][cell] = round(float(row["value_cny"]) * 100)
        found.append(ReadVersion(f"{name} {direction}", figures, frozenset(closed), frozenset(protecting)))
    return found


def sums_of(cells: Sequence[PublishedCell]) -> Iterator[tuple[PublishedCell, list[PublishedCell]]]:
    """Yield each total with the cells that add up to it, once for each table and direction of adding."""
    for total in cells:
        mode, partner, hs2 = total
        if partner == ALL and hs2 == ALL:
            inner = [cell for cell in cells if cell.mode != ALL and (mode in (ALL, cell.mode))]
            if mode == ALL:
                yield total, [cell for cell in inner if cell.partner == ALL == cell.hs2]
            else:
                yield total, [cell for cell in inner if cell.partner != ALL]
                yield total, [cell for cell in inner if cell.hs2 != ALL]
        elif mode == ALL:
            yield total, [cell for cell in cells if cell.mode != ALL and cell[1:] == (partner, hs2)]
    whole = PublishedCell(ALL, ALL, ALL)
    yield whole, [cell for cell in cells if cell.mode == ALL == cell.hs2 and cell.partner != ALL]
    yield whole, [cell for cell in cells if cell.mode == ALL == cell.partner and cell.hs2 != ALL]
