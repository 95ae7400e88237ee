"""Chances of drawn stories: what a story says follows from its name and number alone."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


class Chances:
    """Draws one after the other, the same in every run."""

    def __init__(self, story: str) -> None:
        self._story, self._drawn = story, 0

    def number(self, below: int) -> int:
        """Return a number from 0 on, below another."""
        self._drawn += 1
        return int.from_bytes(sha256(f"{self._story}|{self._drawn}".encode()).digest()[:8]) % below

    def one_of(self, choices: Sequence[T]) -> T:
        """Return one of several."""
        return choices[self.number(len(choices))]

    def yes(self, times: int, of: int) -> bool:
        """True so many times of so many."""
        return self.number(of) < times
