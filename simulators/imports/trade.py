"""What a synthetic trade is: four documents that fit each other, who sends them, and the outcome they must have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, NamedTuple

from simulators.companies import Company, Warehouse
from simulators.people import Person
from simulators.traded import Afterwards, Document, Elements, Expected, Shape, Spoiling

__all__ = [
    "CODES",
    "INVENTORY",
    "ORDER",
    "PAYMENT",
    "RELEASED",
    "WAYBILL",
    "Afterwards",
    "Document",
    "Elements",
    "Expected",
    "Parties",
    "Shape",
    "Spoiling",
    "Trade",
]

ORDER, PAYMENT, WAYBILL, INVENTORY = "order", "payment", "waybill", "inventory"
CODES = {ORDER: "311", PAYMENT: "411", WAYBILL: "511", INVENTORY: "621"}
"""The kinds of document every trade has, and the message that carries each."""
REQUESTS = "CTU"
"""Letters that a cancellation's, a return's and a second return's own number begin with, where the list's has an L."""


class Parties(NamedTuple):
    """The companies of one trade; `warehouse` only of a bonded one."""

    platform: Company
    merchant: Company
    payment_provider: Company
    carrier: Company
    agent: Company
    warehouse: Warehouse | None

    def sender(self, kind: str) -> Company:
        """Who sends this kind of document."""
        return {ORDER: self.platform, PAYMENT: self.payment_provider, WAYBILL: self.carrier}.get(kind, self.agent)


RELEASED = Expected("800")


@dataclass(frozen=True, slots=True)
class Trade:
    """One purchase. A document that never comes is None; `story` names a function of `simulators.imports.stories`."""

    id: str
    number: int
    day: date
    mode: str
    parties: Parties
    buyer: Person
    order: Document | None
    payment: Document | None
    waybill: Document | None
    inventory: Document | None
    fault: str = ""
    expected: Expected = RELEASED
    afterwards: tuple[Afterwards, ...] = ()
    spoiling: Spoiling | None = None
    story: str = ""
    codes: ClassVar[dict[str, str]] = CODES

    @property
    def numbers(self) -> Iterator[str]:
        """The numbers under which receipts may speak of it."""
        yield self.id
        late = {later.kind: later.document for later in self.afterwards}
        for document, name in (
            (self.payment or late.get(PAYMENT), "payTransactionId"),
            (self.waybill, "logisticsNo"),
            (self.inventory, "copNo"),
        ):
            if document is not None:
                yield document.head[name]
        if self.inventory is not None:
            for letter in REQUESTS:
                yield letter + self.inventory.head["copNo"][1:]

    def document(self, kind: str) -> Document | None:
        """The document of this kind, by our word for it."""
        document: Document | None = getattr(self, kind)
        return document

    def with_document(self, kind: str, document: Document | None) -> Trade:
        """This trade with another document of this kind, or without one."""
        changed: dict[str, Any] = {kind: document}
        return replace(self, **changed)
