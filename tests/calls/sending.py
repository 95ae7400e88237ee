"""The time of a sandbox, and messages that are sent anew."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import md5

from simulators.entry.windows import SandboxClient, change_elements

_ROOT_GUID = re.compile(rb'( guid=")[^"]+')


def now_of(sandbox: SandboxClient) -> int:
    """The time of a sandbox, in milliseconds; its clock is asked once, for many samples."""
    return round(datetime.fromisoformat(sandbox.clock.show().now).timestamp() * 1000)


def anew(body: bytes, **elements: str) -> bytes:
    """A message with other elements in a transmission of its own, and with a guid of its own."""
    digest = md5(repr((body, elements)).encode(), usedforsecurity=False).hexdigest().upper()
    number = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"
    return _ROOT_GUID.sub(rb"\g<1>" + number.encode(), change_elements(body, {**elements, "guid": number}), count=1)
