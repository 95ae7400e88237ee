"""Random secrets, and what is derived from them. The only module whose random values do not depend on a sandbox's
seed."""

from __future__ import annotations

import hmac
import json
import secrets

BYTES = 32


def secret() -> str:
    """A new secret, as text for a header or a configuration file."""
    return secrets.token_urlsafe(BYTES)


def derived(root: str, *names: str) -> str:
    """The secret that follows from another one for some names: 64 hexadecimal digits, from which neither it nor that of
    other names can be computed."""
    return hmac.digest(root.encode(), json.dumps(names).encode(), "sha256").hex()


def password() -> str:
    """A password that nobody can guess."""
    return secret()[:24]


def public_id() -> str:
    """A public identifier of a secret, safe to show and log: twelve hexadecimal digits."""
    return secrets.token_hex(6)
