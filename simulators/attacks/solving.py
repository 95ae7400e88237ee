"""Bounds what is closed by linear programming (HiGHS, by scipy): the least and the most that each closed cell can have,
so that all that is published adds up. It shares no code with the proof of the window."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from simulators.attacks.published import PublishedCell, sums_of


class NoSolver(RuntimeError):
    """scipy is not installed."""


class Contradiction(RuntimeError):
    """The published tables do not add up."""


class SolvedBounds(NamedTuple):
    """The least and the most that a cell can have; `high` None: no bound."""

    low: float
    high: float | None


def bounds_of(
    figures: Mapping[PublishedCell, int], closed: Collection[PublishedCell], least: Mapping[PublishedCell, int]
) -> dict[PublishedCell, SolvedBounds]:
    """Return the bounds of each closed cell; `least`: what is known that it has at least. Raises `NoSolver`, and
    `Contradiction` if nothing fits."""
    unknown = sorted(closed)
    if not unknown:
        return {}
    matrix, sides, limits = _equations(figures, unknown, least)
    scale = max(1.0, *(abs(side) for side in sides)) if sides else 1.0
    scaled = [(low / scale, None) for low, _ in limits]
    found = {}
    for place, cell in enumerate(unknown):
        ends = []
        for sign in (1, -1):
            aim = [sign if number == place else 0 for number in range(len(unknown))]
            ends.append(_solve(aim, matrix, [side / scale for side in sides], scaled))
        low, high = ends
        found[cell] = SolvedBounds(low * scale if low is not None else 0.0, -high * scale if high is not None else None)
    return found


def _equations(
    figures: Mapping[PublishedCell, int], unknown: list[PublishedCell], least: Mapping[PublishedCell, int]
) -> tuple[list[list[float]], list[float], list[tuple[float, None]]]:
    places = {cell: number for number, cell in enumerate(unknown)}
    matrix, sides = [], []
    for total, parts in sums_of(sorted({*figures, *unknown})):
        line, side = [0.0] * len(unknown), 0.0
        for cell, sign in ((total, -1), *((part, 1) for part in parts)):
            if cell in places:
                line[places[cell]] += sign
            else:
                side -= sign * figures.get(cell, 0)
        if any(line):
            matrix.append(line)
            sides.append(side)
    return matrix, sides, [(float(least.get(cell, 0)), None) for cell in unknown]


def _solve(aim: list[int], matrix: list[list[float]], sides: list[float], limits: list[Any]) -> float | None:
    """The least value of an aim; None: it has no bound."""
    try:
        from scipy.optimize import linprog  # an extra: no other command needs it
    except ImportError:
        raise NoSolver("the solver is missing: pip install 'cross-border-single-window[open-data]'") from None
    given = {"A_eq": matrix, "b_eq": sides} if matrix else {}
    found = linprog(aim, bounds=limits, method="highs", **given)
    if found.status == 3:
        return None
    if found.status != 0:
        raise Contradiction(f"the published figures do not add up: {found.message}")
    return float(found.fun)
