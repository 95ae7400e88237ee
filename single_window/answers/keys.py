"""Answers about keys of programs."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from sqlalchemy import Engine

from single_window.accounts import key_keeping
from single_window.accounts.api_keys import ApiKey
from single_window.accounts.key_keeping import MOST_OF_SANDBOX, Issued
from single_window.frame.kinds import page
from single_window.frame.typed import Answer, Instant


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
    return KeyOut.of(key, sandbox=key.home, state=key_keeping.state(key))


def issued_out(issued: Issued) -> IssuedOut:
    """A new key as it is shown once."""
    return IssuedOut.of(issued.key, sandbox=issued.key.home, state=key_keeping.state(issued.key), key=issued.token)


def listed(engine: Engine, home: str, after: str = "", limit: int = MOST_OF_SANDBOX) -> KeysOut:
    """A page of the keys of a sandbox, from behind an id on; raises `UnknownSandbox`."""
    first, following = page(key_keeping.listed(engine, home, after, limit + 1), limit)
    return KeysOut(keys=tuple(map(key_out, first)), next=following)
