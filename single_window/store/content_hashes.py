"""Finds messages by the hash of their bytes. Only its beginning is indexed, which is all but unique."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, and_, func, literal_column

from single_window.store.tables import HASH_BEGINNING, message

_LENGTH = 12


def of_content(content_hash: str) -> ColumnElement[bool]:
    """The condition that a message has a content hash, for statements that select from `message` alone.

    Beginning and rest are compared apart: SQLite would put a value that the whole column equals into the expression,
    and then no longer recognise that of the index.
    """
    indexed: ColumnElement[str] = literal_column(HASH_BEGINNING, String)
    following = func.substr(message.c.content_hash, _LENGTH + 1)
    return and_(indexed == content_hash[:_LENGTH], following == content_hash[_LENGTH:])
