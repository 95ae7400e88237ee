"""Named filters of the queue, saved by an officer for himself or for all. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, delete, func, select

from single_window.store.bulk import upsert_rows
from single_window.store.tables import saved_filter

MAX_FILTERS = 20
"""Maximum number of filters of an officer."""
MAX_NAME_LENGTH = 40
"""Maximum length of a filter's name."""
NAMES = ("desk", "view", "flow", "words", "reason", "sort")
"""Fields of a filter."""
MAX_SHARED = 40
"""Maximum number of filters of colleagues that are shown."""
Filter = Mapping[str, str]


class SavedFilter(NamedTuple):
    """A filter that an officer saved; `shared`: all officers see it."""

    account: str
    name: str
    chosen: Filter
    shared: bool


def filters_of(connection: Connection, account: str) -> Sequence[SavedFilter]:
    """The filters of an officer, then those that colleagues share, each by name."""
    columns = [saved_filter.c[name] for name in ("account", "name", "query", "shared")]
    chosen = select(*columns).order_by(saved_filter.c.name, saved_filter.c.account)
    own = connection.execute(chosen.where(saved_filter.c.account == account))
    shared = (saved_filter.c.account != account, saved_filter.c.shared == 1)
    others = connection.execute(chosen.where(*shared).limit(MAX_SHARED))
    return [SavedFilter(row.account, row.name, dict(parse_qsl(row.query)), bool(row.shared)) for row in (*own, *others)]


def save(connection: Connection, account: str, name: str, chosen: Filter, shared: bool = False) -> bool:
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
    columns = ("account", "name", "query", "shared")
    upsert_rows(connection, saved_filter, columns, [(account, name, query, int(shared))], replace=("query", "shared"))
    return True


def forget(connection: Connection, account: str, name: str) -> None:
    """Delete a filter."""
    connection.execute(delete(saved_filter).where(saved_filter.c.account == account, saved_filter.c.name == name))
