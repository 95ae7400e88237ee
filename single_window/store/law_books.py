"""The law book of a sandbox: that of the package with the exchange rates it imported and the values it changed."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from declarations.parameters import Parameters
from single_window.store import exchange_rate_rows, sandbox_values
from single_window.store.prepared import fetch_first
from single_window.store.tables import exchange_rate_row, goods_row, sandbox_value

_OWN = select(
    *[
        select(table.c.sandbox).where(table.c.sandbox == bindparam("of_sandbox")).exists()
        for table in (goods_row, exchange_rate_row, sandbox_value)
    ]
)


class SandboxTables(NamedTuple):
    """The tables that a sandbox has of its own: goods, exchange rates, dated values."""

    goods: bool
    rates: bool
    values: bool


def own(connection: Connection, sandbox: str) -> SandboxTables:
    """The values of a sandbox beside those of the package, in one query."""
    return SandboxTables(*map(bool, fetch_first(connection, _OWN, {"of_sandbox": sandbox})))


def law_of(connection: Connection, sandbox: str, base: Parameters | None = None) -> Parameters:
    """The law book of a sandbox, made of `base` (None: that of the package).

    Nothing imported or changed, or nothing new since the last call: the same object as before.
    """
    return sandbox_values.extended(connection, sandbox, exchange_rate_rows.law_of(connection, sandbox, base))
