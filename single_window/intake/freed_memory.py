"""Gives memory back to the system after something large was read: the C library keeps what it has freed for itself."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

LARGE_BYTES = 1_000_000
"""A message above this size is worth the call."""


@cache
def _malloc_trim() -> Any:
    """The function of the GNU C library; None where there is another one."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


def give_back(size: int) -> None:
    """After a message of so many bytes was read and let go: return to the system what its tree took."""
    if size > LARGE_BYTES and (trim := _malloc_trim()) is not None:
        trim(0)
