"""Bounds of closed cells that follow from published ones. Tables whose totals agree are a network: a cell is an arc, a
total the flow through a node, and every possible table is a circulation. How far a closed cell can move up or down is
the most that can flow back round it through other closed cells, so its bounds are exact, and whole numbers (Ford and
Fulkerson, 1956; for closed cells Kelly, Golden and Assad, 1992). No solver is needed.

A third dimension (partner by chapter) would be no network and is not published. The attack kit does not use this proof:
it asks a solver (HiGHS, extra `open-data`) about the published files, and fails without one. Rounding is undone by
totals, and noise from a seed by whoever knows the seed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from heapq import heappop, heappush
from typing import Any, NamedTuple, TypeAlias

BOUNDLESS = 1 << 100
"""More than any sum of trade; a bound that is as large is none."""


Floor: TypeAlias = Callable[[Hashable], int]
"""What a closed cell is known to have at least."""


def no_floor(cell: Hashable) -> int:
    """Nothing is known of any cell."""
    return 0


class Arc(NamedTuple):
    """A cell as an arc of the network, with its true value."""

    cell: Hashable
    tail: str
    head: str
    value: int


class CellBounds(NamedTuple):
    """The bounds of a cell, each of which is possible; `high` None: it has no upper bound."""

    low: int
    high: int | None


class FlowStep(NamedTuple):
    """A step along an arc (`sign` 1) or against it (-1)."""

    arc: Arc
    sign: int

    @property
    def goal(self) -> str:
        """The node to which it leads."""
        return self.arc.head if self.sign > 0 else self.arc.tail


class Network:
    """The arcs of tables whose totals agree. Cells that are zero and published need none: nothing can flow there."""

    def __init__(self, arcs: Iterable[Arc]) -> None:
        self.arcs: dict[Hashable, Arc] = {arc.cell: arc for arc in arcs}
        self._steps: dict[str, list[FlowStep]] = {}
        for arc in self.arcs.values():
            self._steps.setdefault(arc.tail, []).append(FlowStep(arc, 1))
            self._steps.setdefault(arc.head, []).append(FlowStep(arc, -1))

    def steps_from(self, node: str) -> list[FlowStep]:
        """Return the steps that leave a node, in the order of cells."""
        return self._steps.get(node, [])


class Residual:
    """The changes of the flow that are possible for somebody who knows all cells but closed ones.

    `known`: closed cells that this person knows all the same. `floor`: what he knows a closed cell to have at least, if
    it is not zero."""

    def __init__(
        self, network: Network, closed: Collection[Hashable], known: Collection[Hashable] = (), floor: Floor = no_floor
    ) -> None:
        self._network, self._closed, self._known, self._floor = network, closed, frozenset(known), floor
        self._moved: dict[Hashable, int] = {}

    def room(self, step: FlowStep) -> int:
        """Return how much a step can carry if its cell is closed; nothing for who knows the cell."""
        if step.arc.cell in self._known:
            return 0
        moved = self._moved.get(step.arc.cell, 0)
        value = step.arc.value
        return BOUNDLESS if step.sign > 0 else value - min(self._floor(step.arc.cell), value) + moved

    def push(self, arc: Arc, sign: int, wanted: int) -> int:
        """Change a cell by as much as possible, `wanted` at most, through closed cells; return by how much."""
        start, goal = (arc.head, arc.tail) if sign > 0 else (arc.tail, arc.head)
        done = 0
        while done < wanted and (path := self._path(arc, start, goal)):
            done += self._carry(path, wanted - done)
        return done

    def close_and_push(self, arc: Arc, sign: int, wanted: int, cost: Mapping[Hashable, int]) -> Collection[Any]:
        """Change a cell by `wanted`, closing the cheapest further cells that this needs; return those.

        Stops where no way is left, which does not happen while all cells that are not known may be closed."""
        start, goal = (arc.head, arc.tail) if sign > 0 else (arc.tail, arc.head)
        needed: set[Hashable] = set()
        done = 0
        while done < wanted and (path := self._cheapest(arc, start, goal, cost, needed)):
            needed |= {step.arc.cell for step in path} - set(self._closed)
            done += self._carry(path, wanted - done)
        return needed

    def _carry(self, path: list[FlowStep], most: int) -> int:
        carried = min(most, *(self.room(step) for step in path))
        for step in path:
            self._moved[step.arc.cell] = self._moved.get(step.arc.cell, 0) + step.sign * carried
        return carried

    def _path(self, barred: Arc, start: str, goal: str) -> list[FlowStep]:
        """Return a shortest path through closed cells; empty if there is none."""
        came: dict[str, FlowStep] = {}
        seen, waiting = {start}, deque([start])
        while waiting:
            node = waiting.popleft()
            for step in self._network.steps_from(node):
                if step.goal in seen or step.arc is barred or step.arc.cell not in self._closed:
                    continue
                if self.room(step) > 0:
                    seen.add(step.goal)
                    came[step.goal] = step
                    if step.goal == goal:
                        return _back(came, start, goal)
                    waiting.append(step.goal)
        return []

    def _cheapest(
        self, barred: Arc, start: str, goal: str, cost: Mapping[Hashable, int], free: Collection[Hashable]
    ) -> list[FlowStep]:
        """Return the path that closes the least value, then the fewest cells; what is closed costs nothing."""
        came: dict[str, FlowStep] = {}
        best: dict[str, tuple[int, int]] = {start: (0, 0)}
        waiting = [(0, 0, start)]
        while waiting:
            spent, length, node = heappop(waiting)
            if node == goal:
                return _back(came, start, goal)
            if (spent, length) > best[node]:
                continue
            for step in self._network.steps_from(node):
                if step.arc is barred or self.room(step) <= 0:
                    continue
                paid = 0 if step.arc.cell in self._closed or step.arc.cell in free else cost[step.arc.cell] + 1
                found = (spent + paid, length + 1)
                if step.goal not in best or found < best[step.goal]:
                    best[step.goal], came[step.goal] = found, step
                    heappush(waiting, (*found, step.goal))
        return []


def interval_of(
    network: Network,
    closed: Collection[Hashable],
    cell: Hashable,
    known: Collection[Hashable] = (),
    floor: Floor = no_floor,
) -> CellBounds:
    """Return the exact bounds of a closed cell; see `Residual`."""
    arc = network.arcs[cell]
    up = Residual(network, closed, known, floor).push(arc, 1, BOUNDLESS)
    down = Residual(network, closed, known, floor).push(arc, -1, arc.value - min(floor(cell), arc.value))
    return CellBounds(arc.value - down, None if up >= BOUNDLESS else arc.value + up)


def _back(came: Mapping[str, FlowStep], start: str, goal: str) -> list[FlowStep]:
    path, node = [], goal
    while node != start:
        step = came[node]
        path.append(step)
        node = step.arc.tail if step.sign > 0 else step.arc.head
    return path[::-1]
