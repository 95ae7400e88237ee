"""The law book of a sandbox: that of the package with the exchange rates it imported and the values it changed."""

from __future__ import annotations

from sqlalchemy import Connection

from declarations.parameters import Parameters
from single_window.store import exchange_rate_rows, sandbox_values


def law_of(connection: Connection, sandbox: str, base: Parameters | None = None) -> Parameters:
    """The law book of a sandbox, made of `base` (None: that of the package).

    Nothing imported or changed, or nothing new since the last call: the same object as before.
    """
    return sandbox_values.extended(connection, sandbox, exchange_rate_rows.law_of(connection, sandbox, base))
