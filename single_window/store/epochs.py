"""Epochs count the writings of a gateway's state: a plan on an older count than the newest is made again.

With it a gateway may read and decide before it takes the write lock, and hold that only while it writes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from single_window.store.bulk import on_sqlite, per_dialect, upsert_rows
from single_window.store.prepared import change, fetch_value
from single_window.store.records import Conflict
from single_window.store.tables import epoch

DOCUMENTS = "documents"
"""Counts how often the port has replaced a document that a gateway may have read."""
API_KEYS = "api_keys"
"""Counts how often keys of programs have changed: a process that caches keys drops them when it has changed."""


_SEEN = select(epoch.c["count"]).where(epoch.c.gateway == bindparam("of_gateway"))
_ADVANCE = (
    update(epoch)
    .where(epoch.c.gateway == bindparam("of_gateway"), epoch.c["count"] == bindparam("since"))
    .values(count=bindparam("next"))
)


def seen(connection: Connection, gateway: str) -> int:
    """The count as this connection sees it; 0: never written."""
    return int(fetch_value(connection, _SEEN, {"of_gateway": gateway}) or 0)


def advance(connection: Connection, gateway: str, since: int) -> None:
    """Count one more; raises `Conflict` when somebody else has written since the count `since` was seen."""
    if since == 0 and not connection.execute(select(epoch.c.gateway).where(epoch.c.gateway == gateway)).first():
        connection.execute(insert(epoch).values(gateway=gateway, count=1))
        return
    moved = {"of_gateway": gateway, "since": since, "next": since + 1}
    if not change(connection, _ADVANCE, moved):
        raise Conflict(f"the memory of {gateway} was written by somebody else")


@per_dialect
def _count_on(sqlite: bool) -> Any:
    make = sqlite_insert if sqlite else postgresql_insert
    row = make(epoch).values(gateway=bindparam("of_gateway"), count=1)
    counted = row.on_conflict_do_update(index_elements=[epoch.c.gateway], set_={"count": epoch.c["count"] + 1})
    return counted.returning(epoch.c["count"])


def count_on(connection: Connection, gateway: str) -> int:
    """Count one more, under a lock that keeps everybody else from it; gives the count as it was."""
    return int(fetch_value(connection, _count_on(connection), {"of_gateway": gateway})) - 1


def bump(connection: Connection, gateway: str) -> None:
    """Count one more, for any writer: for master data, which changes the state of a gateway without it.

    Where the engine locks rows no plan is made before its locks, and nothing is counted.
    """
    if on_sqlite(connection):
        advance(connection, gateway, seen(connection, gateway))


def lock(connection: Connection, name: str) -> None:
    """Count one more, on every engine; until this transaction ends, others who do the same wait."""
    upsert_rows(connection, epoch, ("gateway", "count"), [(name, 0)])
    connection.execute(update(epoch).where(epoch.c.gateway == name).values(count=epoch.c["count"] + 1))
