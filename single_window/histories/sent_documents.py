"""Reads what a message says of its documents: key, version, the document concerned, and bonded stock that it draws."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import NamedTuple

from declarations.account_book import BONDED_MODES
from schemas import catalogue, extraction
from schemas.message import DocumentTexts
from schemas.message_types import EDITION, EDITIONS
from schemas.opened import Opened
from schemas.parsing import Unreadable
from schemas.reading import open_message
from single_window.histories.grouping import REQUESTS
from single_window.histories.observations import Draw, SentDocument
from single_window.intake.reading import business_key

STOCK = "stock"
"""First word of the name of an item's account: `stock BOOK ITEM`."""


class SentContent(NamedTuple):
    """The content of bytes that were sent: digest, number of the transmission that they name, documents."""

    digest: str
    transmission: str = ""
    documents: tuple[SentDocument, ...] = ()


class _Places(NamedTuple):
    """The places of elements in the texts of a head and of a line, by name."""

    head: Mapping[str, int]
    line: Mapping[str, int]


def content_of(body: bytes, edition: str = EDITION) -> SentContent:
    """The content of a message; without documents if it cannot be read."""
    digest = digest_of(body)
    try:
        opened = open_message(body)
    except Unreadable:
        return SentContent(digest)
    return SentContent(digest, opened.guid, _documents(opened, edition if edition in EDITIONS else EDITION))


def digest_of(body: bytes) -> str:
    """The digest by which equal bytes are known."""
    return hashlib.blake2b(body, digest_size=8).hexdigest()


def _documents(opened: Opened, edition: str) -> tuple[SentDocument, ...]:
    entry = opened.entry
    if entry.handling is None or edition not in entry.editions:
        return ()
    try:
        blocks = extraction.blocks(opened.tree, entry, edition)
    except (ValueError, IndexError, TypeError):  # it does not follow the schema: a receipt says so of the whole message
        return ()
    places = _places(entry.code, edition)
    return tuple(_document(entry.kind, entry.key, places, block) for block in blocks)


@cache
def _places(code: str, edition: str) -> _Places:
    head, line = catalogue.names(code, edition)
    return _Places({name: place for place, name in enumerate(head)}, {name: place for place, name in enumerate(line)})


def _document(kind: str, key: tuple[str, ...], places: _Places, block: DocumentTexts) -> SentDocument:
    def text(name: str) -> str:
        place = places.head.get(name)
        return (block.head[place] or "") if place is not None else ""

    about = _about(text("ebcCode"), text("orderNo"), text("invtNo")) if kind in REQUESTS else ""
    draws = _draws(text("emsNo"), places, block) if text("tradeMode") in BONDED_MODES else ()
    return SentDocument(kind, business_key([text(name) for name in key]), _version(block), about, draws)


def _about(company: str, order_no: str, list_no: str) -> str:
    """The list that a request is about: its key where the request names its order, else its number."""
    return business_key([company, order_no]) if order_no else list_no


def _version(block: DocumentTexts) -> str:
    return hashlib.blake2b(repr((block.head, block.lines)).encode(), digest_size=8).hexdigest()


def _draws(book: str, places: _Places, block: DocumentTexts) -> tuple[Draw, ...]:
    item, quantity = places.line.get("itemRecordNo"), places.line.get("qty")
    if not book or item is None or quantity is None:
        return ()
    return tuple(
        Draw(f"{STOCK} {book} {line[item] or ''}", amount)
        for line in block.lines
        if (amount := decimal_of_text(line[quantity])) is not None
    )


def decimal_of_text(text: str | None) -> Decimal | None:
    """The number that a text is; None if it is none."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
