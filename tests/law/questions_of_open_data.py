"""Questions about open data: amounts as they are published, when a month closes, how widely a cell is protected. Texts
in and out."""

from __future__ import annotations

from datetime import date

from declarations.open_data import months, publishing, sensitivity
from declarations.open_data.publishing import ClosedCell, cells_out
from declarations.open_data.sensitivity import CellLimits
from declarations.open_data.tables import Traded
from declarations.parameters.tables.open_data import PublicationRules
from tests.law.imported import law
from tests.law.rows import day


def published_yuan(fen: str) -> str:
    """Return an amount as it is published."""
    return publishing.yuan_text(int(fen))


def published_rows(lines: str, closed: str) -> str:
    """Return the published rows of a month's exports: cell, lines, yuan, and the statuses of SDMX. `lines`:
    mode|partner|chapter=lines/fen, `closed`: cell=reason."""
    told = [_traded(line) for line in lines.split()]
    shut = [_closed(cell) for cell in closed.split()]
    rows = []
    for out in cells_out(told, shut):
        figures = f"{out.figures.items} {publishing.yuan_text(out.figures.value)} " if out.figures else ""
        rows.append(f"{'|'.join(out.cell)} {figures}{out.obs_status}{out.conf_status}")
    return ", ".join(rows)


def _closed(cell: str) -> ClosedCell:
    place, _, why = cell.partition("=")
    mode, partner, hs2 = place.split("|")
    return ClosedCell("E", mode, partner, hs2, why, 0, -1)


def _traded(line: str) -> Traded:
    place, _, figures = line.partition("=")
    items, _, fen = figures.partition("/")
    mode, partner, hs2 = place.split("|")
    return Traded("E", mode, partner, hs2, "M1", int(items), int(fen))


def open_month_closes(month: str) -> str:
    """Return the day from which on a month may be drafted."""
    first = months.first_day_of(month)
    return months.closes_on(first, _rules(first).close_day).isoformat() if first else "none"


def cell_protected(sizes: str, on: str) -> str:
    """Return how far both bounds of a cell that tells of merchants must be away, by its value and its changes; and how
    far above that lower bound the upper one of any closed cell must be."""
    rules = _rules(day(on))
    limits = CellLimits(rules.contributors, rules.dominance, rules.closeness)
    least = [int(size) for size in sizes.split()]
    return f"{sensitivity.protection_of(least, limits)} {sensitivity.widening_of(min(least), limits)}"


def _rules(on: date) -> PublicationRules:
    return law().on("open_data.publication", on).table_as(PublicationRules)
