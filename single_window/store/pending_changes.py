"""Changes of goods of which no events are made yet: all that their events need and that may be other afterwards, in
the commit of the change. Never commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, delete, func, select

from single_window.store.bulk import chunks, insert_rows, on_sqlite, one_of
from single_window.store.tables import epcis_pending

CHANGES_PER_ROW = 500
"""Changes that a row has at most."""
ROWS_TAKEN = 500
"""Rows that are looked at to take some of them."""


class ListChange(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """That something happened to a list, by the name of the event in the timeline, and the list as it was then.
    `facts`: those of its document, packed."""

    kind: str
    key: str
    event: str
    invt_no: str
    ebc_code: str
    customs_code: str
    mailbox: str
    facts: bytes


class PendingChanges(NamedTuple):
    """Changes of a step at an instant of the sandbox. `later`: trace batches that were registered after it."""

    at: int
    changes: Sequence[ListChange]
    later: frozenset[str]


_encode = msgspec.msgpack.Encoder().encode
_changes = msgspec.msgpack.Decoder(list[ListChange]).decode
_batches = msgspec.msgpack.Decoder(list[str]).decode
_COLUMNS = ("sandbox", "at", "changes", "contents")


def put(connection: Connection, sandbox: str, at: int, changes: Sequence[ListChange]) -> None:
    """Note changes of a step, in their order."""
    rows = [(sandbox, at, len(some), _encode(some)) for some in chunks(changes, CHANGES_PER_ROW)]
    insert_rows(connection, epcis_pending, _COLUMNS, rows)


def note_batches(connection: Connection, sandbox: str, batches: Sequence[str]) -> None:
    """Note that trace batches were registered, by their codes: changes that are pending know nothing of them."""
    if last(connection, sandbox):
        insert_rows(connection, epcis_pending, _COLUMNS, [(sandbox, 0, 0, _encode(batches))])


def last(connection: Connection, sandbox: str) -> int:
    """The newest row of a sandbox; 0: it has none."""
    columns = epcis_pending.c
    return connection.execute(select(func.max(columns.id)).where(columns.sandbox == sandbox)).scalar() or 0


def waiting(connection: Connection) -> dict[str, int]:
    """The number of pending changes, by sandbox."""
    columns = epcis_pending.c
    chosen = select(columns.sandbox, func.sum(columns.changes)).group_by(columns.sandbox).order_by(columns.sandbox)
    return {name: int(changes) for name, changes in connection.execute(chosen)}


def take(connection: Connection, sandbox: str, until: int, most: int) -> list[PendingChanges] | None:
    """Take the oldest rows up to `until`, of about `most` changes, out of the table; None if there is none.

    Who takes rows on PostgreSQL waits for those who took older ones: of a subject, events are made in the order of its
    changes."""
    columns = epcis_pending.c
    own = (columns.sandbox == sandbox, columns.id <= until)
    chosen = select(columns.id, columns.changes).where(*own).order_by(columns.id).limit(ROWS_TAKEN)
    if not on_sqlite(connection):
        chosen = chosen.with_for_update()
    ids: list[int] = []
    count = 0
    for number, changes in connection.execute(chosen).all():
        if ids and count + changes > most:
            break
        ids.append(number)
        count += changes
    if not ids:
        return None
    taken = list(_read(connection, sandbox, ids))
    connection.execute(delete(epcis_pending).where(one_of(connection, columns.id, ids)))
    return taken


def _read(connection: Connection, sandbox: str, ids: Sequence[int]) -> Iterator[PendingChanges]:
    """Yield the changes of rows, each with the batches that were registered after it."""
    columns = epcis_pending.c
    chosen = select(columns.id, columns.at, columns.changes, columns.contents)
    rows = connection.execute(chosen.where(one_of(connection, columns.id, ids)).order_by(columns.id)).all()
    marks = connection.execute(
        chosen.where(columns.sandbox == sandbox, columns.changes == 0, columns.id > ids[0]).order_by(columns.id)
    ).all()
    registered = [(row.id, _batches(row.contents)) for row in marks]
    for row in rows:
        if row.changes:
            later = frozenset(code for number, codes in registered if number > row.id for code in codes)
            yield PendingChanges(row.at, _changes(row.contents), later)
