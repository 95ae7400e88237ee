"""Stock lines of an EDIFACT message as lines of a notice; what cannot stand there is told by segment and element."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from declarations.money import can_be_kept
from declarations.overseas.moves import ELSEWHERE
from declarations.overseas.notices import StockNoticeLine
from declarations.overseas.times import instant_at, instant_told, time_in
from schemas.edifact.faults import Faults
from schemas.edifact.interchange import EdifactMessage
from schemas.edifact.meanings import StockEvent
from schemas.edifact.segments import Segment
from schemas.edifact.warehouse import StockLine

UTC_OFFSET = "+00:00"
CURRENCY_LENGTH = 3
_MOVING = (StockEvent.IN, StockEvent.TRANSFERRED, StockEvent.SENT_BACK)
_DAMAGED = ("195", "196", "124")
_UNCLEAR = {
    ("RECADV", "48"): _DAMAGED,
    ("RECADV", "46"): _DAMAGED,
    ("SLSRPT", "26"): ("153", "25", "47", "1"),
}
"""Quantities of which nobody says whether they include others of the same line."""
_LEAST = {StockEvent.ADJUSTED: "≠ 0", StockEvent.COUNTED: "≥ 0"}


class EdifactTerms(NamedTuple):
    """The facts that an interchange does not tell: the warehouse that it is about, whose goods they are, and the words
    of the window for units (Recommendation 20 → customs; those of quantities without one under an empty key), goods
    (GTIN → SKU) and parties (identification → country). `party`: how the interchange names the warehouse, else by its
    code. `day_time`: the local time (`12:00`) of events of which only the day is told; empty: they are refused."""

    ebc_code: str
    warehouse_code: str
    country: str
    zone: str
    as_of: int
    units: Mapping[str, str]
    skus: Mapping[str, str]
    countries: Mapping[str, str]
    party: str = ""
    day_time: str = ""
    epr_no: str = ""


class MessageFaults:
    """Refuses a message, with what is wrong in it; the same of one segment once."""

    def __init__(self, message: EdifactMessage, faults: Faults) -> None:
        self.message, self._faults = message, faults
        self._told: set[tuple[str, int]] = set()

    def at(self, code: str, segment: Segment, element: int = 0, component: int = 0, **values: str) -> None:
        """Add what is wrong with a segment, or a value in it."""
        self.message.refused = True
        if (code, segment.offset) not in self._told:
            self._told.add((code, segment.offset))
            self._faults.at(code, segment, self.message, element, component, **values)


def notice_lines(lines: Sequence[StockLine], terms: EdifactTerms, faults: MessageFaults) -> list[StockNoticeLine]:
    """Return the lines of a notice without numbers; those that cannot stand there are told as faults."""
    quantities: dict[int, set[str]] = defaultdict(set)
    for line in lines:
        quantities[id(line.segments.item)].add(line.code)
    found = []
    for line in lines:
        beside = quantities[id(line.segments.item)].intersection(_UNCLEAR.get((line.message, line.code), ()))
        if beside:
            faults.at("edifact-stock-sum", line.segments.quantity, 1, 1, found=line.code, expected=" ".join(beside))
        found.append(_line(line, terms, faults))
    return found


def _line(line: StockLine, terms: EdifactTerms, faults: MessageFaults) -> StockNoticeLine:
    _check_parties(line, terms, faults)
    item = line.item or terms.skus.get(line.gtin, "")
    if not item:
        faults.at("edifact-stock-item", line.segments.item, 3, 1, found=line.gtin or "–")
    unit = terms.units.get(line.unit, "")
    if not unit:
        faults.at("edifact-stock-unit", line.segments.quantity, 1, 3, found=line.unit or "–")
    for code, segment, most, text in _texts(line, item):
        if len(text) > most or not text.isprintable():
            faults.at("edifact-stock-text", segment, called=code, expected=str(most), found=text)
    return StockNoticeLine(
        gnum="0",
        event=line.event.value,
        event_time=_time(line, terms, faults),
        item_no=item,
        qty=_quantity(line, faults),
        unit=unit,
        gtin=line.gtin,
        lot=line.lot,
        condition=line.condition,
        ref=_reference(line),
        to_warehouse=_receiver(line, terms),
        **_price(line, faults),
    )


def _check_parties(line: StockLine, terms: EdifactTerms, faults: MessageFaults) -> None:
    expected = terms.party or terms.warehouse_code
    if line.segments.warehouse is not None and line.warehouse != expected:
        faults.at(
            "edifact-stock-warehouse", line.segments.warehouse, 2, 1, found=line.warehouse or "–", expected=expected
        )
    partner = line.segments.partner
    if partner is None or line.event not in _MOVING:
        return
    if not line.country:
        faults.at("edifact-stock-party", partner, 9, found=line.partner or "–")
    if line.sign < 0 and line.partner in (expected, terms.warehouse_code):
        faults.at("edifact-stock-itself", partner, 2, 1, found=line.partner)


def _texts(line: StockLine, item: str) -> Iterator[tuple[str, Segment, int, str]]:
    """Yield the texts that are handed on: name, where it stands, characters at most, the text."""
    at_line = line.segments.item
    yield "itemNo", at_line, 30, item
    yield "gtin", at_line, 14, line.gtin
    yield "lot", at_line, 20, line.lot
    yield "ref", at_line, 60, _reference(line)
    if line.segments.partner is not None:
        yield "toWarehouse", line.segments.partner, 30, line.partner


def _reference(line: StockLine) -> str:
    """The number of an advice of despatch, by which its receiver names it; else the reference that is told, and none
    where only the message has a number, because it would make one move of all its lines alike."""
    if line.message == "DESADV":
        return line.document or line.ref
    return "" if line.ref == line.document else line.ref


def _receiver(line: StockLine, terms: EdifactTerms) -> str:
    if line.event is not StockEvent.TRANSFERRED:
        return ""
    return terms.warehouse_code if line.sign > 0 else line.partner or ELSEWHERE


def _time(line: StockLine, terms: EdifactTerms, faults: MessageFaults) -> str:
    """The time of an event with the offset of the zone; one that is told in UTC is the same instant there."""
    at = line.at if "T" in line.at or not (line.at and terms.day_time) else f"{line.at}T{terms.day_time}"
    segment = line.segments.time or line.segments.quantity
    if "T" not in at:
        faults.at("edifact-stock-time", segment, 1, 2, found=line.at or "–")
        return ""
    there = _there(at, line.offset, terms.zone)
    if there is None:
        faults.at("edifact-stock-offset", segment, 1, 2, found=f"{at}{line.offset or ''}", zone=terms.zone)
    return there or ""


@lru_cache(maxsize=4_096)
def _there(at: str, offset: str | None, zone: str) -> str | None:
    """The time by the clock of a zone, with its offset; None if that does not show it once."""
    try:
        return time_in(instant_of(at, offset, zone), zone)
    except (ValueError, OverflowError):
        return None


def instant_of(at: str, offset: str | None, zone: str) -> int:
    """Return the instant of a time with its offset, or by the clock of a zone; raises `UnfitTime` for one that this
    clock does not show once, or not with that offset; a name (`CST`) must be that of the zone then."""
    if offset is None or offset.isalpha():
        return instant_at(at, zone, offset or "")
    return instant_told(f"{at}{offset}", "UTC" if offset == UTC_OFFSET else zone)


def _quantity(line: StockLine, faults: MessageFaults) -> str:
    quantity = line.quantity
    if quantity is None or not _can_be(quantity, line.event):
        found = "–" if quantity is None else f"{quantity}"
        faults.at(
            "edifact-stock-quantity", line.segments.quantity, 1, 2, found=found, expected=_LEAST.get(line.event, "> 0")
        )
        return ""
    return f"{quantity.normalize():f}"


def _price(line: StockLine, faults: MessageFaults) -> dict[str, str]:
    """Return the elements of a sale's price, which is one without tax; none if no price is told."""
    segment, price = line.segments.price, line.price
    if segment is None or line.event is not StockEvent.SOLD:
        return {}
    if price is None or price < 0 or not can_be_kept(price) or len(line.currency) != CURRENCY_LENGTH:
        faults.at("edifact-stock-price", segment, 1, 2, found=f"{segment.get(1, 2)} {line.currency}".strip())
        return {}
    return {"price": f"{price.normalize():f}", "currency": line.currency, "tax_included": "0"}


def _can_be(quantity: Decimal, event: StockEvent) -> bool:
    if not can_be_kept(quantity):
        return False
    if event is StockEvent.ADJUSTED:
        return quantity != 0
    return quantity >= 0 if event is StockEvent.COUNTED else quantity > 0
