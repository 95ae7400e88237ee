"""Commitments: an agency that draws by a secret publishes the secret's hash first and the secret afterwards, so that
everybody can check that it drew as it had to."""

from __future__ import annotations

import hmac
from hashlib import sha256


def commitment_of(secret: str) -> str:
    """Return the commitment to a secret: the SHA-256 of its UTF-8 text as 64 hexadecimal digits."""
    return sha256(secret.encode()).hexdigest()


def is_committed(commitment: str, secret: str) -> bool:
    """True if a revealed secret is the one that a commitment was made to."""
    return hmac.compare_digest(commitment_of(secret), commitment)
