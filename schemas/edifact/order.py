"""Checks that the segments of a message stand where its table says: order, groups, repetitions, what is mandatory.

The table is walked once, forwards: after each segment, what may follow depends on its row alone and is worked out once
for each pair of row and tag, so a message takes time by its segments, whatever they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from schemas.edifact.tables import Row, messages

START = -1
"""The row of `UNH`."""


class TableStep(NamedTuple):
    """A way on: to which row, how often it may stand there, whether it begins a group, which mandatory rows are left
    out on the way, and which rows below begin to count anew."""

    row: int
    most: int
    is_group: bool
    missing: tuple[int, ...]
    below: slice
    zeros: list[int]
    """A count of nothing for each row below."""


class OrderFault(NamedTuple):
    """A fault of the order: code of the finding, number of the segment from 0, tag, how often it may stand."""

    code: str
    at: int
    tag: str
    most: int = 0


class SegmentTable:
    """The segment table of a message, as steps from row to row."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.tags = frozenset(row.tag for row in rows)
        self._parents = list(_parents(rows))
        self._ends = [_end(rows, at) for at in range(len(rows))]
        self._children = {
            at: [n for n, parent in enumerate(self._parents) if parent == at] for at in range(-1, len(rows))
        }
        self._steps: dict[tuple[int, str], tuple[TableStep, ...]] = {}

    def steps(self, row: int, tag: str) -> tuple[TableStep, ...]:
        """Return the ways from a row to the next segment, the nearest first."""
        if tag not in self.tags:
            return ()
        key = (row, tag)
        found = self._steps.get(key)
        if found is None:
            found = self._steps[key] = tuple(self._ways(row, tag))
        return found

    def missing_at_end(self, row: int) -> tuple[int, ...]:
        """Return the mandatory rows that a message lacks which ends after a row."""
        lacking = list(self._mandatory(self._children[row]))
        while row != START:
            parent = self._parents[row]
            lacking += self._mandatory(sibling for sibling in self._children[parent] if sibling > row)
            row = parent
        return tuple(lacking)

    def parent(self, row: int) -> int:
        """Return the row that begins the group in which a row stands; `START` outside groups."""
        return self._parents[row]

    def is_group(self, row: int) -> bool:
        """Return True if a row begins a group."""
        return bool(self._children[row])

    def _ways(self, row: int, tag: str) -> Iterator[TableStep]:
        lacking: list[int] = []
        yield from self._among(self._children[row], tag, lacking)
        while row != START:
            if self.rows[row].tag == tag:
                yield self._step(row, lacking)
            parent = self._parents[row]
            yield from self._among([sibling for sibling in self._children[parent] if sibling > row], tag, lacking)
            row = parent

    def _among(self, rows: Sequence[int], tag: str, lacking: list[int]) -> Iterator[TableStep]:
        """Yield the steps to those of the rows that have the tag; adds to `lacking` the mandatory ones passed by."""
        for row in rows:
            if self.rows[row].tag == tag:
                yield self._step(row, lacking)
            if self.rows[row].mandatory:
                lacking.append(row)

    def _step(self, row: int, lacking: Sequence[int]) -> TableStep:
        begin, end = row + 1, self._ends[row]
        return TableStep(row, self.rows[row].most, end > begin, tuple(lacking), slice(begin, end), [0] * (end - begin))

    def _mandatory(self, rows: Iterable[int]) -> list[int]:
        return [row for row in rows if self.rows[row].mandatory]


def table_of(message: str, release: str) -> SegmentTable | None:
    """Return the table of a message in a release; None if there is none here."""
    return _tables().get((message, release))


@cache
def _tables() -> dict[tuple[str, str], SegmentTable]:
    return {key: SegmentTable(rows) for key, rows in messages().items()}


def walk(table: SegmentTable, tags: Sequence[str]) -> tuple[list[int], list[OrderFault]]:
    """Return the row of each segment (`START` for those that stand wrong), and what is wrong with their order.

    `tags`: the segments between `UNH` and `UNT`. `at` of a fault is the segment before which something is missing,
    or which stands wrong; behind the last one for what is missing at the end.
    """
    rows: list[int] = []
    found: list[OrderFault] = []
    counts, now = [0] * len(table.rows), START
    for index, tag in enumerate(tags):
        steps = table.steps(now, tag)
        if not steps:
            known = tag in table.tags
            found.append(OrderFault("edifact-misplaced" if known else "edifact-unknown-segment", index, tag))
            rows.append(START)
            continue
        step = steps[0]
        if counts[step.row] >= step.most:
            step = next((other for other in steps if counts[other.row] < other.most), step)
            if counts[step.row] == step.most:
                code = "edifact-too-many-groups" if step.is_group else "edifact-too-many-of"
                found.append(OrderFault(code, index, tag, step.most))
        if step.missing:
            found += [OrderFault("edifact-missing-segment", index, table.rows[row].tag) for row in step.missing]
        now = step.row
        counts[now] += 1
        if step.is_group:
            counts[step.below] = step.zeros
        rows.append(now)
    missing = table.missing_at_end(now)
    return rows, [*found, *(OrderFault("edifact-missing-segment", len(tags), table.rows[row].tag) for row in missing)]


def _parents(rows: Sequence[Row]) -> Iterator[int]:
    above: list[int] = []
    for at, row in enumerate(rows):
        del above[row.level :]
        yield above[-1] if above else START
        above.append(at)


def _end(rows: Sequence[Row], at: int) -> int:
    """The row behind a row's group."""
    return next((n for n in range(at + 1, len(rows)) if rows[n].level <= rows[at].level), len(rows))
