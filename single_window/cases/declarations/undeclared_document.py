"""A document that ended without a declaration, as pages, commands and programs know it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.frame.findings import FindingOut
from single_window.frame.typed import Answer, Instant


class UndeclaredDocument(Answer, frozen=True, kw_only=True):
    """A document that the port refused, by itself or with its message, or that is only staged."""

    kind: str
    key: str
    order_no: str
    code: Annotated[str, Meta(description="the type of the receipt that tells it, such as 622; empty: none was sent")]
    status: Annotated[str, Meta(description="its return status: negative, or 1 (staged)")]
    at: Instant
    mailbox: str
    message_id: Annotated[int | None, Meta(description="the message that contains it; null: no longer stored")]
    findings: tuple[FindingOut, ...]
