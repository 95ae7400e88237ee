"""Counts what was acknowledged to callers: messages, captured events, decisions.

The counts are in the database and, after the commit, in the file of marks beside it (`mailbox_marks.py`): by them a
start finds that the newest transactions are gone. A server needs none: it does not lose its log in silence.
"""

from __future__ import annotations

from sqlalchemy import Connection

from single_window.store.bulk import on_sqlite
from single_window.store.engine import PLACES, read_once
from single_window.store.mailbox_marks import MailboxKey
from single_window.store.numbering import ROWS, advance_one

MESSAGES, CAPTURES, DECISIONS = "messages", "captures of events", "decisions"
"""What is counted, as the sentence about a loss names it; also the names of the series in `serial`."""


def count(connection: Connection, what: str, number: int) -> None:
    """Count so many more in a writing transaction; nothing on a server."""
    if number and on_sqlite(connection):
        following: dict[MailboxKey, int] = read_once(connection, PLACES, dict)
        following[ROWS, what] = advance_one(connection, ROWS, what, number)
