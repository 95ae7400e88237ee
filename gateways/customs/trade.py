"""A trade: a declared list with the partners that are there; and what its flow, import or export, is called by.

Joining, examining and the order of effects differ by flow: `acceptance` and `export.acceptance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, TypeVar

from gateways.customs.companies import concerns
from gateways.records import FiledDocument


@dataclass(frozen=True, slots=True)
class Flow:
    """The names by which a flow of trades is known."""

    letter: str
    """I or E, as declarations keep it."""
    list: str
    """The kind of its lists."""
    receipt: str
    """The message that answers a list."""
    partners: Mapping[str, str]
    """Partner of a list → code of the rejection when it never comes."""
    concerns: Mapping[str, str]
    """Findings about a list that are also the answer to a partner → the kind of that partner."""


IMPORT = Flow(
    "I",
    "inventory",
    "622",
    {"order": "14301", "payment": "14302", "waybill": "14303"},
    {"13035": "order", **concerns("I")},  # 13035 was seen in a 312
)
EXPORT = Flow(
    "E",
    "export_inventory",
    "604",
    {"export_order": "14301", "export_waybill": "14303", "collection": "17132"},
    {
        "17104": "export_order",
        "17121": "collection",
        "17122": "collection",
        "17123": "collection",
        "17124": "collection",
        **concerns("E"),
    },
)
FLOWS = {flow.letter: flow for flow in (IMPORT, EXPORT)}


class JoinedImport(NamedTuple):
    """A declared import list with the partners that are there."""

    inventory: FiledDocument
    order: FiledDocument | None
    payment: FiledDocument | None
    waybill: FiledDocument | None

    @property
    def partners(self) -> tuple[FiledDocument, ...]:
        """The partners that have come."""
        return tuple(document for document in self[1:] if document is not None)

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of the partners that have not come."""
        return tuple(kind for kind, document in zip(IMPORT.partners, self[1:], strict=True) if document is None)


class JoinedExport(NamedTuple):
    """A declared export list with the partners that are there."""

    inventory: FiledDocument
    order: FiledDocument | None
    waybill: FiledDocument | None
    collection: FiledDocument | None
    collected: bool
    """Whether it needs the collection."""

    @property
    def partners(self) -> tuple[FiledDocument, ...]:
        """The partners that have come."""
        return tuple([document for document in (self.order, self.waybill, self.collection) if document is not None])

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of the partners that it needs and that have not come."""
        wanted = [("export_order", self.order), ("export_waybill", self.waybill)]
        if self.collected:
            wanted.append(("collection", self.collection))
        return tuple([kind for kind, document in wanted if document is None])


Trade: TypeAlias = JoinedImport | JoinedExport
TradeT = TypeVar("TradeT", JoinedImport, JoinedExport)
