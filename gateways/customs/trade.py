"""A trade: a declared list joined with its partner documents; and the codes and kinds of its flow, import or export.

Joining and examining differ by flow: `import_trades` and `export.trades`, `acceptance` and `export.acceptance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, TypeVar

from gateways.customs.companies import kinds_concerned
from gateways.records import FiledDocument


@dataclass(frozen=True, slots=True)
class Flow:
    """The codes and document kinds of a flow."""

    letter: str
    """I or E, as stored in declarations."""
    list: str
    """The kind of its lists."""
    receipt: str
    """Code of the message that answers a list."""
    partners: Mapping[str, str]
    """Kind of a partner document → code of the rejection if it does not come in time."""
    concerns: Mapping[str, str]
    """Code of a finding about a list that also answers a partner document → the partner's kind."""


IMPORT = Flow(
    "I",
    "inventory",
    "622",
    {"order": "14301", "payment": "14302", "waybill": "14303"},
    {"13035": "order", **kinds_concerned("I")},  # 13035 was observed in a receipt 312 (for an order)
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
        **kinds_concerned("E"),
    },
)
FLOWS = {flow.letter: flow for flow in (IMPORT, EXPORT)}


class JoinedImport(NamedTuple):
    """A declared import list with the partner documents that have come."""

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
    """A declared export list with the partner documents that have come."""

    inventory: FiledDocument
    order: FiledDocument | None
    waybill: FiledDocument | None
    collection: FiledDocument | None
    collected: bool
    """True if a collection is required."""

    @property
    def partners(self) -> tuple[FiledDocument, ...]:
        """The partners that have come."""
        return tuple([document for document in (self.order, self.waybill, self.collection) if document is not None])

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of the required partners that have not come."""
        wanted = [("export_order", self.order), ("export_waybill", self.waybill)]
        if self.collected:
            wanted.append(("collection", self.collection))
        return tuple([kind for kind, document in wanted if document is None])


Trade: TypeAlias = JoinedImport | JoinedExport
TradeT = TypeVar("TradeT", JoinedImport, JoinedExport)
