"""Answers about accounts of officers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.accounts.rows import Account
from single_window.frame.typed import Answer, Instant


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
