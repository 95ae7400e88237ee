"""A synthetic export trade: its documents, their senders, its transport, and the expected outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple

from simulators.companies import TradingCompany, Warehouse
from simulators.traded import Document, Expected, SyntheticTrade

ORDER, COLLECTION, WAYBILL, INVENTORY = "order", "collection", "waybill", "inventory"
CODES = {ORDER: "303", COLLECTION: "403", WAYBILL: "505", INVENTORY: "603"}
"""The kinds of document a trade may have, and the message that carries each."""
LIST_LETTER = "K"
"""First letter of a list's own number."""
REQUEST_LETTERS = "CTOUN"
"""First letters of the numbers of the messages about a list: cancellation, return, tally, second return, and a note of
its parcel alone."""
NO_PLATFORM = "无"
GOODS_LEFT = Expected("899")
"""The expected outcome of a trade without faults: its goods have left the country."""
STORIES_NOT_ARRIVING = frozenset({"cancelled", "part_missing", "left_unreleased", "returned_unexported"})
"""Stories in which parcels do not (completely) arrive at their site."""
STORIES_SPLIT_ARRIVAL = frozenset({"arrives_in_parts", "part_twice"})
"""Stories of parcels whose arrival note is split."""


class ExportParties(NamedTuple):
    """The companies of one trade; `platform`: None for a platform abroad; `warehouse`: only for goods from a zone."""

    platform: TradingCompany | None
    merchant: TradingCompany
    producer: TradingCompany
    payment_provider: TradingCompany
    carrier: TradingCompany
    agent: TradingCompany
    warehouse: Warehouse | None

    def sender(self, kind: str) -> TradingCompany:
        """The company that sends this kind of document; the merchant speaks for a platform abroad."""
        if kind == ORDER:
            return self.platform or self.merchant
        return {COLLECTION: self.payment_provider, WAYBILL: self.carrier}.get(kind, self.agent)


class Flight(NamedTuple):
    """The departure of parcels: the office of the port, transport, master waybill. `alone`: of one trade only."""

    port: str
    traf_mode: str
    vehicle: str
    voyage_no: str
    bill_no: str
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTrade(SyntheticTrade):
    """One sale abroad; its story names further events on its way."""

    flight: Flight
    collection: Document | None
    expected: Expected = GOODS_LEFT
    codes: ClassVar[Mapping[str, str]] = CODES

    @property
    def serial(self) -> str:
        """The serial number that all its documents share."""
        return self.id[1:]

    @property
    def parcel(self) -> str:
        """The number of its waybill."""
        return "W" + self.serial

    @property
    def numbers(self) -> Iterator[str]:
        """The numbers by which receipts may identify it."""
        yield from (self.id, self.parcel, LIST_LETTER + self.serial)
        yield from (letter + self.serial for letter in REQUEST_LETTERS)

    def reduced_to_heads(self) -> ExportTrade:
        """Return the trade with only the heads that notes of transport need, without lines."""
        heads = {
            kind: Document(document.head, []) for kind in (WAYBILL, INVENTORY) if (document := self.document(kind))
        }
        changed: dict[str, Any] = {ORDER: None, COLLECTION: None, **heads}
        return replace(self, **changed)
