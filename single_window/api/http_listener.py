"""Creates the HTTP listener of the application from the settings."""

from __future__ import annotations

from socket import socket
from typing import Any

from single_window.api import receipts
from single_window.api.server.groups import GroupAnswerer
from single_window.api.server.limits import Limits
from single_window.api.server.listener import THREADS, Listener
from single_window.cases.declarations import awaited
from single_window.frame.http import budgets
from single_window.frame.http.bodies import max_body_bytes
from single_window.settings import Settings


def listening(
    application: Any, bound: socket, settings: Settings, threads: int = THREADS, in_groups: GroupAnswerer | None = None
) -> Listener:
    """Return a listener for the API on a bound socket, not started. `in_groups` answers messages in groups."""
    limits = Limits(connections=settings.connections, per_address=settings.connections_per_address)
    return Listener(
        application=application,
        bound=bound,
        most_kept=max(max_body_bytes(settings.body_cap), budgets.FILES_BYTES) + 1,
        threads=threads,
        limits=limits,
        may_wait=may_wait,
        polls=settings.polls,
        computes=_computes,
        in_groups=in_groups,
    )


def may_wait(path: str, query: str) -> bool:
    """True if a GET of this path and query may wait."""
    return receipts.may_wait(path, query) or awaited.may_wait(path, query)


def _computes(path: str, size: int) -> bool:
    """True if a POST of `size` bytes to this path is computed in a process with resource limits."""
    return size > budgets.COMPUTED_BYTES and budgets.computes(path)
