"""Answers about what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta

from single_window.answers.messages import type_of
from single_window.frame.http.accepting import message_links
from single_window.frame.kinds import page
from single_window.frame.typed import Answer, Instant


class SentOut(Answer, frozen=True, kw_only=True):
    """A message that came."""

    id: int
    type: str
    code: str
    sender: str
    transmission_id: str
    guid: str
    content_hash: Annotated[str, Meta(description="SHA-256")]
    channel: str
    received_at: Instant
    size: int
    documents: int
    state: str
    link: str


class SentPageOut(Answer, frozen=True, kw_only=True):
    """Messages, the newest first."""

    messages: tuple[SentOut, ...]
    next: Annotated[int | None, Meta(description="what to give as `before` for the next page")]


def sent_page(rows: Sequence[Any], limit: int) -> SentPageOut:
    """A page of the rows of messages."""
    first, following = page(rows, limit)
    sent = (SentOut.of(row, type=type_of(row.code), link=message_links(row.id)["self"]) for row in first)
    return SentPageOut(messages=tuple(sent), next=following)
