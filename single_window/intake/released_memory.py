"""Makes glibc return freed memory to the system: few malloc arenas, large blocks by mmap, malloc_trim.

By default every thread has a separate arena, and memory of large messages would stay allocated in each of them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache, wraps
from threading import Event
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine

from single_window.intake.explaining import end_idle
from single_window.store.engine import close_unused

Given = ParamSpec("Given")
Result = TypeVar("Result")
LARGE_BYTES = 1_000_000
"""Message size above which memory is trimmed."""


ARENAS, MAPPED_ABOVE_BYTES = 2, 256 * 1_024
"""Arenas shared by all threads (they hold the GIL anyway), and block size above which mmap is used, so that a block is
returned when it is freed."""
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Parameters of mallopt (malloc.h)."""


def share_arenas() -> None:
    """Configure malloc. Call at the start of a process, before it has threads."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, ARENAS)
        mallopt(_M_MMAP_THRESHOLD, MAPPED_ABOVE_BYTES)


@cache
def _malloc_trim() -> Any:
    """glibc's malloc_trim; None with another C library."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


_large_message_read = Event()
"""Set when a large message was parsed, whose memory may be free later."""


def release_memory(size: int) -> None:
    """Trim memory after a message of `size` bytes was parsed and its tree dropped."""
    if size > LARGE_BYTES:
        _large_message_read.set()
        _trim()


def releasing_memory(
    parses: Callable[Concatenate[bytes, Given], Result],
) -> Callable[Concatenate[bytes, Given], Result]:
    """Decorate a function that parses a body: memory is trimmed once it has returned, and with it its tree is gone."""

    @wraps(parses)
    def released(body: bytes, /, *given: Given.args, **named: Given.kwargs) -> Result:
        try:
            return parses(body, *given, **named)
        finally:
            release_memory(len(body))

    return released


def release_memory_later() -> None:
    """Trim memory of large messages that were answered meanwhile; called periodically."""
    if _large_message_read.is_set():
        _large_message_read.clear()
        _trim()


def _trim() -> None:
    if (trim := _malloc_trim()) is not None:
        trim(0)


def give_back(engine: Engine) -> None:
    """Release resources, called periodically: idle database connections, memory of large messages, and the idle
    explaining subprocess."""
    close_unused(engine)
    release_memory_later()
    end_idle()
