"""The law book of a sandbox: the built-in one with the sandbox's imported exchange rates and changed values."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from declarations.parameters import Parameters
from single_window.store import exchange_rate_rows, sandbox_values
from single_window.store.prepared import fetch_first
from single_window.store.tables import exchange_rate_row, goods_row, sandbox_value

_OVERRIDES = select(
    *[
        select(table.c.sandbox).where(table.c.sandbox == bindparam("of_sandbox")).exists()
        for table in (goods_row, exchange_rate_row, sandbox_value)
    ]
)


class SandboxTables(NamedTuple):
    """Tables that override the built-in data of a sandbox; True: it has rows for this sandbox."""

    goods: bool
    rates: bool
    values: bool


def overrides(connection: Connection, sandbox: str) -> SandboxTables:
    """Query which tables have rows for a sandbox."""
    return SandboxTables(*map(bool, fetch_first(connection, _OVERRIDES, {"of_sandbox": sandbox})))


def law_of(connection: Connection, sandbox: str, base: Parameters | None = None) -> Parameters:
    """The law book of a sandbox, based on `base` (None: the built-in one).

    Cached: without new imports or changes the same object is returned.
    """
    return sandbox_values.extend_law_book(connection, sandbox, exchange_rate_rows.law_of(connection, sandbox, base))
