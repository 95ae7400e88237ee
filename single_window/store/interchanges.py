"""Which interchanges of EDIFACT have come in: a reference that its sender uses again for something else is a
duplicate."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, delete, select

from single_window.store.bulk import insert_new
from single_window.store.tables import interchange

_COLUMNS = ("sandbox", "key", "digest", "at")


def is_other_content(connection: Connection, sandbox: str, named: tuple[str, ...], digest: str, now: int) -> bool:
    """Note an interchange with the SHA-256 of its content, and return True if one of the same name had other content.
    `named`: who sent it and how, sender, recipient and reference."""
    if insert_new(connection, interchange, _COLUMNS, [(sandbox, _key(named), digest, now)]):
        return False
    return has_other_content(connection, sandbox, named, digest)


def has_other_content(connection: Connection, sandbox: str, named: tuple[str, ...], digest: str) -> bool:
    """Return True if an interchange of this name was noted with another content."""
    known = select(interchange.c.digest).where(interchange.c.sandbox == sandbox, interchange.c.key == _key(named))
    return connection.execute(known).scalar() not in (None, digest)


def _key(named: tuple[str, ...]) -> str:
    return sha256("\x1f".join(named).encode()).hexdigest()


def forget(connection: Connection, sandbox: str, before: int) -> int:
    """Forget those that came before an instant; returns how many."""
    older = interchange.c.sandbox == sandbox, interchange.c.at < before
    return int(connection.execute(delete(interchange).where(*older)).rowcount)
