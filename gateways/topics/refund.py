"""Payloads that the refund desk of the tax office handles besides documents and decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gateways.topics.registry import carried_by


@carried_by("refund", "exchange.collected")
class ExchangeCollected(NamedTuple):
    """Foreign exchange came in for a company's trade."""

    ebc_code: str
    entries: Sequence[str]
    """Numbers of declarations and lists."""
    orders: Sequence[str]


@carried_by("refund", "customs.export_returned")
class ExportReturned(NamedTuple):
    """Exported goods are back in the country."""

    declaration_id: int
    request_id: int
    """The return request (213) that is closed."""


@carried_by("refund", "deadline.refund_review")
class ReviewDue(NamedTuple):
    """A review ends, or the automatic officer decides."""

    claim_id: int
    stage: str
    """review or officer."""


@carried_by("refund", "deadline.exchange")
class ExchangeDue(NamedTuple):
    """The time for collecting the exchange of a claim is over."""

    claim_id: int


@carried_by("refund", "deadline.reconciliation")
class ReconciliationDue(NamedTuple):
    """The period for reconciling a claim ahead of sale is over."""

    claim_id: int


@carried_by("refund", "refund.acted", earlier=True)
class ClaimActed(NamedTuple):
    """A tax officer's decision as it was filed before decisions had ids."""

    claim_id: int
    action: str
    by: str
    values: Mapping[str, Any]
    """Also the reason, and the state in which the claim was seen."""
