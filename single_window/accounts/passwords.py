"""Checks the length of passwords, hashes and verifies them."""

from __future__ import annotations

import hmac
import unicodedata
from base64 import b32encode
from functools import cache
from threading import Lock

from werkzeug.security import check_password_hash, generate_password_hash

from single_window.keys import secret
from single_window.refused import Refused

MIN_LENGTH, MAX_LENGTH = 12, 200
"""Minimum and maximum number of characters of a password."""
METHOD = "scrypt:32768:8:3"
"""scrypt with cost, block size and parallelism: OWASP's recommended parameters that need 32 MB."""
_turn = Lock()
"""Verifies one password at a time in each process, because a hash needs 32 MB, and so that parallel guesses are
counted.
"""


class BadPassword(Refused):
    """The password is too short or too long; the message gives the limits."""

    def __init__(self) -> None:
        text = f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters."
        super().__init__("bad-account", text, reason=text)


def hash_password(password: str) -> str:
    """The stored hash of a password; raises `BadPassword`."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise BadPassword
    return generate_password_hash(_plain(password), METHOD)


def fits(password: str, stored_hash: str) -> bool:
    """True if a password matches the stored hash. Without one (empty) False, after the same time."""
    if len(password) > MAX_LENGTH:
        return False
    matches = check_password_hash(stored_hash or _nobodys(), _plain(password))
    return matches and bool(stored_hash)


def turn() -> Lock:
    """The lock to hold while a password is looked up, verified and counted."""
    return _turn


def derive_password(key: str, name: str) -> str:
    """A password derived from a secret key and a name."""
    return b32encode(hmac.digest(key.encode(), name.encode(), "sha256")).decode().lower()[:16]


@cache
def _nobodys() -> str:
    return generate_password_hash(secret(), METHOD)


def _plain(password: str) -> str:
    """Normalise a password's Unicode."""
    return unicodedata.normalize("NFC", password)
