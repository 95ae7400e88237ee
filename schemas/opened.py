"""A message that was opened: parsed, its type known, not yet validated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schemas.envelope import Envelope
from schemas.message_types import MessageType


@dataclass(slots=True)
class Opened:
    """A parsed message: its type, its root's guid, its bytes without the envelope, its number of documents."""

    entry: MessageType
    guid: str
    business: bytes
    envelope: Envelope | None
    tree: Any
    count: int
    transfer_dropped: bool = False
    """True if a repeated BaseTransfer was removed from the tree (`repeated_transfer`)."""
