"""What a synthetic export trade is: its documents, who sends them, how it travels, and the outcome it must have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, NamedTuple

from simulators.companies import Company, Warehouse
from simulators.traded import Afterwards, Document, Expected, Spoiling

ORDER, COLLECTION, WAYBILL, INVENTORY = "order", "collection", "waybill", "inventory"
CODES = {ORDER: "303", COLLECTION: "403", WAYBILL: "505", INVENTORY: "603"}
"""The kinds of document a trade may have, and the message that carries each."""
LIST, REQUESTS = "K", "CTOUN"
"""The letter that a list's own number begins with; those of its cancellation, its return, its tally, a second return
and a note about its parcel alone."""
NO_PLATFORM = "无"
LEFT = Expected("899")
NOT_BROUGHT = frozenset({"cancelled", "part_missing", "left_unreleased", "returned_unexported"})
"""Stories of parcels that never arrive at their site, or not wholly."""
OWN_ARRIVAL = frozenset({"arrives_in_parts", "part_twice"})
"""Stories of parcels whose arrival note is split."""


class ExportParties(NamedTuple):
    """The companies of one trade; `platform` None is one abroad, `warehouse` only there for goods from a zone."""

    platform: Company | None
    merchant: Company
    producer: Company
    payment_provider: Company
    carrier: Company
    agent: Company
    warehouse: Warehouse | None

    def sender(self, kind: str) -> Company:
        """Who sends this kind of document; the merchant speaks for a platform abroad."""
        if kind == ORDER:
            return self.platform or self.merchant
        return {COLLECTION: self.payment_provider, WAYBILL: self.carrier}.get(kind, self.agent)


class Flight(NamedTuple):
    """How parcels leave: the office of the port, transport, master waybill. `alone`: of one trade only."""

    port: str
    traf_mode: str
    vehicle: str
    voyage_no: str
    bill_no: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ExportTrade:
    """One sale abroad. A document that never comes is None; `story` names what happens to it besides, on its way."""

    id: str
    number: int
    day: date
    mode: str
    parties: ExportParties
    flight: Flight
    order: Document | None
    collection: Document | None
    waybill: Document | None
    inventory: Document | None
    fault: str = ""
    expected: Expected = LEFT
    afterwards: tuple[Afterwards, ...] = ()
    spoiling: Spoiling | None = None
    story: str = ""
    codes: ClassVar[dict[str, str]] = CODES

    @property
    def serial(self) -> str:
        """What all its numbers have in common."""
        return self.id[1:]

    @property
    def parcel(self) -> str:
        """The number of its waybill."""
        return "W" + self.serial

    @property
    def numbers(self) -> Iterator[str]:
        """The numbers under which receipts may speak of it."""
        yield from (self.id, self.parcel, LIST + self.serial)
        yield from (letter + self.serial for letter in REQUESTS)

    def light(self) -> ExportTrade:
        """What notes of transport need of it, without its lines."""
        heads = {
            kind: Document(document.head, []) for kind in (WAYBILL, INVENTORY) if (document := self.document(kind))
        }
        changed: dict[str, Any] = {ORDER: None, COLLECTION: None, **heads}
        return replace(self, **changed)

    def document(self, kind: str) -> Document | None:
        """The document of this kind, by our word for it."""
        document: Document | None = getattr(self, kind)
        return document

    def with_document(self, kind: str, document: Document | None) -> ExportTrade:
        """This trade with another document of this kind, or without one."""
        changed: dict[str, Any] = {kind: document}
        return replace(self, **changed)
