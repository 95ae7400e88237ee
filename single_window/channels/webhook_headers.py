"""The headers of a receipt that is posted to a program, signed, by a webhook or by `single-window listen`."""

from __future__ import annotations

from urllib.parse import quote

from single_window import __version__
from single_window.receipts.messages import ReceiptsMessage
from single_window_client.webhooks import SIGNATURE, TIMESTAMP, signature


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
        TIMESTAMP: str(timestamp),
        SIGNATURE: f"sha256={signature(secret, timestamp, message.body)}",
    }
