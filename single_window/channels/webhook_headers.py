"""The headers of a receipt that is posted to a program, signed, by a webhook or by `single-window listen`."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote

from single_window import __version__
from single_window.receipts.messages import ReceiptsMessage


def headers(secret: str, message: ReceiptsMessage, timestamp: int) -> dict[str, str]:
    """The headers of a posted message; `timestamp`: seconds since the epoch on the machine's clock."""
    return {
        "Content-Type": "application/xml; charset=utf-8",
        "User-Agent": f"single-window/{__version__}",
        "X-Single-Window-Sandbox": quote(message.sandbox),
        "X-Single-Window-Mailbox": message.mailbox,
        "X-Single-Window-Sequence": f"{message.first}-{message.last}",
        "X-Single-Window-Code": message.code,
        "X-Single-Window-Delivery": message.id,
        "X-Single-Window-Timestamp": str(timestamp),
        "X-Single-Window-Signature": f"sha256={signature(secret, timestamp, message.body)}",
    }


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256, in hexadecimal, over the timestamp, a full stop and the body."""
    return hmac.new(secret.encode(), b"%d.%s" % (timestamp, body), hashlib.sha256).hexdigest()
