"""A message as it is archived, for people to read: the beginning of its text, without the envelope."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from schemas.packing import MESSAGES
from schemas.reading import Unreadable, open_message
from single_window.refused import LARGEST_ID, NotFound
from single_window.store.tables import archive, message

MOST = 200_000
"""Characters that are shown."""
_BYTES = 4 * MOST
"""Bytes that as many characters may have."""


class Archived(NamedTuple):
    """The text of a message."""

    id: int
    code: str
    text: str
    """At most `MOST` characters; empty where its bytes were pruned."""
    kept: bool
    cut: bool
    """Whether more follows."""
    opened: bool
    """Whether the envelope around it was taken off."""


def of_message(connection: Connection, sandbox: str, message_id: int) -> Archived:
    """The text of an archived message; raises `NotFound`.

    What is not UTF-8 is shown as far as it can be read.
    """
    row = connection.execute(
        select(message.c.id, message.c.code, archive.c.body)
        .outerjoin(archive, archive.c.message_id == message.c.id)
        .where(message.c.sandbox == sandbox, message.c.id == min(message_id, LARGEST_ID))
    ).first()
    if row is None:
        raise NotFound(message_id, sandbox)
    if row.body is None:
        return Archived(row.id, row.code, "", False, False, False)
    body, more = MESSAGES.beginning(row.body, _BYTES)
    business = _business(MESSAGES.unpack(row.body)) if b"DxpMsg" in body[:1_000] else None
    text = (body if business is None else business[:_BYTES]).decode("utf-8-sig", "replace").replace("\0", "")
    cut = len(text) > MOST or (more if business is None else len(business) > _BYTES)
    return Archived(row.id, row.code, text[:MOST], True, cut, business is not None)


def _business(body: bytes) -> bytes | None:
    """The business message in an envelope; None if it cannot be opened."""
    try:
        opened = open_message(body, cap=len(body))
    except Unreadable:
        return None
    return opened.business if opened.envelope is not None else None
