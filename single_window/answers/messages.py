"""Answers about received messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from schemas import catalogue
from schemas.findings import Finding
from single_window.frame.findings import Findings, findings_out
from single_window.frame.http.accepting import message_links
from single_window.frame.kinds import page
from single_window.frame.typed import Answer, Instant, NextBefore

WITH_ASSIGNED_ID = frozenset({"refused", "injected"})
"""States of messages stored under a transmission id that the window assigned."""


class KeptOut(Answer, frozen=True, kw_only=True):
    """A stored document."""

    position: int
    kind: str
    key: str
    order_no: str
    state: str


class MessageOut(Answer, frozen=True, kw_only=True):
    """A received message."""

    id: int
    state: Annotated[str, Meta(description="received, read, invalid, refused, dismissed, injected")]
    type: str
    code: str
    edition: str
    sender: str
    transmission_id: str
    guid: str
    channel: str
    received_at: Instant
    size: int
    documents: int
    findings: Findings
    documents_kept: tuple[KeptOut, ...]
    parked: Annotated[
        int,
        Meta(description="deliveries about it that failed and wait for the operator: no answer comes until then"),
    ]
    links: dict[str, str]


def message_out(row: Any, kept: Iterable[Any], refused: Iterable[Finding] = (), parked: int = 0) -> MessageOut:
    """Return the answer about a message, from its row, the rows of its documents, findings about those that the port
    refused, and how many of the deliveries about it are parked."""
    findings = msgspec.json.decode(row.findings, type=tuple[Finding, ...]) if row.findings else ()
    return MessageOut.of(
        row,
        type=type_of(row.code),
        transmission_id=_own_id(row),
        findings=findings_out([*findings, *refused]),
        documents_kept=tuple(map(KeptOut.of, kept)),
        parked=parked,
        links=message_links(row.id),
    )


def _own_id(row: Any) -> str:
    """Return the transmission id that a message has itself. A refused message is stored under an assigned id, so that
    its own stays free."""
    return "" if row.state in WITH_ASSIGNED_ID else str(row.transmission_id)


def type_of(code: str) -> str:
    """Return the root element of a type of message; empty without a code."""
    return catalogue.by_code(code).root if code else ""


class SentOut(Answer, frozen=True, kw_only=True):
    """A received message."""

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
    """Messages, newest first."""

    messages: tuple[SentOut, ...]
    next: NextBefore


def sent_page(rows: Sequence[Any], limit: int) -> SentPageOut:
    """Return a page of messages from their rows."""
    first, following = page(rows, limit)
    sent = (
        SentOut.of(row, type=type_of(row.code), transmission_id=_own_id(row), link=message_links(row.id)["self"])
        for row in first
    )
    return SentPageOut(messages=tuple(sent), next=following)
