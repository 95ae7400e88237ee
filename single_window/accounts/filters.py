"""Filters of the queue that officers keep under a name, each his own. Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, delete, func, select

from single_window.store.bulk import upsert_rows
from single_window.store.tables import saved_filter

MOST = 20
"""Filters of one officer."""
LONGEST = 40
"""Characters of a name."""
NAMES = ("desk", "view", "flow", "words")
"""The content of a filter."""
Filter = Mapping[str, str]


def saved(connection: Connection, account: str) -> Mapping[str, Filter]:
    """The filters of an officer by their names."""
    rows = connection.execute(
        select(saved_filter.c.name, saved_filter.c.query)
        .where(saved_filter.c.account == account)
        .order_by(saved_filter.c.name)
    )
    return {row.name: dict(parse_qsl(row.query)) for row in rows}


def save(connection: Connection, account: str, name: str, chosen: Filter) -> bool:
    """Keep a filter under a name, instead of the one that has it; False where there are too many, or it has no name."""
    name = " ".join(name.split())[:LONGEST]
    kept = connection.execute(
        select(func.count())
        .select_from(saved_filter)
        .where(saved_filter.c.account == account, saved_filter.c.name != name)
    ).scalar_one()
    if not name or kept >= MOST:
        return False
    query = urlencode({key: chosen[key][:200] for key in NAMES if chosen.get(key)})
    upsert_rows(connection, saved_filter, ("account", "name", "query"), [(account, name, query)], replace=("query",))
    return True


def forget(connection: Connection, account: str, name: str) -> None:
    """Let a filter go."""
    connection.execute(delete(saved_filter).where(saved_filter.c.account == account, saved_filter.c.name == name))
