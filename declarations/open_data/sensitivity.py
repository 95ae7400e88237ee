"""Finds the cells that tell of a merchant: too few contributors, one or two who dominate (the defaults of sdcTable), or
a second largest who can work out the largest (p % rule; handbook on statistical disclosure control, 2nd edition,
2024)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from declarations.open_data.network import CellBounds
from declarations.open_data.tables import NOTHING, Contributions, Figures

FEW, DOMINATED, CHANGED, SECONDARY, BEFORE = "few", "dominated", "changed", "secondary", "before"
"""Why a cell is closed: few contributors, a dominant one, a change by few, to protect others, closed before."""


class CellLimits(NamedTuple):
    """The dated values: contributors at least, the share (percent) of the two largest from which on they dominate, and
    how close (percent) a closed cell must not be bounded."""

    contributors: int
    dominance: int
    closeness: int


def sensitive(contributions: Contributions, limits: CellLimits) -> str:
    """Return why a cell tells of a merchant (few, dominated); empty if it does not, as where nobody contributes."""
    if not contributions:
        return ""
    if len(contributions) < limits.contributors:
        return FEW
    values = sorted((abs(part.value) for part in contributions.values()), reverse=True)
    if sum(values[:2]) * 100 >= limits.dominance * sum(values):
        return DOMINATED
    # what is neither his nor the largest's is all by which the second largest is wrong about the largest
    return DOMINATED if sum(values[2:]) * 100 < limits.closeness * values[0] else ""


def change_of(now: Contributions, before: Contributions) -> dict[str, Figures]:
    """Return by how much merchants changed between two versions of a cell; who did not change is left out."""
    changed = {}
    for merchant in sorted({*now, *before}):
        one, other = now.get(merchant, NOTHING), before.get(merchant, NOTHING)
        if one != other:
            changed[merchant] = Figures(one.items - other.items, one.value - other.value)
    return changed


def is_close(interval: CellBounds, limits: CellLimits) -> bool:
    """True if some figure is less than the allowed share away from both bounds."""
    share = limits.closeness
    return interval.high is not None and interval.high * (100 - share) < interval.low * (100 + share)


def protection_of(sizes: Iterable[int], limits: CellLimits) -> int:
    """Return how far both bounds of a cell that tells of a merchant must be away from its value: a share of it and of
    its changes."""
    return -(-max(sizes) * limits.closeness // 100)


def widening_of(low: int, limits: CellLimits) -> int:
    """Return how far above the lower bound of a closed cell its upper one must be."""
    return -(-low * 2 * limits.closeness // (100 - limits.closeness))
