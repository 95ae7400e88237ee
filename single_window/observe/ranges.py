"""Ids as the log writes them: few one by one, so that a search for one finds its line; many as ranges. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

SINGLY = 64
"""So many ids are written one by one."""


def compact(numbers: Iterable[int], singly: int = SINGLY) -> str:
    """Numbers in order, each once: "7,9" for few, "1205-1302,1400" for more than `singly`; empty for none."""
    ordered = sorted(numbers)
    if len(ordered) <= singly:
        return ",".join(map(str, dict.fromkeys(ordered)))
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in _runs(ordered))


def _runs(ordered: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbours."""
    if ordered[-1] - ordered[0] == len(ordered) - 1 and len(set(ordered)) == len(ordered):
        yield ordered[0], ordered[-1]
        return
    first = last = ordered[0]
    for number in ordered:
        if number > last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def holds(text: str, number: int) -> bool:
    """True if a number is among those of a text that `compact` wrote."""
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        if int(first) <= number <= int(last or first):
            return True
    return False
