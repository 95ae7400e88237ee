"""Answers about what has a number, and about what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

from msgspec import Meta

from single_window.answers.messages import type_of
from single_window.cases.declarations import Match
from single_window.frame.http.accepting import message_links
from single_window.frame.kinds import page
from single_window.frame.typed import Answer, Instant


class MatchOut(Answer, frozen=True, kw_only=True):
    """Something that has a number."""

    what: Annotated[str, Meta(description="declaration, order, note, message, request or paper")]
    id: int
    by: Annotated[str, Meta(description="which number it was found by")]
    label: str
    kind: str
    flow: str
    order_no: str
    state: str
    state_zh: str
    state_en: str
    link: str


class MatchesOut(Answer, frozen=True, kw_only=True):
    """All that has a number, declarations first."""

    number: str
    matches: tuple[MatchOut, ...]


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


def match_out(match: Match) -> MatchOut:
    """Something that has a number, and where to look at it."""
    link = f"/api/v1/declarations/{quote(match.order_no, safe='')}" if match.order_no else ""
    return MatchOut.of(
        match,
        what=match.category,
        state_zh=match.words.zh,
        state_en=match.words.en,
        link=message_links(match.id)["self"] if match.category == "message" else link,
    )


def sent_page(rows: Sequence[Any], limit: int) -> SentPageOut:
    """A page of the rows of messages."""
    first, following = page(rows, limit)
    sent = (SentOut.of(row, type=type_of(row.code), link=message_links(row.id)["self"]) for row in first)
    return SentPageOut(messages=tuple(sent), next=following)
