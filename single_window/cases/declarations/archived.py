"""The beginning of an archived message's text, without the envelope, for people to read."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from schemas.packing import MESSAGES
from schemas.parsing import Unreadable
from schemas.reading import open_message
from single_window.refused import LARGEST_ID, NotFound
from single_window.store.tables import archive, message

MAX_CHARACTERS = 200_000
"""Maximum number of characters that are shown."""
_MAX_BYTES = 4 * MAX_CHARACTERS
"""Maximum number of UTF-8 bytes for that many characters."""


class ArchivedText(NamedTuple):
    """The beginning of a message's text."""

    id: int
    code: str
    text: str
    """At most `MAX_CHARACTERS` characters; empty if the message's bytes were pruned."""
    is_kept: bool
    """False if the message's bytes were pruned."""
    is_cut: bool
    """True if the text goes on after `text`."""
    has_lost_envelope: bool
    """True if the text is that of the business message in an envelope."""


def read_text(connection: Connection, sandbox: str, message_id: int) -> ArchivedText:
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
        return ArchivedText(row.id, row.code, "", False, False, False)
    beginning, has_more = MESSAGES.beginning(row.body, _MAX_BYTES)
    enclosed = _enclosed_message(MESSAGES.unpack(row.body)) if b"DxpMsg" in beginning[:1_000] else None
    if enclosed is not None:
        beginning, has_more = enclosed[:_MAX_BYTES], len(enclosed) > _MAX_BYTES
    text = beginning.decode("utf-8-sig", "replace").replace("\0", "")
    is_cut = has_more or len(text) > MAX_CHARACTERS
    return ArchivedText(row.id, row.code, text[:MAX_CHARACTERS], True, is_cut, enclosed is not None)


def _enclosed_message(body: bytes) -> bytes | None:
    """The business message in an envelope; None if there is no envelope or it cannot be opened."""
    try:
        opened = open_message(body, cap=len(body))
    except Unreadable:
        return None
    return opened.business if opened.envelope is not None else None
