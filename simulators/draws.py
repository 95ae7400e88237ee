"""Numbers drawn from a hash of a key: the same key gives the same numbers, whoever asks and in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Item = TypeVar("Item")
_LOW = 1 << 128


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
        """One of the items, each as likely as the others."""
        return items[self.below(len(items))]

    def order(self, count: int) -> list[int]:
        """The numbers 0 to count - 1 in a drawn order."""
        numbers = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            numbers[last], numbers[other] = numbers[other], numbers[last]
        return numbers


def _digest(key: bytes) -> int:
    return int.from_bytes(blake2b(key).digest(), "big")


def guid(*key: object) -> str:
    """An upper-case GUID of 36 characters that belongs to the key."""
    text = blake2b("|".join(map(str, key)).encode(), digest_size=16).hexdigest().upper()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
