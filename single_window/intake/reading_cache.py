"""Caches parsed messages between admission and reception, bounded by count and bytes."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from single_window.intake.reading import Reading


class ReadingCache:
    """Message id → reading; evicts the oldest above `most` readings or `most_bytes`. Thread-safe.

    An evicted message is parsed again from the archive. Readings of messages that another process receives are only
    removed by eviction.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._readings: OrderedDict[int, Reading] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._readings)

    def get(self, number: int) -> Reading | None:
        """The reading of a message, if it is cached."""
        return self._readings.get(number)

    def put(self, number: int, reading: Reading) -> None:
        """Cache a reading, and evict the oldest ones above the limits."""
        with self._lock:
            self._drop(number)
            self._readings[number] = reading
            self._bytes += reading.size
            while len(self._readings) > self._most or self._bytes > self._most_bytes:
                _, oldest = self._readings.popitem(last=False)
                self._bytes -= oldest.size

    def drop(self, number: int) -> None:
        """Drop a message's reading."""
        with self._lock:
            self._drop(number)

    def _drop(self, number: int) -> None:
        before = self._readings.pop(number, None)
        if before is not None:
            self._bytes -= before.size
