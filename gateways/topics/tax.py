"""Payloads that the tax gateway handles besides decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class TaxRequested(NamedTuple):
    """Customs requests the assessment of a list."""

    declaration_id: int
    document_id: int
    accepted_at: int
    """The instant of acceptance, whose law is applied."""
    full_tax: bool | int
    """True: without the reliefs of retail imports. 0 or 1 in payloads built from a stored list."""
    method: str = ""
    """The method by which an officer determined its value anew; empty: he did not."""
    prices: Mapping[str, int] | None = None
    """The determined price of a declared unit, scaled, by line number."""
    cosmetics: Mapping[str, bool] | None = None
    """Line number → whether an officer found cosmetics without a readable net content high-end."""


class TaxDropped(NamedTuple):
    """A list will not be released: its reservation must be freed."""

    declaration_id: int


class GoodsReturned(NamedTuple):
    """Goods of a list came back."""

    declaration_id: int
    document_id: int
    quantities: Mapping[str, int]
    """All quantities returned so far, by line number."""


class ReturnFiled(NamedTuple):
    """A return is pending or has ended; while it is pending, the bill is not collected."""

    declaration_id: int
    pending: bool | int


class CollectionDue(NamedTuple):
    """A bill is due."""

    declaration_id: int
    due: int = 0
    """The instant at which it is; 0 in payloads of earlier versions."""
