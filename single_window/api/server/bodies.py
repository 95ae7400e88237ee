"""Stores the bodies of HTTP requests until they are answered."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import Any

MAX_MEMORY_BYTES = 64_000
"""Maximum bytes of a body in memory; a larger one is stored in a temporary file."""
MAX_TOTAL_BYTES = 500_000_000
"""Maximum bytes of all stored bodies; further ones are refused."""


class KeptBodies:
    """Counts the stored bytes of all bodies of a listener."""

    def __init__(self, most: int = MAX_TOTAL_BYTES) -> None:
        self._most, self._sum, self._lock = most, 0, Lock()

    def add(self, size: int) -> None:
        """Add to the stored bytes; negative when a body is deleted."""
        with self._lock:
            self._sum += size

    @property
    def size(self) -> int:
        """The number of stored bytes."""
        return self._sum

    @property
    def too_much(self) -> bool:
        """True if the limit is exceeded."""
        return self._sum > self._most


class KeptBody:
    """A request's body: its first `most` bytes, and its total length."""

    def __init__(self, most: int, kept: KeptBodies | None = None) -> None:
        self._file = SpooledTemporaryFile(MAX_MEMORY_BYTES)  # noqa: SIM115 - it lives as long as its request
        self._most, self._kept = most, kept or KeptBodies()
        self._size = self._counted = 0

    def append(self, data: bytes) -> None:
        """Store data up to the limit, and count all."""
        room = self._most - self._size
        if room > 0 and not self._file.closed:
            self._file.write(data[:room])
            self._count(len(data[:room]))
        self._size += len(data)

    def _count(self, size: int) -> None:
        self._counted += size
        self._kept.add(size)

    def __len__(self) -> int:
        return self._size

    def __bool__(self) -> bool:
        return True

    def getfile(self) -> Any:
        """Return the file of stored bytes, positioned at the beginning."""
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Delete the stored bytes."""
        self._file.close()
        self._count(-self._counted)
