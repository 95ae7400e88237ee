"""Seeded months of trade of firms of all sizes, and their late cancellations, for tests of open data."""

from __future__ import annotations

from random import Random

from declarations.open_data.sensitivity import CellLimits
from declarations.open_data.tables import Traded

LIMITS = CellLimits(contributors=3, dominance=85, closeness=20)
MODES = {"I": ("9610", "1210", "1239"), "E": ("9610", "9710", "9810", "1210")}
PARTNERS = ("116", "133", "304", "502", "601", "305", "309")
CHAPTERS = ("19", "21", "33", "34", "62", "95")


def seeded_month(seed: int, direction: str = "I") -> list[Traded]:
    """What 4 to 40 firms trade: some in a single cell, some everywhere, values over many orders of size."""
    random = Random(f"month {seed} {direction}")
    lines = []
    for firm in range(random.randint(4, 40)):
        for _ in range(random.randint(1, 8)):
            place = (random.choice(MODES[direction]), random.choice(PARTNERS), random.choice(CHAPTERS))
            value = int(random.lognormvariate(10, 2)) + 1
            lines.append(Traded(direction, *place, f"F{firm}", random.randint(1, 20), value))
    return lines


def cancelled_late(lines: list[Traded], seed: int) -> list[Traded]:
    """The same month when some of it was cancelled."""
    random = Random(f"late {seed}")
    return [line for line in lines if random.random() > 0.05]


def lines_alike(seed: int, direction: str = "I") -> list[Traded]:
    """What a few small firms trade in a quiet month: one line each, most at one of two prices."""
    random = Random(f"alike {seed} {direction}")
    return [
        Traded(
            direction,
            random.choice(MODES[direction]),
            random.choice(PARTNERS),
            random.choice(CHAPTERS),
            f"F{firm}",
            1,
            random.choice((199_303, 249_272)),
        )
        for firm in range(random.randint(2, 9))
    ]
