"""Makes the C library return freed memory to the system: few arenas, large pieces mapped apart, freed pages trimmed.

By default every thread has an arena of its own, and what large messages took in thirty of them stays there.
"""

from __future__ import annotations

import ctypes
from functools import cache
from threading import Event
from typing import Any

from sqlalchemy import Engine

from single_window.intake.explaining import end_idle
from single_window.store.engine import close_unused

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


_large_message_read = Event()
"""Set when a large message was read, whose memory may be free by now."""


def release_memory(size: int) -> None:
    """After a message of so many bytes was read and dropped: return the memory of its tree to the system."""
    if size > LARGE_BYTES:
        _large_message_read.set()
        _trim()


def release_memory_later() -> None:
    """Once in a while: return the memory that large messages took until they were answered."""
    if _large_message_read.is_set():
        _large_message_read.clear()
        _trim()


def _trim() -> None:
    if (trim := _malloc_trim()) is not None:
        trim(0)


def give_back(engine: Engine) -> None:
    """Once in a while: close connections to the database that were not used since the last time, return memory that
    large messages took to the system, end processes that explain and have had nothing to explain."""
    close_unused(engine)
    release_memory_later()
    end_idle()
