"""The only place that draws without a key of ours: secrets, which nobody may guess and no run needs to repeat."""

from __future__ import annotations

import secrets

BYTES = 32


def secret() -> str:
    """A new secret, as text for a header or a configuration file."""
    return secrets.token_urlsafe(BYTES)


def password() -> str:
    """A password that nobody can guess."""
    return secret()[:24]


def public_id() -> str:
    """A name for a secret that may be shown and logged: twelve hexadecimal digits."""
    return secrets.token_hex(6)
