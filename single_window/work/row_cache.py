"""Caches rows of a gateway's repositories between batches, by sandbox: so many in all, of so many sandboxes."""

from __future__ import annotations

from typing import Any, TypeAlias

Recent: TypeAlias = dict[str, dict[Any, Any]]
"""Rows of one sandbox by kind and key, as long as no other process writes them."""
MAX_ROWS = 20_000
"""Rows at most, of all sandboxes together; a sandbox counts as a row."""
MAX_SANDBOXES = 32
"""Sandboxes at most: tests that are over leave nothing behind, and what is needed again is read again."""


class RowCache:
    """Rows of the most recently used sandboxes. Call `evict` between two batches."""

    def __init__(self, most: int = MAX_ROWS, sandboxes: int = MAX_SANDBOXES) -> None:
        self._most, self._sandboxes = most, sandboxes
        self._rows: dict[str, Recent] = {}

    def __len__(self) -> int:
        return sum(map(_size, self._rows.values()))

    def of(self, sandbox: str) -> Recent:
        """The cached rows of a sandbox, which becomes the most recently used one; the caller may change them."""
        recent = self._rows[sandbox] = self._rows.pop(sandbox, {})
        return recent

    def evict(self) -> None:
        """Where there are too many rows or sandboxes, drop those of the least recently used sandboxes."""
        too_many = len(self) - self._most
        for sandbox, recent in list(self._rows.items()):
            if too_many <= 0 and len(self._rows) <= self._sandboxes:
                return
            too_many -= _size(recent)
            del self._rows[sandbox]

    def clear(self) -> None:
        """Drop all rows."""
        self._rows = {}


def _size(recent: Recent) -> int:
    return 1 + sum(map(len, recent.values()))
