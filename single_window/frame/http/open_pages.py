"""Shared parts of pages that everybody may read without an account: their headers, and how often an address may
call."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from flask import request

from single_window.frame.http.callers import is_local
from single_window.frame.http.problems import problem

if TYPE_CHECKING:
    from single_window.accounts.call_limit import CallLimit

PER_MINUTE = 60
"""Look-ups of an address per minute, on a window that others reach."""
OPEN = {"Access-Control-Allow-Origin": "*", "Vary": "Accept, Accept-Language"}


def count_caller() -> None:
    """Refuse more look-ups of an address than `PER_MINUTE` (429), but of this machine: who guesses is slow."""
    if is_local():
        return
    standing = _look_ups().count(request.remote_addr or "")
    if not standing.within:
        headers = {"Retry-After": str(standing.seconds)}
        raise problem("too-many-calls", most=standing.most, seconds=standing.seconds, headers=headers)


@cache
def _look_ups() -> CallLimit:
    from single_window.accounts.call_limit import CallLimit  # imports limits, which is only needed with a limit

    return CallLimit(PER_MINUTE)
