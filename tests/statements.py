"""Compiled SQL statements are kept for all engines of a process, as a window keeps them for all of its life.

Each story opens an engine of its own, and SQLAlchemy compiles every statement anew for each. Engines of one dialect
and driver compile alike.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

MOST = 3_000
"""Statements that are kept; a window of its own keeps 500."""


class _OfAllEngines(LRUCache[Any, Any]):
    """A cache of compiled statements, whose keys begin with the dialect of their engine: here with what it is."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_key(key), default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        super().__setitem__(_key(key), value)


def _key(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return (type(key[0]), *key[1:])


_kept = _OfAllEngines(MOST)


@event.listens_for(Engine, "engine_connect")
def _keep(connection: Connection) -> None:
    """Called by SQLAlchemy for each connection of any engine."""
    connection.execution_options(compiled_cache=_kept)
