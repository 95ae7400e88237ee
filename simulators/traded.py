"""A synthetic trade of either direction: documents that will be written, and the outcome that it must have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, NamedTuple, Protocol, Self, TypeVar

from simulators.draws import guid

Elements = dict[str, str]
"""Wire names to texts."""


class Document(NamedTuple):
    """One document as `schemas.writing.write` takes it: the head's elements and those of each line."""

    head: Elements
    lines: list[Elements]


def opening(when: str, *key: object) -> Elements:
    """The first elements of a document that is new (appType 1) and declared (appStatus 2) then; its guid is drawn from
    the key."""
    return {"guid": guid(*key), "appType": "1", "appTime": when, "appStatus": "2"}


class Shape(NamedTuple):
    """The shape of a trade; empty and 0 leave it to the draw. `price` is the unit price in fen, None leaves it to the
    draw."""

    mode: str = ""
    goods: str = "ordinary"
    lines: int = 0
    quantity: int = 0
    price: int | None = None


class Expected(NamedTuple):
    """The list's return status that the fault leads to, and the codes its receipts must carry.

    "300" means: it comes to manual review, and what follows is an officer's. "" means: no list comes to exist.
    """

    outcome: str
    codes: tuple[str, ...] = ()


class Spoiling(NamedTuple):
    """Damage to the written bytes of one document, so that the schema refuses the message."""

    kind: str
    find: str
    replace: str


class Afterwards(NamedTuple):
    """A document that goes out when the trade's own documents have been sent."""

    kind: str
    document: Document


class Numbered(Protocol):
    """Whatever receipts may be about."""

    @property
    def id(self) -> str:
        """Its own number."""

    @property
    def numbers(self) -> Iterable[str]:
        """The numbers under which receipts may speak of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticTrade:
    """A trade of either direction. A document that never comes is None; `story` names what happens besides."""

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
    """The kinds of document that such a trade may have, and the message that carries each."""

    @property
    def numbers(self) -> Iterable[str]:
        """The numbers under which receipts may speak of it."""
        yield self.id

    def document(self, kind: str) -> Document | None:
        """The document of this kind, by our word for it."""
        document: Document | None = getattr(self, kind)
        return document

    def with_document(self, kind: str, document: Document | None) -> Self:
        """This trade with another document of this kind, or without one."""
        changed: dict[str, Any] = {kind: document}
        return replace(self, **changed)


TradeT = TypeVar("TradeT", bound=SyntheticTrade)
