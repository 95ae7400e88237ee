"""What a gateway's memories keep from batch to batch, by sandbox: so many rows in all, however many sandboxes."""

from __future__ import annotations

from typing import Any, TypeAlias

Recent: TypeAlias = dict[str, dict[Any, Any]]
"""Rows of one sandbox by kind and key, as long as nobody else writes them."""
KEPT = 20_000
"""Rows at most, of all sandboxes together; a sandbox counts as a row."""


class Remembered:
    """The rows of the sandboxes that were used last. `let_go` between two batches."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._recent: dict[str, Recent] = {}

    def __len__(self) -> int:
        return sum(map(_size, self._recent.values()))

    def of(self, sandbox: str) -> Recent:
        """What is remembered of a sandbox, which is now the one that was used last; the caller may change it."""
        recent = self._recent[sandbox] = self._recent.pop(sandbox, {})
        return recent

    def let_go(self) -> None:
        """Of too many rows, forget those of the sandboxes that were not used for longest."""
        too_many = len(self) - self._most
        for sandbox, recent in list(self._recent.items()):
            if too_many <= 0:
                return
            too_many -= _size(recent)
            del self._recent[sandbox]

    def forget(self) -> None:
        """Forget everything."""
        self._recent = {}


def _size(recent: Recent) -> int:
    return 1 + sum(map(len, recent.values()))
