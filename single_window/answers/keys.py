"""Answers about officers' accounts and programs' keys."""

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
    used_at: Annotated[Instant, Meta(description="accurate to about a minute; empty: never")]


class IssuedOut(KeyOut, frozen=True, kw_only=True):
    """A new key with its secret."""

    key: Annotated[str, Meta(description="the secret that calls send; shown only once")]


class KeysOut(Answer, frozen=True, kw_only=True):
    """Keys in the order of their ids."""

    keys: tuple[KeyOut, ...]
    next: Annotated[str | None, Meta(description="`after` of the next page")]


def key_out(key: ApiKey) -> KeyOut:
    """Return the answer about a key."""
    return KeyOut.of(key, sandbox=key.home, state=state(key))


def issued_out(issued: Issued) -> IssuedOut:
    """Return the answer about a new key, with its secret."""
    return IssuedOut.of(issued.key, sandbox=issued.key.home, state=state(issued.key), key=issued.token)


def state(key: ApiKey) -> str:
    """Return the state of a key: alive, expired or revoked."""
    return str(key.unfit(system_now()) or "alive")


if TYPE_CHECKING:
    from single_window.accounts.rows import Account


class AccountOut(Answer, frozen=True, kw_only=True):
    """An account, without its password."""

    name: str
    display: str
    role: str
    agency: Annotated[str, Meta(description="the authority of the officer; empty: all")]
    office: Annotated[str, Meta(description="the customs office of the cases that the officer decides; empty: all")]
    disabled: bool
    created_at: Instant
    disabled_at: Instant


class AccountsOut(Answer, frozen=True, kw_only=True):
    """Accounts by name."""

    accounts: tuple[AccountOut, ...]


class AlertWebhookOut(Answer, frozen=True, kw_only=True):
    """The address to which an officer's alerts are posted."""

    account: str
    address: str
    secret: Annotated[str, Meta(description="messages are signed with it; shown only once")]
    last_error: Annotated[str, Meta(description="of the last attempt; empty: it was confirmed")]
    made_at: Instant


def account_out(account: Account) -> AccountOut:
    """Return the answer about an account."""
    return AccountOut.of(account, disabled=bool(account.disabled_at))
