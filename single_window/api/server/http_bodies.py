"""Keeps the bodies of HTTP requests until they are answered."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import Any

IN_MEMORY = 64_000
"""Bytes of a body that are kept in memory; more goes to a temporary file."""
IN_FILES = 500_000_000
"""Bytes of all bodies together that are kept until they are answered; what comes on top is turned away."""


class KeptBodies:
    """The bytes kept of all bodies of a listener."""

    def __init__(self, most: int = IN_FILES) -> None:
        self._most, self._sum, self._lock = most, 0, Lock()

    def add(self, size: int) -> None:
        """More is kept, or less."""
        with self._lock:
            self._sum += size

    @property
    def size(self) -> int:
        """Bytes that are kept by now."""
        return self._sum

    @property
    def too_much(self) -> bool:
        """True if no more should be kept."""
        return self._sum > self._most


class KeptBody:
    """A request's body: its first `most` bytes, and how long it was in all."""

    def __init__(self, most: int, kept: KeptBodies | None = None) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it lives as long as its request
        self._most, self._kept = most, kept or KeptBodies()
        self._size = self._counted = 0

    def append(self, data: bytes) -> None:
        """Keep what fits, count the rest."""
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
        """The kept bytes, from the first."""
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Forget them."""
        self._file.close()
        self._count(-self._counted)
