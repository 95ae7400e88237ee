"""Facts that the groups of a warehouse's message tell: parties, time, references, lot, place and price, for all
quantities in them and in groups below; and the lines of goods."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from schemas.edifact.dates import Instant, instant
from schemas.edifact.interchange import SegmentGroup
from schemas.edifact.meanings import overruled
from schemas.edifact.segments import Segment

QUANTITY_GROUPS = ("LIN", "QTY", "INV")
"""Groups of a line whose own quantities count; those of packages, places and splits repeat them in parts."""
_TIMES = {
    "RECADV": ("50", "35", "310", "7", "137"),
    "DESADV": ("11", "10", "7", "137"),
    "INVRPT": ("7", "179", "50", "11", "366", "137"),
    "SLSRPT": ("356", "35", "7", "90", "137"),
}
"""Qualifiers of dates (2005) that say when it happened, the first one that stands nearest to the quantity counts."""
ITEMS = ("SA", "VP", "MF", "IN", "BP")
"""Kinds of item numbers (7143) that are the seller's own, then others'."""
GTINS = ("EN", "SRV", "UP")
LOTS = ("NB", "BB")
_LOT_REFERENCES = ("BT",)
_BATCH = "BX"
"""The kind of object identification (7405) that is a batch."""
_REFERENCES = ("ON", "CO", "CR", "DQ", "AAK", "AAS", "IV", "VN", "UC", "ACE")
"""Kinds of references (1153), the nearest and first one counts."""
_REFERENCES_OF = {"RECADV": ("AAK", "DQ", *_REFERENCES)}
"""Who received goods names the advice of their despatch, whose number is the reference of that."""
_NET_PRICES = ("AAA", "AAF")
"""Kinds of prices (5125) without tax: for calculation, and without allowances and charges for information."""


class GroupFacts(NamedTuple):
    """The facts that a group tells for all quantities in it and in groups below."""

    parties: dict[str, Segment]
    when: tuple[Instant, Segment] | None
    references: dict[str, str]
    lot: str
    place: Segment | None
    price: Segment | None
    currency: str


class GoodsLine(NamedTuple):
    """A line of a message: its number, its item numbers by kind, and which of its quantities tell what another one
    tells."""

    number: str
    items: dict[str, str]
    segment: Segment
    overruled: frozenset[str]


def told_by(group: SegmentGroup, kind: str) -> GroupFacts:
    """Return what a group tells by its own segments, and by those that begin a group within it."""
    parties: dict[str, Segment] = {}
    references: dict[str, str] = {}
    batch, place, price, currency = "", None, None, ""
    for one in chain(group.segments, (below.segments[0] for below in group.groups)):
        if one.tag == "NAD":
            parties.setdefault(one.get(1), one)
        elif one.tag == "RFF":
            references.setdefault(one.get(1), one.get(1, 2))
        elif one.tag == "LOC" and place is None and one.get(2):
            place = one
        elif one.tag == "PRI" and price is None and one.get(1) in _NET_PRICES and one.get(1, 5) in ("", "1"):
            price = one
        elif one.tag == "CUX" and not currency:
            currency = one.get(1, 2)
        elif one.tag == "GIN" and not batch and one.get(1) == _BATCH:
            batch = one.get(2)
    lot = batch or first_of(references, _LOT_REFERENCES)
    return GroupFacts(parties, _when(group, kind), references, lot, place, price, currency)


def _when(group: SegmentGroup, kind: str) -> tuple[Instant, Segment] | None:
    """Return the time of the first kind of date of a message that a group has, and its segment."""
    dates = {date.get(1): date for date in reversed(group.all("DTM"))}
    for qualifier in _TIMES[kind] if dates else ():
        if qualifier in dates:
            date = dates[qualifier]
            found = instant(date.get(1, 2), date.get(1, 3))
            if found is not None:
                return found, date
    return None


def line_of(group: SegmentGroup, kind: str) -> GoodsLine:
    """Return the line of goods that a group begins."""
    begin = group.segments[0]
    items = {begin.get(3, 2): begin.get(3)}
    for further in group.all("PIA"):
        for element in range(2, min(7, len(further.elements))):
            items.setdefault(further.get(element, 2), further.get(element))
    return GoodsLine(begin.get(1), items, begin, overruled(kind, frozenset(_quantities(group))))


def _quantities(group: SegmentGroup) -> Iterator[str]:
    """Yield the qualifiers of the quantities of a line that count by themselves, without a movement."""
    if group.first("INV") is None:
        yield from (quantity.get(1) for quantity in group.all("QTY"))
    for below in group.groups:
        if below.tag in QUANTITY_GROUPS:
            yield from _quantities(below)


def first_of(held: dict[str, str], kinds: tuple[str, ...]) -> str:
    """Return the first value that there is of these kinds."""
    for kind in kinds if held else ():
        if found := held.get(kind):
            return found
    return ""


def references_of(kind: str) -> tuple[str, ...]:
    """Return the kinds of references (1153) of a type of message; the nearest and first one counts."""
    return _REFERENCES_OF.get(kind, _REFERENCES)
