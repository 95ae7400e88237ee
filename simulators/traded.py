"""Synthetic trades of both directions: documents to write, and the expected outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, NamedTuple, Protocol, Self, TypeVar

from simulators.draws import guid

Elements = dict[str, str]
"""Wire names to texts."""


class Document(NamedTuple):
    """A document for `schemas.writing.write`: elements of the head and of each line."""

    head: Elements
    lines: list[Elements]


def opening_elements(when: str, *key: object) -> Elements:
    """The first elements of a new (appType 1), declared (appStatus 2) document; its guid is derived from the key."""
    return {"guid": guid(*key), "appType": "1", "appTime": when, "appStatus": "2"}


class Shape(NamedTuple):
    """The shape of a trade; empty, 0 and None mean random. `price`: unit price in fen."""

    mode: str = ""
    goods: str = "ordinary"
    lines: int = 0
    quantity: int = 0
    price: int | None = None


class Expected(NamedTuple):
    """The expected return status of the list, and the codes that its receipts must name.

    "300": the list goes to manual review, where an officer decides. "": there is no list.
    """

    outcome: str
    codes: tuple[str, ...] = ()


class Spoiling(NamedTuple):
    """Damage to the written bytes of one document, so that the schema refuses the message."""

    kind: str
    find: str
    replace: str


class Afterwards(NamedTuple):
    """A document that is sent after the trade's own documents."""

    kind: str
    document: Document


class Numbered(Protocol):
    """A trade, a claim or a company, which receipts identify by one of its numbers."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def numbers(self) -> Iterable[str]:
        """The numbers by which receipts may identify it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticTrade:
    """A trade. A document that is never sent is None; `story`: what happens afterwards."""

    id: str
    number: int
    day: date
    mode: str
    parties: Any
    order: Document | None
    waybill: Document | None
    inventory: Document | None
    expected: Expected
    fault: str = ""
    afterwards: tuple[Afterwards, ...] = ()
    spoiling: Spoiling | None = None
    story: str = ""
    codes: ClassVar[Mapping[str, str]] = {}
    """Kind of document → message code."""

    @property
    def numbers(self) -> Iterable[str]:
        """The numbers by which receipts may identify it."""
        yield self.id

    def document(self, kind: str) -> Document | None:
        """The document of a kind."""
        document: Document | None = getattr(self, kind)
        return document

    def with_document(self, kind: str, document: Document | None) -> Self:
        """This trade with its document of this kind replaced, or removed (None)."""
        changed: dict[str, Any] = {kind: document}
        return replace(self, **changed)


TradeT = TypeVar("TradeT", bound=SyntheticTrade)
