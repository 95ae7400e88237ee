"""A database that the memories of gateways are contracted on, with what opens them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Engine

from single_window.store.engine import writing
from single_window.store.numbering import ROWS, Numbering

Opens = Callable[..., AbstractContextManager[Any]]


class Store(NamedTuple):
    """A database with all tables, as one window has it open."""

    engine: Engine
    numbering: Numbering

    def row_id(self) -> int:
        """The id of a new row."""
        self.numbering.ensure(ROWS, "row", 1)
        return self.numbering.next_number(ROWS, "row")

    def opening(self, kind: Callable[..., Any], sandbox: str, *ranges: str) -> Opens:
        """Opens a memory in a transaction of its own, with numbers of these ranges; saves and commits at the end."""

        @contextmanager
        def opened(other: str = "") -> Iterator[Any]:
            for name in ranges:
                self.numbering.ensure(other or sandbox, name, 10)
            self.numbering.ensure(ROWS, "row", 10)
            with writing(self.engine) as connection:
                memory = kind(connection, other or sandbox, self.numbering)
                yield memory
                memory.save(connection)

        return opened
