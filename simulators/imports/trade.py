"""What a synthetic trade is: four documents that fit each other, who sends them, and the outcome they must have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from simulators.companies import Company, Warehouse
from simulators.people import Person

Elements = dict[str, str]
"""Wire names to texts."""

ORDER, PAYMENT, WAYBILL, INVENTORY = "order", "payment", "waybill", "inventory"
CODES = {ORDER: "311", PAYMENT: "411", WAYBILL: "511", INVENTORY: "621"}
"""The kinds of document every trade has, and the message that carries each."""


class Document(NamedTuple):
    """One document as `schemas.writing.write` takes it: the head's elements and those of each line."""

    head: Elements
    lines: list[Elements]


class Shape(NamedTuple):
    """What a trade must look like; empty and 0 leave it to the draw. `price` is the unit price in fen."""

    mode: str = ""
    goods: str = "ordinary"
    lines: int = 0
    quantity: int = 0
    price: int = 0


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


class Expected(NamedTuple):
    """The list's return status that the fault leads to, and the codes its receipts must carry.

    "300" means: it comes to manual review, and what follows is an officer's. "" means: no list comes to exist.
    """

    outcome: str
    codes: tuple[str, ...] = ()


RELEASED = Expected("800")


class Spoiling(NamedTuple):
    """How the written bytes of one document are damaged, so that the schema refuses the message."""

    kind: str
    find: str
    replace: str


class Afterwards(NamedTuple):
    """A document that goes out when the trade's own documents have been sent."""

    kind: str
    document: Document


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

    def document(self, kind: str) -> Document | None:
        """The document of this kind, by our word for it."""
        found: Document | None = getattr(self, kind)
        return found

    def with_document(self, kind: str, document: Document | None) -> Trade:
        """This trade with another document of this kind, or without one."""
        changed: dict[str, Any] = {kind: document}
        return replace(self, **changed)
