"""Counts what was acknowledged to callers: messages, captured events, decisions.

The counts are in the database and, after the commit, in the file of marks beside it (`mailbox_marks.py`): by them a
start finds that the newest transactions are gone. A server needs none: it does not lose its log in silence.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from single_window.keys import public_id
from single_window.store.bulk import on_sqlite
from single_window.store.damage import file_of
from single_window.store.engine import PLACES, read_once, reading, writing
from single_window.store.mailbox_marks import IDENTITY, MailboxKey, read_marks
from single_window.store.numbering import ROWS, advance_one, next_of, reach_series

MESSAGES, CAPTURES, DECISIONS = "messages", "captures of events", "decisions"
"""What is counted, as the sentence about a loss names it; also the names of the series in `serial`."""


def identify(engine: Engine) -> None:
    """Give a database the random number by which it is known, unless it has one, and see that its marks have it, too;
    nothing on a server."""
    file = file_of(str(engine.url))
    if file is None:
        return
    with reading(engine) as connection:
        known = next_of(connection, IDENTITY)
    if known is None or read_marks(file).get(IDENTITY) != known:
        with writing(engine) as connection:
            mark_identity(connection)


def mark_identity(connection: Connection) -> None:
    """Have the identity of a database written to its marks after the commit; one of a release before gets its own.
    Nothing on a server."""
    if not on_sqlite(connection):
        return
    if next_of(connection, IDENTITY) is None:
        reach_series(connection, {IDENTITY: int(public_id(), 16)})
    following: dict[MailboxKey, int] = read_once(connection, PLACES, dict)
    following[IDENTITY] = next_of(connection, IDENTITY) or 0


def count(connection: Connection, what: str, number: int) -> None:
    """Count so many more in a writing transaction; nothing on a server."""
    if number and on_sqlite(connection):
        following: dict[MailboxKey, int] = read_once(connection, PLACES, dict)
        following[ROWS, what] = advance_one(connection, ROWS, what, number)
