"""Events of stock that warehouses tell by DESADV, RECADV, INVRPT and SLSRPT: one line for each quantity that means one.

`warehouse.csv` says which quantity (6063) of a message, with which movement (4501) and reason (4499), is which event.
What is not told stays empty or None: nothing is guessed here, neither a time zone nor an item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from schemas.edifact.dates import Instant
from schemas.edifact.group_facts import (
    GTINS,
    ITEMS,
    LOTS,
    QUANTITY_GROUPS,
    GoodsLine,
    GroupFacts,
    first_of,
    line_of,
    references_of,
    told_by,
)
from schemas.edifact.interchange import EdifactMessage, Interchange, SegmentGroup
from schemas.edifact.meanings import Meaning, StockEvent, meaning_of
from schemas.edifact.places import Place
from schemas.edifact.segments import Segment, number_of

T = TypeVar("T")
MESSAGES = ("DESADV", "RECADV", "INVRPT", "SLSRPT")
HOME = ("CN", "CHN")
"""The country to which goods that a warehouse despatches are sent back, as it is told."""


class StockSegments(NamedTuple):
    """The segments in which quantity, time, item and parties of a line stand; None for one that is not told."""

    quantity: Segment
    item: Segment
    time: Segment | None
    warehouse: Segment | None
    partner: Segment | None
    price: Segment | None


class StockLine(NamedTuple):
    """An event of stock.

    `at`: ISO 8601 as far as it is told (`2026-11-20`, `2026-11-20T08:00`, with `:ss`), without the offset, which is
    `offset` (`+09:00`) or None; empty if no time is told. `quantity` is as told, None if it is no number; of a
    difference its sign says found or lost. `sign`: 1 into stock, -1 out of it, 0 a balance. `unit` is the
    code of UN/ECE Recommendation 20, empty for pieces. `condition`: S sellable, D damaged. `ref`: the reference of the
    line, else of the message. `warehouse`, `partner`: identifications of the parties, `warehouse` of the place where
    the stock is. `place`: the quantity in the interchange; `number`: the message's line (1082). `document`: the
    message's own number (1004); `function` (1225): `9` or empty: new; `1` cancels, `5` replaces, `7` repeats one.
    `country`: that of the partner, empty if it is not told. `code`: the quantity's qualifier (6063). `price`: of one,
    without tax, and its `currency`, empty if they are not told. `segments`: where the rest stands.
    """

    event: StockEvent
    at: str
    offset: str | None
    item: str
    gtin: str
    lot: str
    quantity: Decimal | None
    sign: int
    unit: str
    condition: str
    ref: str
    warehouse: str
    partner: str
    message: str
    reference: str
    number: str
    place: Place
    document: str
    function: str
    country: str
    code: str
    price: Decimal | None
    currency: str
    segments: StockSegments


_NOBODY: Mapping[str, str] = MappingProxyType({})
_WAREHOUSES = ("WH", "GY", "SN", "SF", "GM")
_OWN_SIDE = {"RECADV": ("WH", "ST", "DP", "UC"), "DESADV": ("WH", "SF", "PW", "CZ")}
_OTHER_SIDE = {"RECADV": ("SF", "CZ", "PW", "SU"), "DESADV": ("ST", "DP", "UC", "CN")}


def stock_lines(interchange: Interchange, countries: Mapping[str, str] = _NOBODY) -> list[StockLine]:
    """Return the events of stock of all messages of warehouses that are not refused, in their order. `countries`: of
    parties by their identification, where their segment names none."""
    return [line for message in interchange.messages for line in lines_of(message, interchange, countries)]


def lines_of(
    message: EdifactMessage, interchange: Interchange, countries: Mapping[str, str] = _NOBODY
) -> Iterator[StockLine]:
    """Yield the events of stock of a message; none of another type, or of one that is refused."""
    if message.type in MESSAGES and message.table is not None and not message.refused:
        yield from _StockReader(message, interchange, countries).lines(message.root)


class _StockReader:
    """Reads the events of a message, group by group; what the groups round a quantity tell is read once."""

    def __init__(self, message: EdifactMessage, interchange: Interchange, countries: Mapping[str, str]) -> None:
        self._message, self._interchange, self._kind = message, interchange, message.type
        self._countries = countries
        self._document, self._function = "", ""
        self._references = references_of(self._kind)

    def lines(self, root: SegmentGroup) -> Iterator[StockLine]:
        """Yield the events of the whole message."""
        begin = root.first("BGM")
        if begin is not None:
            self._document, self._function = begin.get(2), begin.get(3)
        yield from self._within(root, (told_by(root, self._kind),), None)

    def _within(self, group: SegmentGroup, told: tuple[GroupFacts, ...], line: GoodsLine | None) -> Iterator[StockLine]:
        if line is not None and group.tag in QUANTITY_GROUPS:
            for quantity in group.all("QTY"):
                meaning = meaning_of(self._kind, quantity.get(1), movement := group.first("INV"))
                if meaning is not None and (movement is not None or quantity.get(1) not in line.overruled):
                    yield self._line(quantity, meaning, movement, told, line)
        for below in group.groups:
            if not below.groups and below.tag not in QUANTITY_GROUPS:
                continue
            inner = line_of(below, self._kind) if below.tag == "LIN" else line
            yield from self._within(below, (told_by(below, self._kind), *told), inner)

    def _line(
        self,
        quantity: Segment,
        meaning: Meaning,
        movement: Segment | None,
        told: tuple[GroupFacts, ...],
        line: GoodsLine,
    ) -> StockLine:
        """`told`: what the groups tell, the innermost first."""
        own, other = self._parties(told)
        when, dated = _nearest(one.when for one in told) or (Instant(""), None)
        country = (other.get(9) or self._countries.get(other.get(2), "")) if other else ""
        priced = _nearest(one.price for one in told)
        return StockLine(
            event=_event(meaning.event, self._kind, country),
            at=when.at,
            offset=when.offset,
            item=first_of(line.items, ITEMS),
            gtin=first_of(line.items, GTINS),
            lot=first_of(line.items, LOTS) or _nearest(one.lot or None for one in told) or "",
            quantity=_signed(number_of(quantity.get(1, 2)), meaning),
            sign=meaning.sign,
            unit=quantity.get(1, 3),
            condition=_condition(meaning, movement),
            ref=_nearest(first_of(one.references, self._references) or None for one in told) or self._document,
            warehouse=own.get(2) if own else "",
            partner=other.get(2) if other else "",
            message=self._kind,
            reference=self._message.reference,
            number=line.number,
            place=self._interchange.place_of(quantity, self._message, 1, 2),
            document=self._document,
            function=self._function,
            country=country,
            code=quantity.get(1),
            price=number_of(priced.get(1, 2)) if priced else None,
            currency=_nearest(one.currency or None for one in told) or "",
            segments=StockSegments(quantity, line.segment, dated, own, other, priced),
        )

    def _parties(self, told: tuple[GroupFacts, ...]) -> tuple[Segment | None, Segment | None]:
        """Return where the stock is, by a party, else by a place, and the other party."""
        own = _party(told, _OWN_SIDE.get(self._kind, _WAREHOUSES))
        other = _party(told, _OTHER_SIDE.get(self._kind, ()))
        return own if own is not None else _nearest(one.place for one in told), other


def _nearest(told: Iterable[T | None]) -> T | None:
    """Return the first thing that is told."""
    return next((found for found in told if found is not None), None)


def _signed(amount: Decimal | None, meaning: Meaning) -> Decimal | None:
    """Return a quantity; of a difference with the sign that says found or lost."""
    return amount * meaning.sign if amount is not None and meaning.event is StockEvent.ADJUSTED else amount


def _event(event: StockEvent, kind: str, country: str) -> StockEvent:
    """Return the event, by the country of the other party: home or abroad."""
    if event is StockEvent.TRANSFERRED and country in HOME:
        return StockEvent.SENT_BACK
    return StockEvent.TRANSFERRED if kind == "RECADV" and country not in ("", *HOME) else event


def _party(told: Sequence[GroupFacts], roles: tuple[str, ...]) -> Segment | None:
    return next((one.parties[role] for role in roles for one in told if role in one.parties), None)


def _condition(meaning: Meaning, movement: Segment | None) -> str:
    kind = movement.get(2) if movement else ""
    return "D" if kind == "2" else meaning.condition or "S"
