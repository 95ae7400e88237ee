"""The bytes that probes send, bare or in an envelope."""

from __future__ import annotations

from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from schemas.envelope import IMPORT_NODE, Envelope, wrap
from simulators.entry.windows import CallRefused, SandboxClient

SENDER, WRITTEN = "DXPENT0000000001", "2026-11-24T08:00:00"


def enveloped(code: str, body: bytes, sender: str = SENDER) -> bytes:
    """Any bytes in an envelope, which says that they are a message; the same bytes have the same id."""
    number = uuid5(NAMESPACE_URL, sha256(body).hexdigest())
    return wrap(Envelope(str(number).upper(), sender, (IMPORT_NODE,), WRITTEN, f"CEB{code}Message", body))


def status_of(sandbox: SandboxClient, body: bytes) -> int:
    """The HTTP status with which a message is answered."""
    try:
        sandbox.submit(body)
    except CallRefused as refused:
        return refused.status
    return 202
