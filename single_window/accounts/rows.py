"""Rows of accounts and failed sign-ins. Never commits."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from single_window.accounts.people import Person
from single_window.store.bulk import on_sqlite
from single_window.store.tables import account, sign_in_failure

ACCOUNT, ADDRESS = "account", "address"
"""Kinds of counted failures: by account name, existing or not, and by client address."""


@dataclass(frozen=True, slots=True)
class Account:
    """A stored account. Instants are the machine's; `disabled_at` is 0 while it is enabled. Sessions of an earlier
    `session_epoch` are invalid."""

    name: str
    display: str
    password: str = field(repr=False)
    role: str
    agency: str = ""
    office: str = ""
    disabled_at: int = 0
    created_at: int = 0
    session_epoch: int = 0

    @property
    def person(self) -> Person:
        """The person that acts with this account."""
        return Person(self.name, self.role, self.display, self.agency, self.office)


@dataclass(frozen=True, slots=True)
class Failures:
    """Consecutive failed sign-ins for a name or an address, and the instant until which further ones are refused."""

    kind: str
    name: str
    failures: int = 0
    last_at: int = 0
    locked_until: int = 0


_COLUMNS = tuple(account.c[account_field.name] for account_field in fields(Account))
_FAILURES = tuple(failure_field.name for failure_field in fields(Failures))


def find(connection: Connection, name: str) -> Account | None:
    """An account by name, enabled or not."""
    row = connection.execute(select(*_COLUMNS).where(account.c.name == name)).first()
    return None if row is None else Account(*row)


def all_accounts(connection: Connection) -> list[Account]:
    """All accounts, by name."""
    return [Account(*row) for row in connection.execute(select(*_COLUMNS).order_by(account.c.name))]


def displays(connection: Connection) -> dict[str, str]:
    """Return account → the name that people read, of the accounts that have one of their own."""
    chosen = select(account.c.name, account.c.display).where(account.c.display != account.c.name)
    return {row.name: row.display for row in connection.execute(chosen) if row.display}


def add(connection: Connection, made: Account) -> None:
    """Insert a new account; fails if the name exists."""
    connection.execute(insert(account).values(asdict(made)))


def set_password(connection: Connection, name: str, password: str) -> None:
    """Replace an account's password hash and end its sessions."""
    connection.execute(
        update(account)
        .where(account.c.name == name)
        .values(password=password, session_epoch=account.c.session_epoch + 1)
    )


def set_disabled(connection: Connection, name: str, at: int) -> None:
    """Disable an account at an instant, or enable it (0), and end its sessions."""
    connection.execute(
        update(account).where(account.c.name == name).values(disabled_at=at, session_epoch=account.c.session_epoch + 1)
    )


def end_sessions(connection: Connection, name: str) -> None:
    """End every session of an account."""
    connection.execute(update(account).where(account.c.name == name).values(session_epoch=account.c.session_epoch + 1))


def failures(connection: Connection, kind: str, name: str) -> Failures:
    """The counted failures for a name or an address."""
    row = connection.execute(
        select(*[sign_in_failure.c[column] for column in _FAILURES]).where(
            sign_in_failure.c.kind == kind, sign_in_failure.c.name == name
        )
    ).first()
    return Failures(kind, name) if row is None else Failures(*row)


def add_failure(connection: Connection, kind: str, name: str, now: int) -> int:
    """Count a failure; returns how many there are. Of several at once each is counted."""
    column = sign_in_failure.c
    row: Any = (sqlite_insert if on_sqlite(connection) else postgresql_insert)(sign_in_failure).values(
        kind=kind, name=name, failures=1, last_at=now, locked_until=0
    )
    counted = row.on_conflict_do_update(
        index_elements=["kind", "name"], set_={"failures": column.failures + 1, "last_at": now}
    )
    return int(connection.execute(counted.returning(column.failures)).scalar_one())


def lock(connection: Connection, kind: str, name: str, until: int) -> None:
    """Refuse attempts for a name or an address until an instant."""
    own = (sign_in_failure.c.kind == kind, sign_in_failure.c.name == name)
    connection.execute(update(sign_in_failure).where(*own).values(locked_until=until))


def forget_failures(connection: Connection, kind: str, name: str) -> None:
    """Delete the failures for a name or an address."""
    connection.execute(delete(sign_in_failure).where(sign_in_failure.c.kind == kind, sign_in_failure.c.name == name))


def forget_before(connection: Connection, instant: int) -> None:
    """Delete all failures before an instant."""
    connection.execute(delete(sign_in_failure).where(sign_in_failure.c.last_at < instant))
