"""Rows of API keys. Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from single_window.accounts.api_keys import ApiKey
from single_window.store.tables import api_key, sandbox

_COLUMNS = tuple(api_key.c[name] for name in ApiKey._fields)


class StoredKey(NamedTuple):
    """A key and the hash of its secret."""

    key: ApiKey
    digest: str


def find(connection: Connection, id: str) -> StoredKey | None:
    """A key by its public id, valid or not."""
    row = connection.execute(select(*_COLUMNS, api_key.c.digest).where(api_key.c.id == id)).first()
    return None if row is None else StoredKey(_key(row), row.digest)


def keys_of(connection: Connection, home: str, after: str, limit: int) -> list[ApiKey]:
    """Keys of a sandbox, by id."""
    rows = connection.execute(
        select(*_COLUMNS).where(api_key.c.home == home, api_key.c.id > after).order_by(api_key.c.id).limit(limit)
    )
    return [_key(row) for row in rows]


def alive(connection: Connection, home: str, owner: str, now: int) -> list[ApiKey]:
    """The valid keys of a holder."""
    rows = connection.execute(select(*_COLUMNS).where(api_key.c.home == home, api_key.c.owner == owner, _alive(now)))
    return [_key(row) for row in rows]


def some_alive(connection: Connection, now: int) -> bool:
    """True if there is any valid key."""
    return connection.execute(select(api_key.c.id).where(_alive(now)).limit(1)).first() is not None


def count(connection: Connection, home: str) -> int:
    """The number of stored keys of a sandbox, valid or not."""
    return int(connection.execute(select(func.count()).select_from(api_key).where(api_key.c.home == home)).scalar_one())


def add(connection: Connection, made: ApiKey, digest: str) -> None:
    """Insert a new key."""
    connection.execute(
        insert(api_key).values(
            {**made._asdict(), "mailboxes": ";".join(made.mailboxes), "rights": ";".join(made.rights), "digest": digest}
        )
    )


def end(connection: Connection, id: str, **when: int) -> None:
    """Set the instant at which a key expires or is revoked."""
    connection.execute(update(api_key).where(api_key.c.id == id).values(**when))


def forget_ended(connection: Connection, home: str, before: int) -> None:
    """Delete the keys of a sandbox that were revoked or expired before an instant."""
    connection.execute(
        delete(api_key).where(
            api_key.c.home == home,
            or_(
                and_(api_key.c.revoked_at > 0, api_key.c.revoked_at < before),
                and_(api_key.c.expires_at > 0, api_key.c.expires_at < before),
            ),
        )
    )


def note_used(connection: Connection, used: Mapping[str, int]) -> None:
    """Store when keys were last used, unless a later instant is stored."""
    for id, at in sorted(used.items()):
        connection.execute(update(api_key).where(api_key.c.id == id, api_key.c.used_at < at).values(used_at=at))


def made_by(connection: Connection, name: str) -> str:
    """The key holder who created a sandbox (`ApiKey.account`); empty: none."""
    return str(connection.execute(select(sandbox.c.owner).where(sandbox.c.name == name)).scalar() or "")


def sandboxes_of(connection: Connection, account: str) -> int:
    """The number of existing sandboxes created by a key holder."""
    return int(
        connection.execute(select(func.count()).select_from(sandbox).where(sandbox.c.owner == account)).scalar_one()
    )


def _alive(now: int) -> ColumnElement[bool]:
    return and_(api_key.c.revoked_at == 0, or_(api_key.c.expires_at == 0, api_key.c.expires_at > now))


def _key(row: Any) -> ApiKey:
    values = {name: getattr(row, name) for name in ApiKey._fields}
    return ApiKey(
        **{
            **values,
            **{name: tuple(values[name].split(";")) if values[name] else () for name in ("mailboxes", "rights")},
        }
    )
