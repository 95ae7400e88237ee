"""How much waits for a person at each desk: the navigation tells it on every page, the start page leads there."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from single_window.store import case_queue


def waiting(connection: Connection, sandbox: str) -> Mapping[str, int]:
    """How many cases of a sandbox wait at each desk where any do."""
    return case_queue.counts(connection, sandbox)
