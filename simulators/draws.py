"""Deterministic random numbers from a hash of a key."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from typing import TypeVar

Item = TypeVar("Item")
_LOW = 1 << 128
_FIRST_WEIGHT = 1_000_000


class Draws:
    """A stream of draws for one key, for example (seed, "trade", 17)."""

    __slots__ = ("_key", "_state")

    def __init__(self, *key: object) -> None:
        self._key = "|".join(map(str, key)).encode()
        self._state = _digest(self._key)

    def below(self, bound: int) -> int:
        """A number from 0 to bound - 1; bound is below 2**64."""
        if self._state < _LOW:
            self._key += b"+"
            self._state = _digest(self._key)
        self._state, drawn = divmod(self._state, bound)
        return drawn

    def between(self, low: int, high: int) -> int:
        """A number from low to high, both included."""
        return low + self.below(high - low + 1)

    def one_of(self, items: Sequence[Item]) -> Item:
        """One of the items, with equal probability."""
        return items[self.below(len(items))]

    def by_rank(self, items: Sequence[Item], zipf: float) -> Item:
        """One of the items by Zipf's law: the n-th is n**zipf times less likely than the first; 0: equal
        probability.
        """
        if not zipf:
            return self.one_of(items)
        upto = _cumulate(len(items), zipf)
        return items[bisect_right(upto, self.below(upto[-1]))]

    def order(self, count: int) -> list[int]:
        """A random permutation of the numbers 0 to count - 1."""
        numbers = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            numbers[last], numbers[other] = numbers[other], numbers[last]
        return numbers


@cache
def _cumulate(count: int, zipf: float) -> list[int]:
    """Cumulative integer weights of `count` ranks."""
    return list(accumulate(max(1, round(_FIRST_WEIGHT / rank**zipf)) for rank in range(1, count + 1)))


def _digest(key: bytes) -> int:
    return int.from_bytes(blake2b(key).digest(), "big")


def guid(*key: object) -> str:
    """An upper-case GUID of 36 characters that belongs to the key."""
    text = blake2b("|".join(map(str, key)).encode(), digest_size=16).hexdigest().upper()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
