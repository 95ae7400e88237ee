"""Keys by which clients name their requests to make a subject, so that one sent again makes no second.
Never commits."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from single_window.store.tables import creation_key


class KeyTaken(Exception):
    """A concurrent request has used the key first; the transaction cannot go on."""


def decision_with(connection: Connection, sandbox: str, subject: str, key: str) -> int:
    """The decision about a kind of subject that was filed with a key; 0: none."""
    chosen = select(creation_key.c.decision_id).where(
        creation_key.c.sandbox == sandbox, creation_key.c.subject == subject, creation_key.c.key == key
    )
    return connection.execute(chosen).scalar() or 0


def keep(connection: Connection, sandbox: str, subject: str, key: str, decision_id: int) -> None:
    """Keep the key of a decision; raises `KeyTaken`."""
    values = {"sandbox": sandbox, "subject": subject, "key": key, "decision_id": decision_id}
    try:
        connection.execute(insert(creation_key).values(values))
    except IntegrityError as taken:
        raise KeyTaken(key) from taken
