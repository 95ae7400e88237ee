"""API keys of programs: owner, rights, and the secret, of which only a hash is stored."""

from __future__ import annotations

import hmac
import re
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from single_window import keys
from single_window.accounts.people import KEY_PREFIX, PROGRAM, Person

PREFIX = "sw_"
"""Prefix of every key, so that secret scanners find published ones."""
ALL_MAILBOXES = "*"
"""Means all mailboxes of a sandbox."""
_FORM = re.compile(r"sw_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class Unfit(StrEnum):
    """The reason why a key is not valid."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"


class BadKey(Exception):
    """An invalid key. `id` is its public part, empty if it has none."""

    permanent = True

    def __init__(self, why: Unfit, id: str = "") -> None:
        super().__init__(f"The key {id or '?'} is {why}.")
        self.why, self.id = why, id


class ApiKey(NamedTuple):
    """A stored key. `home`: its sandbox; `owner`: the holder's name, which stays when keys are rotated; instants are
    the machine's, 0: never. Without an expiry it is valid until it is revoked.
    """

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
        """The reason why the key is not valid at an instant of the machine; None: it is valid."""
        if self.revoked_at:
            return Unfit.REVOKED
        return Unfit.EXPIRED if self.expires_at and now >= self.expires_at else None

    def owns(self, mailbox: str) -> bool:
        """True if a mailbox belongs to the key's holder."""
        return mailbox in self.mailboxes or ALL_MAILBOXES in self.mailboxes

    @property
    def owns_all(self) -> bool:
        """True if all mailboxes of the sandbox belong to the key's holder."""
        return ALL_MAILBOXES in self.mailboxes

    @property
    def account(self) -> str:
        """The holder's identity, "home/owner", as the owner of sandboxes created with any of his keys."""
        return f"{self.home}/{self.owner}"

    @property
    def person(self) -> Person:
        """The person who acts with this key; the name stays the same when keys are rotated."""
        return Person(f"{KEY_PREFIX}{self.owner}", PROGRAM)


def new_token() -> tuple[str, str]:
    """(public id, complete key text) of a new key; the text is shown once."""
    id = keys.public_id()
    return id, f"{PREFIX}{id}_{keys.secret()}"


def id_of(token: str) -> str:
    """The public id of a key text; empty if it has not the form of a key."""
    match = _FORM.fullmatch(token)
    return match[1] if match else ""


def digest(token: str) -> str:
    """The stored hash of a key. A fast hash is enough for a secret of 256 bits."""
    return sha256(token.encode()).hexdigest()


def fits(token: str, kept: str) -> bool:
    """True if a key has this hash; constant-time comparison."""
    return hmac.compare_digest(digest(token), kept)
