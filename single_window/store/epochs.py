"""Epochs count the changes of a gateway's state: a plan made at an older count must be made again.

So a gateway can read and decide before it takes the write lock, and hold the lock only while it writes.
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
"""Name of the count of replaced documents that a gateway may have read."""
API_KEYS = "api_keys"
"""Name of the count of changes of API keys; a process drops its cached keys when it has changed."""


_SEEN = select(epoch.c["count"]).where(epoch.c.gateway == bindparam("of_gateway"))
_ADVANCE = (
    update(epoch)
    .where(epoch.c.gateway == bindparam("of_gateway"), epoch.c["count"] == bindparam("since"))
    .values(count=bindparam("next"))
)


def seen(connection: Connection, gateway: str) -> int:
    """The count in this connection's snapshot; 0 if the gateway never wrote."""
    return int(fetch_value(connection, _SEEN, {"of_gateway": gateway}) or 0)


def advance(connection: Connection, gateway: str, since: int) -> None:
    """Increment the count; raises `Conflict` if it is not `since` any more."""
    if since == 0 and not connection.execute(select(epoch.c.gateway).where(epoch.c.gateway == gateway)).first():
        connection.execute(insert(epoch).values(gateway=gateway, count=1))
        return
    moved = {"of_gateway": gateway, "since": since, "next": since + 1}
    if not change(connection, _ADVANCE, moved):
        raise Conflict(f"another process changed the state of {gateway}")


@per_dialect
def _increment(sqlite: bool) -> Any:
    make = sqlite_insert if sqlite else postgresql_insert
    row = make(epoch).values(gateway=bindparam("of_gateway"), count=1)
    counted = row.on_conflict_do_update(index_elements=[epoch.c.gateway], set_={"count": epoch.c["count"] + 1})
    return counted.returning(epoch.c["count"])


def increment(connection: Connection, gateway: str) -> int:
    """Increment the count and lock it until the transaction ends; returns the previous count."""
    return int(fetch_value(connection, _increment(connection), {"of_gateway": gateway})) - 1


def bump(connection: Connection, gateway: str) -> None:
    """Increment the count for a writer other than the gateway, such as an import of master data.

    Does nothing on PostgreSQL, where plans are only made under row locks.
    """
    if on_sqlite(connection):
        advance(connection, gateway, seen(connection, gateway))


def lock(connection: Connection, name: str) -> None:
    """Take a named lock until the transaction ends, by incrementing a count; on every database."""
    upsert_rows(connection, epoch, ("gateway", "count"), [(name, 0)])
    connection.execute(update(epoch).where(epoch.c.gateway == name).values(count=epoch.c["count"] + 1))
