"""The only place that draws without a key of ours: secrets, which nobody may guess and no run needs to repeat."""

from __future__ import annotations

import secrets

BYTES = 32


def secret() -> str:
    """A new secret, as text for a header or a configuration file."""
    return secrets.token_urlsafe(BYTES)
