"""A synthetic import trade: four matching documents, their senders, and the expected outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from simulators.companies import TradingCompany, Warehouse
from simulators.people import Buyer
from simulators.traded import Afterwards, Document, Elements, Expected, Shape, Spoiling, SyntheticTrade

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
    "ImportTrade",
    "Parties",
    "Shape",
    "Spoiling",
]

ORDER, PAYMENT, WAYBILL, INVENTORY = "order", "payment", "waybill", "inventory"
CODES = {ORDER: "311", PAYMENT: "411", WAYBILL: "511", INVENTORY: "621"}
"""The kinds of document every trade has, and the message that carries each."""
REQUEST_LETTERS = "CTU"
"""Letters that a cancellation's, a return's and a second return's own number begin with, where the list's has an L."""


class Parties(NamedTuple):
    """The companies of one trade; `warehouse` only of a bonded one."""

    platform: TradingCompany
    merchant: TradingCompany
    payment_provider: TradingCompany
    carrier: TradingCompany
    agent: TradingCompany
    warehouse: Warehouse | None

    def sender(self, kind: str) -> TradingCompany:
        """The company that sends this kind of document."""
        return {ORDER: self.platform, PAYMENT: self.payment_provider, WAYBILL: self.carrier}.get(kind, self.agent)


RELEASED = Expected("800")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTrade(SyntheticTrade):
    """One purchase; its story is a function of `simulators.imports.stories`."""

    buyer: Buyer
    payment: Document | None
    expected: Expected = RELEASED
    codes: ClassVar[Mapping[str, str]] = CODES

    @property
    def numbers(self) -> Iterator[str]:
        """The numbers by which receipts may identify it."""
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
            for letter in REQUEST_LETTERS:
                yield letter + self.inventory.head["copNo"][1:]
