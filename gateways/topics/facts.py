"""Facts: what happened at one gateway, published for all gateways that hear it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gateways.topics.topic import fact


@fact
class ListReleased(NamedTuple):
    """Customs released an import list (800)."""

    declaration_id: int
    invt_no: str
    mailboxes: str
    fields: Mapping[str, str]
    """Fields of the list, by their names in a bill (816)."""
    last_return: int
    """The time of the receipt 800."""
