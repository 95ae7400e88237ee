"""Payloads that the refund desk of the tax office handles besides documents and decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class ExchangeCollected(NamedTuple):
    """Foreign exchange was collected for a company's trade."""

    ebc_code: str
    entries: Sequence[str]
    """Numbers of declarations and lists."""
    orders: Sequence[str]


class ExportReturned(NamedTuple):
    """Exported goods are back in the country."""

    declaration_id: int
    request_id: int
    """The return request (213) that is closed."""


class ReviewDue(NamedTuple):
    """The review of a claim ends, or the automatic officer's decision is due."""

    claim_id: int
    stage: str
    """review or officer."""


class ExchangeDue(NamedTuple):
    """The time for collecting the exchange of a claim is over."""

    claim_id: int


class FilingIndexDue(NamedTuple):
    """The index of the filing documents of a claim is due today, or its term is over."""

    claim_id: int
    stage: str
    """remind or late."""


class ReconciliationDue(NamedTuple):
    """The period for reconciling a claim ahead of sale is over."""

    claim_id: int
