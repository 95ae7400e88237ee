"""Creates and changes accounts, for the owner of the data folder."""

from __future__ import annotations

import re
from itertools import chain, repeat
from typing import NamedTuple

import structlog
from sqlalchemy import Connection, Engine

from schemas import codes
from single_window.accounts import passwords, rights, rows
from single_window.accounts.people import RESERVED
from single_window.accounts.rows import Account
from single_window.accounts.signing_in import unlock as unlock_name
from single_window.clock import system_now
from single_window.refused import Refused
from single_window.store.engine import reading, writing

log = structlog.get_logger(__name__)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
MAX_DISPLAY_LENGTH = 100
DEMO_PREFIX = "demo-"
"""Name prefix of the demo's accounts."""
DEMO_PEOPLE = (
    "王磊",
    "李娜",
    "陈波",
    "孙宇",
    "周敏",
    "吴昊",
    "郑洁",
    "冯涛",
    "许静",
    "何强",
    "林芳",
    "高远",
    "罗兰",
    "赵宁",
    "谢琳",
    "唐立",
)
"""Synthetic names of the people who have the demo's accounts, in the order of the roles; further ones are called by
their accounts."""


class BadAccount(Refused):
    """The account cannot be created; the message gives the reason."""

    def __init__(self, text: str) -> None:
        super().__init__("bad-account", text, reason=text)


class NoSuchAccount(Refused):
    """There is no account of this name."""

    def __init__(self, name: str) -> None:
        text = f"There is no account {name!r}. See: single-window account list"
        super().__init__("no-such-account", text, name=name, path="name", found=name)


class Login(NamedTuple):
    """The credentials of a new account."""

    name: str
    password: str
    role: str
    agency: str
    office: str


def make(
    engine: Engine, name: str, role: str, password: str, *, display: str = "", agency: str = "", office: str = ""
) -> Account:
    """Create an account; the role's agency overrides `agency`. Raises `BadAccount` or `BadPassword`."""
    made = _check_account(
        Account(
            name,
            display.strip()[:MAX_DISPLAY_LENGTH] or name,
            passwords.hash_password(password),
            role,
            agency or rights.book().roles[role].agency if role in rights.book().roles else "",
            office,
            created_at=system_now(),
        )
    )
    with writing(engine) as connection:
        if rows.find(connection, name) is not None:
            raise BadAccount(f"There is an account {name!r} already.")
        _demand_own_name(connection, made)
        rows.add(connection, made)
    log.info("account.made", account=name, role=role, agency=made.agency, office=office)
    return made


def _demand_own_name(connection: Connection, made: Account) -> None:
    """Raise `BadAccount` if pages would call the account as they call another one."""
    taken = _taken_names(connection)
    for text in (made.name, made.display):
        if text.casefold() in taken:
            raise BadAccount(f"Another account is called {text!r} already; choose another name to show.")


def _taken_names(connection: Connection) -> set[str]:
    """How pages call others, in small letters."""
    known = {text for each in rows.all_accounts(connection) for text in (each.name, each.display)}
    return {text.casefold() for text in known | RESERVED}


def set_password(engine: Engine, name: str, password: str) -> None:
    """Change an account's password, end its sessions and unlock it. Raises `NoSuchAccount`."""
    kept = passwords.hash_password(password)
    with writing(engine) as connection:
        _known_account(connection, name)
        rows.set_password(connection, name, kept)
        unlock_name(connection, name)
    log.info("account.password", account=name)


def set_disabled(engine: Engine, name: str, disabled: bool) -> None:
    """Disable or enable an account and end its sessions. Raises `NoSuchAccount`."""
    with writing(engine) as connection:
        _known_account(connection, name)
        rows.set_disabled(connection, name, system_now() if disabled else 0)
    log.info("account.disabled" if disabled else "account.enabled", account=name)


def unlock(engine: Engine, name: str) -> None:
    """End the lock of an account after failed sign-ins. Raises `NoSuchAccount`."""
    with writing(engine) as connection:
        _known_account(connection, name)
        unlock_name(connection, name)
    log.info("account.unlocked", account=name)


def find(engine: Engine, name: str) -> Account:
    """An enabled account; raises `NoSuchAccount` if there is none, or it is disabled."""
    with reading(engine) as connection:
        account = _known_account(connection, name)
    if account.disabled_at:
        raise NoSuchAccount(name)
    return account


def demo_accounts(engine: Engine, key: str) -> list[Login]:
    """Create missing demo accounts, one for each role; returns the credentials of all.

    The passwords are derived from a secret key of the data folder.
    """
    logins = []
    for role, person in zip(rights.book().roles.values(), chain(DEMO_PEOPLE, repeat("")), strict=False):
        name = f"{DEMO_PREFIX}{role.name.replace('_', '-')}"
        login = Login(name, passwords.derive_password(key, name), role.name, role.agency, "")
        with reading(engine) as connection:
            known = rows.find(connection, name) is not None
            display = "" if person in _taken_names(connection) else person
        if not known:
            make(engine, name, role.name, login.password, display=display)
        logins.append(login)
    return logins


def _known_account(connection: Connection, name: str) -> Account:
    account = rows.find(connection, name)
    if account is None:
        raise NoSuchAccount(name)
    return account


def _check_account(made: Account) -> Account:
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
