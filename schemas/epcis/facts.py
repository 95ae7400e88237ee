"""The facts of an EPCIS event by which it is found: time, words, places, and the goods in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from schemas.epcis.identifiers import canonical, family
from schemas.epcis.tables import bare_word

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)")

_WORDS = ("bizStep", "disposition")
_MAX_WORD_LENGTH = 60


class GoodsRole(StrEnum):
    """The part of an item or lot in an event."""

    ITEM = "item"
    PARENT = "parent"
    INPUT = "input"
    OUTPUT = "output"
    CLASS = "class"
    INPUT_CLASS = "inclass"
    OUTPUT_CLASS = "outclass"
    SUBJECT = "subject"
    """No goods: what an event of the window's own is about, by which it is found when it turns out to be wrong."""


_ITEMS = {
    "epcList": GoodsRole.ITEM,
    "childEPCs": GoodsRole.ITEM,
    "inputEPCList": GoodsRole.INPUT,
    "outputEPCList": GoodsRole.OUTPUT,
}
_CLASSES = {
    "quantityList": GoodsRole.CLASS,
    "childQuantityList": GoodsRole.CLASS,
    "inputQuantityList": GoodsRole.INPUT_CLASS,
    "outputQuantityList": GoodsRole.OUTPUT_CLASS,
}


class EventFacts(NamedTuple):
    """The facts of an event, none longer than 60 characters. Places are digests of their identifiers, as are words of
    others that are longer; `at`: milliseconds since the epoch; `goods`: (digest of an identifier, or the family by
    which patterns find it, part)."""

    kind: str
    action: str
    biz_step: str
    disposition: str
    read_point: str
    biz_location: str
    at: int
    goods: tuple[tuple[str, GoodsRole], ...]


def facts_of(event: Mapping[str, Any]) -> EventFacts:
    """Return the facts of a checked event."""
    return EventFacts(
        kind=short_word(event["type"]),
        action=event.get("action", ""),
        biz_step=short_word(event.get("bizStep", "")),
        disposition=short_word(event.get("disposition", "")),
        read_point=_place(event.get("readPoint")),
        biz_location=_place(event.get("bizLocation")),
        at=milliseconds_of(event["eventTime"]),
        goods=tuple(dict.fromkeys(_found_by(event))),
    )


@lru_cache(maxsize=1_024)
def short_word(word: str) -> str:
    """Return a word of the vocabulary without GS1's namespace; a word of others as it is, or its digest if it is
    long."""
    word = next((found for kind in _WORDS if (found := bare_word(word, kind).strip("?"))), word)
    return word if len(word) <= _MAX_WORD_LENGTH else digest_of(word)


def identifier(text: str) -> str:
    """Return the one form of an identifier: the canonical Digital Link of a GS1 key, else the text."""
    return canonical(text) or text


def digest_of(text: str) -> str:
    """Return the digest, of fixed length, of an identifier's one form."""
    return sha256(identifier(text).encode()).hexdigest()[:32]


@lru_cache(maxsize=1_024)
def milliseconds_of(time: str) -> int:
    """Return the instant of a checked time, in milliseconds since the epoch."""
    match = _TIME.fullmatch(time)
    assert match is not None, time
    day, minute, second, fraction, offset = match.groups()
    start = datetime.fromisoformat(f"{day}T{minute}:00{'+00:00' if offset in 'Zz' else offset}")
    rest = int(second) * 1000 + int(Decimal(f"0{fraction or '.0'}") * 1000 + Decimal("0.5"))
    return (start - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) + rest


def _place(place: Mapping[str, Any] | None) -> str:
    return digest_of(place["id"]) if place else ""


def _found_by(event: Mapping[str, Any]) -> Iterator[tuple[str, GoodsRole]]:
    for found, role in _goods(event):
        yield digest_of(found), role
        if of_family := family(found):
            yield of_family, role


def _goods(event: Mapping[str, Any]) -> Iterator[tuple[str, GoodsRole]]:
    if "parentID" in event:
        yield event["parentID"], GoodsRole.PARENT
    for field, role in _ITEMS.items():
        yield from ((item, role) for item in event.get(field, ()))
    for field, role in _CLASSES.items():
        yield from ((lot["epcClass"], role) for lot in event.get(field, ()))
