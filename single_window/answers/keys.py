"""Answers about accounts of officers, and about keys of programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from single_window.accounts.api_keys import ApiKey
from single_window.clock import system_now
from single_window.frame.typed import Answer, Instant

if TYPE_CHECKING:
    from single_window.accounts.key_keeping import Issued


class KeyOut(Answer, frozen=True, kw_only=True):
    """A key, without its secret."""

    id: str
    sandbox: str
    owner: str
    mailboxes: tuple[str, ...]
    rights: tuple[str, ...]
    state: Annotated[str, Meta(description="alive, expired, revoked")]
    made_by: str
    made_at: Instant
    expires_at: Annotated[Instant, Meta(description="empty: never")]
    revoked_at: Instant
    used_at: Annotated[Instant, Meta(description="to a minute or so; empty: never")]


class IssuedOut(KeyOut, frozen=True, kw_only=True):
    """A new key with its text."""

    key: Annotated[str, Meta(description="what calls send; shown this once")]


class KeysOut(Answer, frozen=True, kw_only=True):
    """Keys in the order of their ids."""

    keys: tuple[KeyOut, ...]
    next: Annotated[str | None, Meta(description="`after` of the next page")]


def key_out(key: ApiKey) -> KeyOut:
    """A key as calls and commands show it."""
    return KeyOut.of(key, sandbox=key.home, state=state(key))


def issued_out(issued: Issued) -> IssuedOut:
    """A new key as it is shown once."""
    return IssuedOut.of(issued.key, sandbox=issued.key.home, state=state(issued.key), key=issued.token)


def state(key: ApiKey) -> str:
    """The state of a key: alive, expired or revoked."""
    return str(key.unfit(system_now()) or "alive")


if TYPE_CHECKING:
    from single_window.accounts.rows import Account


class AccountOut(Answer, frozen=True, kw_only=True):
    """An account, without its password."""

    name: str
    display: str
    role: str
    agency: Annotated[str, Meta(description="the authority that it works for; empty: every one")]
    office: Annotated[str, Meta(description="the customs office whose cases it decides; empty: all")]
    disabled: bool
    created_at: Instant
    disabled_at: Instant


class AccountsOut(Answer, frozen=True, kw_only=True):
    """Accounts by name."""

    accounts: tuple[AccountOut, ...]


def account_out(account: Account) -> AccountOut:
    """An account as it is shown."""
    return AccountOut.of(account, disabled=bool(account.disabled_at))
