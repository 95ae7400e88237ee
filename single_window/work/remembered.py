"""What a gateway's memories keep from batch to batch, by sandbox: so many rows in all, however many sandboxes."""

from __future__ import annotations

from typing import Any, TypeAlias

Recent: TypeAlias = dict[str, dict[Any, Any]]
"""Rows of one sandbox by kind and key, as long as nobody else writes them."""
KEPT = 20_000
"""Rows at most, of all sandboxes together; a sandbox counts as a row."""
SANDBOXES = 32
"""Sandboxes at most: tests that are over leave nothing behind, and what is asked for again is read again."""


class Remembered:
    """The rows of the sandboxes that were used last. `let_go` between two batches."""

    def __init__(self, most: int = KEPT, sandboxes: int = SANDBOXES) -> None:
        self._most, self._sandboxes = most, sandboxes
        self._recent: dict[str, Recent] = {}

    def __len__(self) -> int:
        return sum(map(_size, self._recent.values()))

    def of(self, sandbox: str) -> Recent:
        """What is remembered of a sandbox, which is now the one that was used last; the caller may change it."""
        recent = self._recent[sandbox] = self._recent.pop(sandbox, {})
        return recent

    def let_go(self) -> None:
        """Of too many rows or sandboxes, forget those of the sandboxes that were not used for longest."""
        too_many = len(self) - self._most
        for sandbox, recent in list(self._recent.items()):
            if too_many <= 0 and len(self._recent) <= self._sandboxes:
                return
            too_many -= _size(recent)
            del self._recent[sandbox]

    def forget(self) -> None:
        """Forget everything."""
        self._recent = {}


def _size(recent: Recent) -> int:
    return 1 + sum(map(len, recent.values()))
