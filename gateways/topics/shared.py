"""Payloads that many topics carry: a document that was filed, and a decision of a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from gateways.topics.registry import carried_by
from schemas import catalogue


def _filed_with(gateway: str) -> list[str]:
    """The topics of the documents that a gateway handles."""
    return [catalogue.topic(kind) for kind in catalogue.handled(gateway)]


@carried_by("customs", *_filed_with("customs"))
@carried_by("refund", *_filed_with("refund"))
@carried_by("forex", *_filed_with("forex"))
@carried_by("registration", *_filed_with("registration"))
class DocumentFiled(NamedTuple):
    """The port has filed a document, or a later version of one."""

    document_id: int
    place: str = ""
    """Where it meets others: an order number, of a note its sender's own number, of a claim its company."""


@carried_by("customs", "decision.declaration", "decision.request", "decision.batch")
@carried_by("tax", "decision.tax_bill")
@carried_by("refund", "decision.refund_claim")
@carried_by("forex", "decision.forex_report")
@carried_by("registration", "decision.registration")
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
