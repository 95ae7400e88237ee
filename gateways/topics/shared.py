"""Payloads of many topics: a filed document, and a person's decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from gateways.topics.route import Route
from gateways.topics.topic import addressed
from schemas import catalogue


@addressed
class DocumentFiled(NamedTuple):
    """The port has filed a document, or a later version of one."""

    document_id: int
    meeting_key: str = ""
    """Of its meeting: an order number; for a note the sender's number; for a claim the company."""


@addressed
class Decision(NamedTuple):
    """A person's decision about a subject; the gateway stores the answer under its id, in the same transaction."""

    subject_id: Any
    """The subject's id; for a registration the company code; for a tax bill the declaration's id."""
    id: int
    """0 if no answer is awaited (automatic officer)."""
    seen: int
    """The version of the subject that the person saw; 0: any."""
    action: str
    reason: str
    by: str
    values: Mapping[str, Any]
    """Further parameters of the action, by name."""


class _OfDeclaration(Protocol):
    @property
    def declaration_id(self) -> int: ...


def filed_route(kind: str) -> Route:
    """Return the route of `DocumentFiled` for a kind of document."""
    return Route(catalogue.handling(kind).gateway, catalogue.topic(kind))


def document_id(filed: DocumentFiled) -> int:
    """Return the document's id, as the key of a lock."""
    return filed.document_id


def subject_id(decision: Decision) -> Any:
    """Return the subject of a decision, as the key of a lock."""
    return decision.subject_id


def declaration_id(payload: _OfDeclaration) -> int:
    """Return the payload's declaration, as the key of a lock."""
    return payload.declaration_id
