"""Verification of what a window posts to a webhook: its signature, over the bytes as they came."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping

TIMESTAMP, SIGNATURE = "X-Single-Window-Timestamp", "X-Single-Window-Signature"
"""Headers of a post: seconds since 1970, and `sha256=` with the signature in hexadecimal."""
TOLERANCE_SECONDS = 300


def signature(secret: str, timestamp: int | str, body: bytes) -> str:
    """Return the HMAC-SHA256 of timestamp, full stop and body under a secret, in hexadecimal."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def is_genuine(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    tolerance: float = TOLERANCE_SECONDS,
    now: float | None = None,
) -> bool:
    """Return True if a post is signed with the webhook's secret and was made at most `tolerance` seconds ago.

    `headers`: by name in any case; `body`: the bytes as they came; `now`: seconds since 1970 (None: this machine's).
    Headers that are missing or malformed are not genuine; nothing is raised."""
    given = {name.lower(): value for name, value in headers.items()}
    timestamp, signed = given.get(TIMESTAMP.lower(), ""), given.get(SIGNATURE.lower(), "")
    if not (timestamp.isascii() and timestamp.isdecimal()):
        return False
    if abs((time.time() if now is None else now) - int(timestamp)) > tolerance:
        return False
    return hmac.compare_digest(f"sha256={signature(secret, timestamp, body)}".encode(), signed.encode())
