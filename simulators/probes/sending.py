"""The bytes that probes send, bare or in an envelope."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import md5, sha256
from uuid import NAMESPACE_URL, uuid5

from schemas.envelope import IMPORT_NODE, Envelope, wrap
from simulators.entry.windows import CallRefused, SandboxClient, change_elements

_ROOT_GUID = re.compile(rb'( guid=")[^"]+')
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


def now_of(sandbox: SandboxClient) -> int:
    """The time of a sandbox, in milliseconds; its clock is asked once, for many samples."""
    return round(datetime.fromisoformat(sandbox.clock.show().now).timestamp() * 1000)


def anew(body: bytes, **elements: str) -> bytes:
    """A message with other elements in a transmission of its own, and with a guid of its own."""
    digest = md5(repr((body, elements)).encode(), usedforsecurity=False).hexdigest().upper()
    number = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"
    return _ROOT_GUID.sub(rb"\g<1>" + number.encode(), change_elements(body, {**elements, "guid": number}), count=1)
