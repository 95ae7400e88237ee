"""The parts of an EPCIS document and their fields, and the vocabulary, from the tables of this folder."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Container
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

OWN_EVENT = "own_event"
"""The part that an event of somebody's own type is."""
_NAMESPACES = {
    "bizStep": ("BizStep-", "bizstep"),
    "disposition": ("Disp-", "disp"),
    "bizTransactionType": ("BTT-", "btt"),
    "partyType": ("SDT-", "sdt"),
    "errorReason": ("ER-", "er"),
    "component": ("Comp-", "comp"),
}
"""List of the vocabulary → what its words begin with as web URIs, and the name of their URNs."""
_CBV = re.compile(r"(?:cbv:|https?://(?:ref|ns)\.gs1\.org/cbv/)(\w+-)(.+)|urn:epcglobal:cbv:(\w+):(.+)")
_WEB_VOCABULARY = re.compile(r"(?:gs1:|https?://(?:www\.)?gs1\.org/voc/)(.+)")
EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "AssociationEvent", "TransactionEvent", "TransformationEvent")


class Number(StrEnum):
    """The number of values that a field takes."""

    ONE = ""
    ONE_OR_LIST = "?"
    LIST = "*"
    FILLED_LIST = "+"
    DISTINCT_LIST = "distinct"
    FILLED_SET = "set"

    @property
    def is_list(self) -> bool:
        """True if the value must be a list."""
        return self not in (Number.ONE, Number.ONE_OR_LIST)

    @property
    def must_be_filled(self) -> bool:
        """True if the list must have an element."""
        return self in (Number.FILLED_LIST, Number.FILLED_SET)

    @property
    def must_be_distinct(self) -> bool:
        """True if no element may stand twice."""
        return self in (Number.DISTINCT_LIST, Number.FILLED_SET)


class Further(StrEnum):
    """The fields that a part takes beside those of the standard."""

    NONE = "none"
    NAMED = "named"
    """With a name that is a URI or begins with a prefix of the context."""
    ANY = "any"


class EventField(NamedTuple):
    """A field of a part: `kind` is a kind of value, a list of words or the name of another part."""

    name: str
    kind: str
    number: Number
    required: str
    """`Y`: always; the name of another field: unless that one stands there; empty: never."""

    def is_missing(self, names: Container[str]) -> bool:
        """Return True if a part with these fields lacks this one."""
        return self.required != "" and self.name not in names and self.required not in names


@cache
def fields_of(part: str) -> dict[str, EventField]:
    """Return the fields of a part by name; those of an event type include the fields of every event. An event of
    somebody's own type may leave out what the standard's types have, and may not have it otherwise."""
    if part == OWN_EVENT:
        told = {name: field._replace(required="") for kind in EVENT_TYPES for name, field in _fields()[kind].items()}
        lists = {name: field._replace(number=Number.LIST) for name, field in told.items() if field.number.is_list}
        return {**told, **lists, **_fields()["event"]}
    own = _fields()[part]
    return {**_fields()["event"], **own} if part in EVENT_TYPES else own


@cache
def further_of(part: str) -> Further:
    """Return which further fields a part takes."""
    if part == OWN_EVENT:
        return Further.ANY
    return _further()["event" if part in EVENT_TYPES else part]


@cache
def is_part(kind: str) -> bool:
    """Return True if a field of this kind holds a part, not a value."""
    return kind in _further()


@cache
def words_of(kind: str) -> frozenset[str]:
    """Return the words of a list of the vocabulary; none if the kind is no such list."""
    return frozenset(row["word"] for row in _rows("words.csv") if row["list"] == kind)


def bare_word(value: str, kind: str) -> str:
    """Return the word that a value names in GS1's namespaces, as CURIE, web URI or URN; empty if it is in none of them,
    `?` if it is no word of this list."""
    found = _CBV.fullmatch(value)
    if found is None:
        of_web = None if kind in _NAMESPACES else _WEB_VOCABULARY.fullmatch(value)
        return of_web[1] if of_web else ""
    start, urn = _NAMESPACES.get(kind, ("", ""))
    return (found[2] if found[1] == start else found[4] if found[3] == urn else "") or "?"


@cache
def _fields() -> dict[str, dict[str, EventField]]:
    found: dict[str, dict[str, EventField]] = defaultdict(dict)
    for row in _rows("fields.csv"):
        field = EventField(row["field"], row["kind"], Number(row["number"]), row["required"])
        found[row["part"]][field.name] = field
    return found


@cache
def _further() -> dict[str, Further]:
    return {row["part"]: Further(row["further"]) for row in _rows("further.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
