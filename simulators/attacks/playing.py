"""Plays the attacks on published versions: a solver on each, differences of two, and firms of one's own in cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from simulators.attacks.published import MEASURES, PublishedCell, ReadVersion
from simulators.attacks.solving import SolvedBounds, bounds_of

CLOSENESS, FEW, ROUNDING = 20, 2, 1e-6
"""How close (percent) is too close; so many lines of lists are of so many merchants at most."""
Own = Mapping[PublishedCell, Mapping[str, int]]
"""What firms of the attacker have in a cell, by measure."""


class Leak(NamedTuple):
    """A cell that an attack found out: `attack` solver, difference or planted."""

    attack: str
    version: str
    cell: PublishedCell
    found: str


def solve(
    version: ReadVersion, is_first: bool = True, own: Own | None = None, attack: str = "solver"
) -> Iterator[Leak]:
    """Yield the closed cells of a version that can be bounded closely, less what is the attacker's own.

    A closed cell of a first version is not zero; one of a revision may have become it. One that is closed to protect
    others, as its code tells, is of three merchants at least."""
    mine = own or {}
    for measure in MEASURES:
        parts = {cell: mine.get(cell, {}).get(measure, 0) for cell in version.closed}
        floor = {cell: FEW + 1 if cell in version.protecting and measure == "items" else 1 for cell in version.closed}
        least = {cell: max(floor[cell] if is_first else 0, part) for cell, part in parts.items()}
        for cell, (low, high) in bounds_of(version.figures[measure], version.closed, least).items():
            rest = SolvedBounds(low - parts[cell], None if high is None else high - parts[cell])
            if is_close(rest):
                yield Leak(attack, version.name, cell, f"{measure} {rest.low:.0f}–{rest.high:.0f}")


def is_close(bounds: SolvedBounds) -> bool:
    """True if some figure is less than ±20 % away from both bounds. A cell that can only be zero tells nothing."""
    if bounds.high is None or bounds.high <= ROUNDING:
        return False
    return bounds.high * (100 - CLOSENESS) < bounds.low * (100 + CLOSENESS) * (1 - ROUNDING)


def compare(first: ReadVersion, second: ReadVersion) -> Iterator[Leak]:
    """Yield what two versions tell by their difference: a cell that was opened, a change of so few lines that it is one
    or two merchants', and closed changes that can be bounded closely if all changes went one way."""
    name = f"{first.name} → {second.name}"
    for cell in sorted(first.closed - second.closed):
        yield Leak("difference", name, cell, "was closed and is open now")
    both = (first.cells | second.cells) - first.closed - second.closed
    changes = {
        measure: {cell: second.figure(measure, cell) - first.figure(measure, cell) for cell in both}
        for measure in MEASURES
    }
    for cell in sorted(both):
        items, value = changes["items"][cell], changes["value_cny"][cell]
        if 0 < abs(items) <= FEW or (value and not items):
            yield Leak("difference", name, cell, f"{items} lines, {value / 100:.2f} yuan")
    for sign in (1, -1):
        if all(sign * change >= 0 for of in changes.values() for change in of.values()):
            ahead = {measure: {cell: sign * change for cell, change in of.items()} for measure, of in changes.items()}
            yield from solve(ReadVersion(name, ahead, first.closed | second.closed), False, attack="difference")


def plant(version: ReadVersion, own: Own) -> Iterator[Leak]:
    """Yield what is left of cells in which the attacker has firms: of one or two others, or bounded closely."""
    for cell, parts in sorted(own.items()):
        left = version.figure("items", cell) - parts.get("items", 0)
        if cell not in version.closed and 0 < left <= FEW:
            yield Leak("planted", version.name, cell, f"{left} lines of others")
    yield from solve(version, own=own, attack="planted")


def attack_all(versions: Sequence[Sequence[ReadVersion]]) -> list[Leak]:
    """Return what a solver and differences find out about versions of a month, each with its directions."""
    leaks = [leak for place, read in enumerate(versions) for one in read for leak in solve(one, place == 0)]
    for earlier, later in combinations(versions, 2):
        for first in earlier:
            same = [one for one in later if one.name[-1] == first.name[-1]]
            leaks += [leak for second in same for leak in compare(first, second)]
    return leaks
