"""The business keys that can still be read in messages that fail their schema."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from schemas.packing import MESSAGES
from single_window.intake.uploaded import keys_of_body
from single_window.store.bulk import chunks
from single_window.store.tables import archive

MAX_READ = 500
"""Maximum number of messages whose keys are read: the newest."""


def keys_of_messages(connection: Connection, ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return message id -> business keys of its documents; empty if none can be read."""
    newest = sorted(set(ids))[-MAX_READ:]
    return {
        number: keys_of_body(MESSAGES.unpack(body))
        for part in chunks(newest)
        for number, body in connection.execute(
            select(archive.c.message_id, archive.c.body).where(archive.c.message_id.in_(part))
        )
    }
