"""Makes accounts and changes them, for whoever owns the data folder."""

from __future__ import annotations

import re
from typing import NamedTuple

import structlog
from sqlalchemy import Connection, Engine

from schemas import codes
from single_window.accounts import passwords, rights, rows
from single_window.accounts.people import RESERVED
from single_window.accounts.rows import Account
from single_window.accounts.signing_in import unlock as unlock_name
from single_window.clock import system_now
from single_window.store.engine import reading, writing

log = structlog.get_logger(__name__)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
LONGEST_DISPLAY = 100
DEMO = "demo-"
"""How accounts of the demo begin."""


class BadAccount(ValueError):
    """An account that cannot be made; the message says why."""


class NoSuchAccount(LookupError):
    """A name that no account has."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no account {name!r}. See: single-window account list")


class Login(NamedTuple):
    """The credentials of an account that was just made."""

    name: str
    password: str
    role: str
    agency: str
    office: str


def make(
    engine: Engine, name: str, role: str, password: str, *, display: str = "", agency: str = "", office: str = ""
) -> Account:
    """Make an account; `agency` is that of the role unless it has none of its own. Raises `BadAccount` or
    `BadPassword`."""
    made = _checked(
        Account(
            name,
            display.strip()[:LONGEST_DISPLAY] or name,
            passwords.hashed(password),
            role,
            agency or rights.book().roles[role].agency if role in rights.book().roles else "",
            office,
            created_at=system_now(),
        )
    )
    with writing(engine) as connection:
        if rows.find(connection, name) is not None:
            raise BadAccount(f"There is an account {name!r} already.")
        rows.add(connection, made)
    log.info("account.made", account=name, role=role, agency=made.agency, office=office)
    return made


def set_password(engine: Engine, name: str, password: str) -> None:
    """Give an account another password; its sessions end, and it may be tried at once. Raises `NoSuchAccount`."""
    kept = passwords.hashed(password)
    with writing(engine) as connection:
        _known(connection, name)
        rows.set_password(connection, name, kept)
        unlock_name(connection, name)
    log.info("account.password", account=name)


def set_disabled(engine: Engine, name: str, disabled: bool) -> None:
    """Disable or enable an account; its sessions end. Raises `NoSuchAccount`."""
    with writing(engine) as connection:
        _known(connection, name)
        rows.set_disabled(connection, name, system_now() if disabled else 0)
    log.info("account.disabled" if disabled else "account.enabled", account=name)


def unlock(engine: Engine, name: str) -> None:
    """Let sign-ins with an account be tried at once again. Raises `NoSuchAccount`."""
    with writing(engine) as connection:
        _known(connection, name)
        unlock_name(connection, name)
    log.info("account.unlocked", account=name)


def find(engine: Engine, name: str) -> Account:
    """An account that may be used; raises `NoSuchAccount` where there is none, or it is disabled."""
    with reading(engine) as connection:
        account = _known(connection, name)
    if account.disabled_at:
        raise NoSuchAccount(name)
    return account


def demo_accounts(engine: Engine, key: str) -> list[Login]:
    """One account for each role, made unless it is there; gives how to sign in with each.

    The passwords follow from a secret key of the data folder: the same each time, and different in every folder.
    """
    logins = []
    for role in rights.book().roles.values():
        name = f"{DEMO}{role.name.replace('_', '-')}"
        login = Login(name, passwords.derived(key, name), role.name, role.agency, "")
        with reading(engine) as connection:
            known = rows.find(connection, name) is not None
        if not known:
            make(engine, name, role.name, login.password, display=role.en)
        logins.append(login)
    return logins


def _known(connection: Connection, name: str) -> Account:
    account = rows.find(connection, name)
    if account is None:
        raise NoSuchAccount(name)
    return account


def _checked(made: Account) -> Account:
    roles, agencies = rights.book().roles, rights.book().agencies
    if not _NAME.fullmatch(made.name) or made.name in RESERVED:
        raise BadAccount(
            "An account's name has 2 to 40 of a-z, 0-9, '.', '_' and '-', begins with a letter or a "
            f"figure, and is none of {', '.join(sorted(RESERVED))}: not {made.name!r}."
        )
    if made.role not in roles:
        raise BadAccount(f"There is no role {made.role!r}; there are: {', '.join(roles)}.")
    own = roles[made.role].agency
    if made.agency and (made.agency not in agencies or (own and made.agency != own)):
        raise BadAccount(f"A {made.role} works for {own or ' or '.join(agencies)}, not for {made.agency!r}.")
    if made.office and codes.offices.get(made.office) is None:
        raise BadAccount(f"There is no customs office {made.office!r}.")
    return made
