"""Month reports of pilot zones: their rows, and the first that differs from what customs counted.

A list counts once, in the month of its 899 (reading 30). Dimensions and layout are our own (confidence I): the record
layout of the zones' statistics is not published.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeAlias

from declarations.calendar import instant_of, months_after
from declarations.money import AmountTooLarge, Scaled, amount_text, scaled_from_text
from declarations.reasons import Reason

ROW_DIFFERS, TOTAL_DIFFERS, BAD_ROW = "26301", "26302", "26307"
_MONTH = re.compile(r"(20\d\d)(0[1-9]|1[0-2])", re.ASCII)
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
CellKey: TypeAlias = tuple[str, str, str, str]
"""Mode, direction (I import, E export), partner (customs code of the country), HS chapter."""


class ZoneCell(NamedTuple):
    """The number of lists of a cell, and their value in yuan."""

    lists: int = 0
    value: Scaled = 0

    def plus(self, lists: int, value: Scaled) -> ZoneCell:
        """Return the cell with this number of lists, and this value, more."""
        return ZoneCell(self.lists + lists, self.value + value)


class ZoneMonth(NamedTuple):
    """A month of a zone, as it was told or counted: cells, firms that traded, parcels."""

    cells: Mapping[CellKey, ZoneCell]
    firms: int
    parcels: int


class CountedList(NamedTuple):
    """A list as customs counts it: its company, and the value of its lines by (partner, chapter). `returned`: goods of
    a list that came back, with values below zero."""

    mode: str
    direction: str
    company: str
    values: Mapping[tuple[str, str], Scaled]
    returned: bool = False


def count_month(lists: Iterable[CountedList]) -> ZoneMonth:
    """Count the lists of a month. One with lines of several cells is one list in each, and one parcel. What came back
    lessens the value of the month in which it came, and no number of lists, since part of one may come back."""
    cells: dict[CellKey, ZoneCell] = {}
    firms, parcels = set(), 0
    for counted in lists:
        if not counted.returned:
            firms.add(counted.company)
            parcels += 1
        for (partner, chapter), value in counted.values.items():
            key = (counted.mode, counted.direction, partner, chapter)
            cells[key] = cells.get(key, ZoneCell()).plus(0 if counted.returned else 1, value)
    return ZoneMonth(cells, len(firms), parcels)


def first_difference(told: ZoneMonth, counted: ZoneMonth) -> Reason | None:
    """Return the first row, in order of its dimensions, that differs; else the first total; None if nothing does."""
    for key in sorted({*told.cells, *counted.cells}):
        mine, theirs = told.cells.get(key, ZoneCell()), counted.cells.get(key, ZoneCell())
        if mine != theirs:
            return Reason(ROW_DIFFERS, {"row": " ".join(key), **_both(mine, theirs)})
    for element in ("firms", "parcels"):
        mine, theirs = getattr(told, element), getattr(counted, element)
        if mine != theirs:
            return Reason(TOTAL_DIFFERS, {"element": element, "told": str(mine), "counted": str(theirs)})
    return None


def _both(told: ZoneCell, counted: ZoneCell) -> dict[str, str]:
    return {
        "told_lists": str(told.lists),
        "told_value": amount_text(told.value),
        "counted_lists": str(counted.lists),
        "counted_value": amount_text(counted.value),
    }


def month_begins(text: str) -> date | None:
    """Return the first day of a month such as 202611; None for any other text."""
    found = _MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def month_before(first: date) -> str:
    """Return the month before the one of this first day, as 202611."""
    return f"{first - timedelta(days=1):%Y%m}"


def span_of_month(first: date) -> tuple[int, int]:
    """Return the instants at which a month begins and has ended."""
    return instant_of(first), instant_of(months_after(first, 1))


def read_report(facts: Any, modes: Collection[str]) -> tuple[ZoneMonth, Sequence[Reason]]:
    """Return the month that a report tells, and what is wrong with its rows: an unknown mode or direction, a chapter
    that is none, a number, a row that stands there twice."""
    cells: dict[CellKey, ZoneCell] = {}
    faults: list[Reason] = []
    for line in facts.lines:
        key = (line.trade_mode, line.direction, line.partner, line.hs2)
        cell = _cell(line)
        faults += _faults(line, key in cells, cell, modes)
        cells[key] = cell or ZoneCell()
    totals = [_count(text) for text in (facts.firms, facts.parcels)]
    if None in totals:
        faults.append(_fault("0", "firms/parcels", f"{facts.firms}/{facts.parcels}", "0–999999999"))
    return ZoneMonth(cells, totals[0] or 0, totals[1] or 0), faults


def _faults(line: Any, again: bool, cell: ZoneCell | None, modes: Collection[str]) -> Iterator[Reason]:
    if line.trade_mode not in modes:
        yield _fault(line.gnum, "tradeMode", line.trade_mode, " ".join(sorted(modes)))
    if line.direction not in ("I", "E"):
        yield _fault(line.gnum, "direction", line.direction, "I E")
    if not (line.hs2.isascii() and line.hs2.isdigit() and len(line.hs2) == 2):
        yield _fault(line.gnum, "hs2", line.hs2, "01–98")
    if cell is None:
        yield _fault(line.gnum, "lists/value", f"{line.lists}/{line.value}", "≥ 0 / N19,5")
    if again:
        yield _fault(line.gnum, "tradeMode direction partner hs2", "×2", "×1")


def _cell(line: Any) -> ZoneCell | None:
    lists, value = _count(line.lists), _scaled(line.value)
    return None if lists is None or value is None else ZoneCell(lists, value)


def _count(text: str) -> int | None:
    return int(text) if _COUNT.fullmatch(text) else None


def _scaled(text: str) -> Scaled | None:
    try:
        return scaled_from_text(text)
    except (AmountTooLarge, ArithmeticError, ValueError):
        return None


def _fault(line: str, element: str, found: str, expected: str) -> Reason:
    return Reason(BAD_ROW, {"line": line, "element": element, "found": (found or "–")[:60], "expected": expected})
