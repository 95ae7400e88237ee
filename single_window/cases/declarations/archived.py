"""The beginning of an archived message's text, without the envelope, for people to read."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from schemas.packing import MESSAGES
from schemas.reading import Unreadable, open_message
from single_window.refused import LARGEST_ID, NotFound
from single_window.store.tables import archive, message

MAX_CHARACTERS = 200_000
"""Maximum number of characters that are shown."""
_BYTES = 4 * MAX_CHARACTERS
"""Maximum number of UTF-8 bytes for that many characters."""


class Archived(NamedTuple):
    """The text of a message."""

    id: int
    code: str
    text: str
    """At most `MAX_CHARACTERS` characters; empty if the message's bytes were pruned."""
    kept: bool
    cut: bool
    """Whether the text was shortened."""
    opened: bool
    """Whether an envelope was removed."""


def of_message(connection: Connection, sandbox: str, message_id: int) -> Archived:
    """Return the text of an archived message; raises `NotFound`.

    Bytes that are not UTF-8 become replacement characters.
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
    cut = len(text) > MAX_CHARACTERS or (more if business is None else len(business) > _BYTES)
    return Archived(row.id, row.code, text[:MAX_CHARACTERS], True, cut, business is not None)


def _business(body: bytes) -> bytes | None:
    """The business message in an envelope; None if it cannot be opened."""
    try:
        opened = open_message(body, cap=len(body))
    except Unreadable:
        return None
    return opened.business if opened.envelope is not None else None
