"""What every synthetic trade is made of: documents that will be written, and the outcome that it must have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from simulators.draws import guid

Elements = dict[str, str]
"""Wire names to texts."""


class Document(NamedTuple):
    """One document as `schemas.writing.write` takes it: the head's elements and those of each line."""

    head: Elements
    lines: list[Elements]


def opening(when: str, *key: object) -> Elements:
    """How a document begins that is new (appType 1) and declared (appStatus 2) then; its guid is drawn from the key."""
    return {"guid": guid(*key), "appType": "1", "appTime": when, "appStatus": "2"}


class Shape(NamedTuple):
    """What a trade must look like; empty and 0 leave it to the draw. `price` is the unit price in fen,
    None leaves it to the draw."""

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
    """How the written bytes of one document are damaged, so that the schema refuses the message."""

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


class AnyTrade(Numbered, Protocol):
    """A trade of either direction, as far as messages and hearing want to know."""

    @property
    def spoiling(self) -> Spoiling | None:
        """How its documents are spoiled."""

    @property
    def afterwards(self) -> tuple[Afterwards, ...]:
        """What follows its documents."""

    @property
    def parties(self) -> Any:
        """Who takes part."""

    @property
    def fault(self) -> str:
        """What is wrong with it; empty: nothing."""

    @property
    def codes(self) -> Mapping[str, str]:
        """The codes that its receipts must carry."""

    def document(self, kind: str) -> Document | None:
        """The document of this kind, by our word for it."""
