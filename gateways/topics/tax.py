"""Payloads that the tax gateway handles besides decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class TaxRequested(NamedTuple):
    """Customs asks for the assessment of a list."""

    declaration_id: int
    document_id: int
    accepted_at: int
    """The instant whose law counts."""
    full_tax: bool | int
    """Without the reliefs of retail imports. A list that was stored says it as 0 or 1."""


class TaxDropped(NamedTuple):
    """A list will not be released: what was reserved for it is free."""

    declaration_id: int


class ListReleased(NamedTuple):
    """Customs released a list (800): its bill is due."""

    declaration_id: int
    invt_no: str
    mailboxes: str
    fields: Mapping[str, str]
    """The list as a bill (816) names it, by wire name."""
    last_return: int
    """The time of the 800."""


class GoodsReturned(NamedTuple):
    """Goods of a list came back."""

    declaration_id: int
    document_id: int
    quantities: Mapping[str, int]
    """All that has come back, by number of the line."""


class ReturnFiled(NamedTuple):
    """A return was applied for, or is over: until it is, the bill is not collected."""

    declaration_id: int
    pending: bool | int


class CollectionDue(NamedTuple):
    """A bill is due."""

    declaration_id: int
