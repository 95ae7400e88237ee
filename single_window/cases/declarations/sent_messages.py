"""Stored messages, found by what answered them and read again."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from declarations.calendar import day_of
from schemas.locating import Tree
from schemas.packing import MESSAGES
from schemas.reading import open_message
from single_window.intake.reading import Reading, read_body
from single_window.store.seals import fetch
from single_window.store.tables import archive, message

MAX_READ_BYTES = 1_000_000
"""Size of a message up to which it is searched and read again."""


class ReadAgain(NamedTuple):
    """A stored message that was read again."""

    id: int
    reading: Reading
    tree: Tree


def message_id(connection: Connection, sandbox: str, root: str, answered_at: int) -> int | None:
    """Return the id of the newest message with a root guid that was received before an instant."""
    if not root:
        return None
    found: int | None = connection.execute(
        select(message.c.id)
        .where(message.c.sandbox == sandbox, message.c.received_at <= answered_at, message.c.guid == root)
        .order_by(message.c.received_at.desc(), message.c.id.desc())
        .limit(1)
    ).scalar()
    return found


def read_again(connection: Connection, number: int) -> ReadAgain | None:
    """Read a stored message again; None if its bytes are no longer there or it has more than can be shown."""
    columns = message.c["received_at", "edition", "sender", "size"]
    chosen = (
        select(*columns, archive.c.body)
        .join(archive, archive.c.message_id == message.c.id)
        .where(message.c.id == number, message.c.size <= MAX_READ_BYTES)
    )
    row = next(iter(fetch(connection, chosen, message)), None)
    if row is None:
        return None
    raw = MESSAGES.unpack(row.body)
    read = read_body(raw, day_of(row.received_at), {}, len(raw) + 1, row.edition, (row.sender,))
    return ReadAgain(number, read, Tree(open_message(raw).tree)) if read.documents else None
