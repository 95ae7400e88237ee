"""Keeps the C library from keeping freed memory for itself: few arenas, large pieces apart, and freed pages given back.

By default every thread has an arena of its own, and what large messages took in thirty of them stays there.
"""

from __future__ import annotations

import ctypes
from functools import cache
from threading import Event
from typing import Any

LARGE_BYTES = 1_000_000
"""A message above this size is worth the call."""


ARENAS, MAPPED_ABOVE_BYTES = 2, 256 * 1_024
"""Arenas that all threads share: they take turns anyway. Pieces above this size go back as soon as they are freed."""
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Numbers of these settings in the GNU C library (malloc.h)."""


def share_arenas() -> None:
    """At the start of a process, before it has threads: let them share arenas, and map large pieces by themselves."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, ARENAS)
        mallopt(_M_MMAP_THRESHOLD, MAPPED_ABOVE_BYTES)


@cache
def _malloc_trim() -> Any:
    """The function of the GNU C library; None where there is another one."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


_large_read = Event()
"""Something large was read, and what it took may be let go by now."""


def give_back(size: int) -> None:
    """After a message of so many bytes was read and let go: return to the system what its tree took."""
    if size > LARGE_BYTES:
        _large_read.set()
        _trim()


def give_back_later() -> None:
    """Once in a while: return what large messages took until they were answered."""
    if _large_read.is_set():
        _large_read.clear()
        _trim()


def _trim() -> None:
    if (trim := _malloc_trim()) is not None:
        trim(0)
