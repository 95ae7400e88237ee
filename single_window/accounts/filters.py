"""Named filters of the queue, saved per officer. Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, delete, func, select

from single_window.store.bulk import upsert_rows
from single_window.store.tables import saved_filter

MAX_FILTERS = 20
"""Maximum number of filters of an officer."""
MAX_NAME_LENGTH = 40
"""Maximum length of a filter's name."""
NAMES = ("desk", "view", "flow", "words")
"""Fields of a filter."""
Filter = Mapping[str, str]


def filters_of(connection: Connection, account: str) -> Mapping[str, Filter]:
    """Name → filter of an officer."""
    rows = connection.execute(
        select(saved_filter.c.name, saved_filter.c.query)
        .where(saved_filter.c.account == account)
        .order_by(saved_filter.c.name)
    )
    return {row.name: dict(parse_qsl(row.query)) for row in rows}


def save(connection: Connection, account: str, name: str, chosen: Filter) -> bool:
    """Save a filter under a name, replacing an existing one; False: too many filters, or an invalid name."""
    name = " ".join(name.split())[:MAX_NAME_LENGTH]
    kept = connection.execute(
        select(func.count())
        .select_from(saved_filter)
        .where(saved_filter.c.account == account, saved_filter.c.name != name)
    ).scalar_one()
    if not name or kept >= MAX_FILTERS:
        return False
    query = urlencode({key: chosen[key][:200] for key in NAMES if chosen.get(key)})
    upsert_rows(connection, saved_filter, ("account", "name", "query"), [(account, name, query)], replace=("query",))
    return True


def forget(connection: Connection, account: str, name: str) -> None:
    """Delete a filter."""
    connection.execute(delete(saved_filter).where(saved_filter.c.account == account, saved_filter.c.name == name))
