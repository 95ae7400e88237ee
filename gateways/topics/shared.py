"""Payloads that many topics carry: a document that was filed, and a decision of a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from gateways.topics.topic import Route
from schemas import catalogue


class DocumentFiled(NamedTuple):
    """The port has filed a document, or a later version of one."""

    document_id: int
    place: str = ""
    """Where it meets others: an order number, of a note its sender's own number, of a claim its company."""


class Decision(NamedTuple):
    """A person's decision about a subject; the gateway answers by its id, in the commit that carries it out."""

    subject_id: Any
    """The subject's id, of a registration the company's code, of a tax bill its list's declaration."""
    id: int
    """0 where no answer is awaited (the automatic officer)."""
    seen: int
    """The subject's version that was seen; 0: whichever it has."""
    action: str
    reason: str
    by: str
    values: Mapping[str, Any]
    """What the action needs besides a reason, by name."""


class _OfDeclaration(Protocol):
    @property
    def declaration_id(self) -> int: ...


def filed_route(kind: str) -> Route:
    """The route of `DocumentFiled` for a kind of document."""
    return Route(catalogue.handling(kind).gateway, catalogue.topic(kind))


def document_id(filed: DocumentFiled) -> int:
    """The document, as the key of a lock."""
    return filed.document_id


def subject_id(decision: Decision) -> Any:
    """The subject of a decision, as the key of a lock."""
    return decision.subject_id


def declaration_id(payload: _OfDeclaration) -> int:
    """The declaration that a payload names, as the key of a lock."""
    return payload.declaration_id
