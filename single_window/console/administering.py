"""Late work, sandboxes with their keys and channels, accounts, settings and storage, for the first page of an
administrator."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from single_window.accounts import key_rows, rights, rows
from single_window.accounts.key_keeping import MAX_OF_SANDBOX
from single_window.accounts.people import Person
from single_window.accounts.rights_book import Role
from single_window.accounts.rows import ACCOUNT, Account
from single_window.clock import Clock, system_now
from single_window.observe.backlogs import StageBacklog, late_stages
from single_window.settings import Settings
from single_window.store import channels, sandboxes
from single_window.store.names import BLOCKED

MOST = 50
"""Sandboxes and accounts that the page lists at most."""


class SandboxState(NamedTuple):
    """A sandbox: its clock and the instant that it shows, keys of programs in use, channels and the blocked ones."""

    name: str
    clock: Clock
    now: int
    keys: int
    channels: int
    blocked: int


class AccountState(NamedTuple):
    """An account, its role in both languages, and whether it is locked after failed sign-ins."""

    account: Account
    role: Role
    locked: bool


class StorageState(NamedTuple):
    """The room that the window takes and has. `kind`: of the database; `taken`: bytes of its files, 0 where it has none
    here; `free`: bytes that are free in the data folder."""

    kind: str
    taken: int
    free: int


class Administered(NamedTuple):
    """The things that an administrator looks after; the totals count what the lists leave off as well."""

    late: Sequence[StageBacklog]
    sandboxes: Sequence[SandboxState]
    all_sandboxes: int
    accounts: Sequence[AccountState]
    all_accounts: int
    settings: Mapping[str, tuple[str, str]]
    storage: StorageState


def looks_after(person: Person) -> bool:
    """True if a person keeps the window running: changes its parameters and deals with parked work."""
    return person.has_account and rights.allows(person, "change_parameters")


def administered(connection: Connection, settings: Settings) -> Administered:
    """Return what an administrator looks after in a window with these settings."""
    now, accounts = system_now(), rows.all_accounts(connection)
    return Administered(
        late_stages(connection, now, settings.overdue),
        [_sandbox(connection, found.name, found.clock, now) for found in sandboxes.page(connection, limit=MOST)],
        sandboxes.count(connection),
        [_account(connection, account, now) for account in accounts[:MOST]],
        len(accounts),
        settings.changed,
        StorageState(
            "PostgreSQL" if connection.dialect.name == "postgresql" else "SQLite",
            sum(path.stat().st_size for path in settings.database_files),
            shutil.disk_usage(settings.data).free,
        ),
    )


def _sandbox(connection: Connection, name: str, clock: Clock, now: int) -> SandboxState:
    keys = [key for key in key_rows.keys_of(connection, name, "", MAX_OF_SANDBOX) if not key.unfit(now)]
    own = channels.of_sandbox(connection, name)
    blocked = sum(channel.state == BLOCKED for channel in own)
    return SandboxState(name, clock, clock.now(), len(keys), len(own), blocked)


def _account(connection: Connection, account: Account, now: int) -> AccountState:
    failed = rows.failures(connection, ACCOUNT, account.name)
    return AccountState(account, rights.book().roles[account.role], failed.locked_until > now)
