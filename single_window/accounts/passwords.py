"""Passwords: which are long enough, and the hash that is kept of them."""

from __future__ import annotations

import hmac
import unicodedata
from base64 import b32encode
from functools import cache
from threading import Lock

from werkzeug.security import check_password_hash, generate_password_hash

from single_window.keys import secret

LEAST, MOST = 12, 200
"""Characters of a password."""
METHOD = "scrypt:32768:8:3"
"""Cost, block size, parallelism: the form of OWASP's recommendation that takes 32 MB."""
_turn = Lock()
"""One password at a time in each process: a hash takes 32 MB, and guesses side by side are counted one by one."""


class BadPassword(ValueError):
    """A password that is too short or too long; the message says how long it may be."""

    def __init__(self) -> None:
        super().__init__(f"A password has {LEAST} to {MOST} characters.")


def hashed(password: str) -> str:
    """The hash that is kept of a password; raises `BadPassword`."""
    if not LEAST <= len(password) <= MOST:
        raise BadPassword
    return generate_password_hash(_plain(password), METHOD)


def fits(password: str, kept: str) -> bool:
    """True if a password is the one that was kept; without a kept one as slow as with it, and False."""
    if len(password) > MOST:
        return False
    matches = check_password_hash(kept or _nobodys(), _plain(password))
    return matches and bool(kept)


def turn() -> Lock:
    """The lock that a caller holds while he looks up, tries and counts a password."""
    return _turn


def derived(key: str, name: str) -> str:
    """A password that follows from a secret key: the same each time."""
    return b32encode(hmac.digest(key.encode(), name.encode(), "sha256")).decode().lower()[:16]


@cache
def _nobodys() -> str:
    return generate_password_hash(secret(), METHOD)


def _plain(password: str) -> str:
    """The same password however the keyboard composes its characters."""
    return unicodedata.normalize("NFC", password)
