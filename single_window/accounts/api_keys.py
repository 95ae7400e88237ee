"""Keys of programs: to whom one belongs, what it may do, and the text that is its secret, of which a hash is kept."""

from __future__ import annotations

import hmac
import re
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from single_window import keys
from single_window.accounts.people import KEY_PREFIX, PROGRAM, Person

PREFIX = "sw_"
"""How every key begins, so that scanners of source code find one that was published."""
EVERY = "*"
"""Stands for all mailboxes of a sandbox."""
_FORM = re.compile(r"sw_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class Unfit(StrEnum):
    """Why a key opens nothing."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"


class BadKey(Exception):
    """A key that opens nothing. `id` is its public part, empty where it has none."""

    permanent = True

    def __init__(self, why: Unfit, id: str = "") -> None:
        super().__init__(f"The key {id or '?'} is {why}.")
        self.why, self.id = why, id


class ApiKey(NamedTuple):
    """A key as it is kept. `home` is its sandbox, `owner` the name under which its holder changes keys; instants are
    the machine's, 0: never. Without an expiry it holds until it is revoked."""

    id: str
    home: str
    owner: str
    mailboxes: tuple[str, ...]
    rights: tuple[str, ...]
    made_at: int = 0
    made_by: str = ""
    expires_at: int = 0
    revoked_at: int = 0
    used_at: int = 0

    def unfit(self, now: int) -> Unfit | None:
        """Why it opens nothing at an instant of the machine; None: it does."""
        if self.revoked_at:
            return Unfit.REVOKED
        return Unfit.EXPIRED if self.expires_at and now >= self.expires_at else None

    def owns(self, mailbox: str) -> bool:
        """True if a mailbox is its holder's."""
        return mailbox in self.mailboxes or EVERY in self.mailboxes

    @property
    def owns_all(self) -> bool:
        """True if all mailboxes of its sandbox are its holder's."""
        return EVERY in self.mailboxes

    @property
    def account(self) -> str:
        """Whose sandboxes those are that it makes, and those that other keys of the same holder made."""
        return f"{self.home}/{self.owner}"

    @property
    def person(self) -> Person:
        """The person that acts with this key: his name stays the same when he changes keys."""
        return Person(f"{KEY_PREFIX}{self.owner}", PROGRAM)


def new_token() -> tuple[str, str]:
    """A new key: its public id, and the whole text, which is shown once."""
    id = keys.public_id()
    return id, f"{PREFIX}{id}_{keys.secret()}"


def id_of(token: str) -> str:
    """The public id of what may be a key; empty where it cannot be one."""
    match = _FORM.fullmatch(token)
    return match[1] if match else ""


def digest(token: str) -> str:
    """The hash that is kept of a key. Its secret has 256 bits: no list of guesses is long enough to need a slow
    hash."""
    return sha256(token.encode()).hexdigest()


def fits(token: str, kept: str) -> bool:
    """True if a key is the one of which this was kept; takes as long whatever differs."""
    return hmac.compare_digest(digest(token), kept)
