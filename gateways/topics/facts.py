"""Facts: what happened at one gateway, published for all gateways that hear it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gateways.topics.topic import fact


@fact
class ListReleased(NamedTuple):
    """Customs released an import list (800)."""

    declaration_id: int
    invt_no: str
    mailboxes: str
    fields: Mapping[str, str]
    """Fields of the list, by their names in a bill (816)."""
    last_return: int
    """The time of the receipt 800."""


@fact
class SuspensionChanged(NamedTuple):
    """An officer suspended a registered company, or let it resume."""

    company: str
    """Its customs code."""
    suspended: bool


@fact
class CreditEventHappened(NamedTuple):
    """Something counts for a company's credit. The same agency and number again replaces what was said of it: that it
    became final, was cured, or was withdrawn. Days as 2026-04-01; empty: not yet."""

    company: str
    """Its customs or credit code."""
    kind: str
    degree: str
    """L light, G general, S severe."""
    agency: str
    event_no: str
    occurred: str
    """Of a debt: the last day on which it could be paid."""
    decided: str
    final: str
    amount: int = 0
    """Yuan, scaled."""
    documents: int = 0
    doc_no: str = ""
    evidence: str = ""
    cured: str = ""
    withdrawn: str = ""
