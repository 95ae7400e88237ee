"""Notices of warehouses abroad as they are told: texts, whatever way they came in; and the moves that they tell.

Messages, ledgers in CSV and lines in JSON all become a `StockNotice`; whoever reads another format makes one, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from declarations.documents.text_documents import digest_of, scaled, told_of
from declarations.export.value import CURRENCY_LETTERS, YUAN
from declarations.overseas.moves import EVENTS, StockMove
from declarations.overseas.times import UnfitTime, business_day, instant_told, time_in
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.refund.numbers import item_number

OFFSET, BAD_LINE = "27108", "27110"
AHEAD = 24 * 60 * 60 * 1_000
"""How far the clock of a warehouse may be ahead, in milliseconds; what is told of later has not happened."""
CANCELS, REPLACES = "1", "5"
"""What a notice does to one of the same number, by the codes of UN/EDIFACT 1225; a new one says nothing."""
_CONDITIONS, _TAXED_BY, _YES_NO = ("", "S", "D"), ("", "S", "P", "N"), ("", "0", "1")


class StockNoticeLine(NamedTuple):
    """A line of a notice, all texts, by the elements of `OverseasStockNotice`."""

    gnum: str
    event: str
    event_time: str
    item_no: str
    qty: str
    unit: str
    gtin: str = ""
    foreign_sku: str = ""
    lot: str = ""
    condition: str = ""
    ref: str = ""
    to_warehouse: str = ""
    invt_no: str = ""
    entry_id: str = ""
    item: str = ""
    price: str = ""
    currency: str = ""
    tax_included: str = ""
    vat: str = ""
    tax_by: str = ""
    voucher_no: str = ""


class StockNotice(NamedTuple):
    """A notice, all texts, by the elements of `OverseasStockNotice`."""

    warehouse_code: str
    country: str
    ebc_code: str
    notice_no: str
    time_zone: str
    as_of: str
    lines: tuple[StockNoticeLine, ...] = ()
    part: str = "1"
    parts: str = "1"
    operator: str = ""
    epr_no: str = ""
    function: str = ""

    @property
    def key(self) -> str:
        """The key of a part of a notice: ebcCode|warehouseCode|noticeNo|part. The sellers of one warehouse number their
        notices each for himself."""
        return f"{self.ebc_code}|{self.number}"

    @property
    def number(self) -> str:
        """The number by which its company knows a part of a notice: warehouseCode|noticeNo|part."""
        return f"{self.warehouse_code}|{self.notice_no}|{int(self.part or 1)}"

    @property
    def digest(self) -> str:
        """SHA-256 of what it says; when it was made, and what it does to another, does not count."""
        return digest_of(self._replace(as_of="", operator="", lines=())[:-1], self.lines)


def notice_of(facts: Any) -> StockNotice:
    """Return the notice that a document's facts say."""
    told: StockNotice = told_of(facts, StockNotice, StockNoticeLine)
    return told


def moves_of(
    notice: StockNotice, notice_id: int, today: date, now: int, law: Parameters
) -> tuple[list[StockMove], list[Reason]]:
    """Return the moves that a notice tells, without ids, and the reasons against its lines, each with line and
    element."""
    moves, reasons = [], []
    for line in notice.lines:
        faults = list(_faults(line, notice, now))
        reasons += faults
        if not faults:
            moves.append(_move(line, notice, notice_id, today, now, law))
    return moves, reasons


def _faults(line: StockNoticeLine, notice: StockNotice, now: int) -> Iterator[Reason]:
    try:
        if instant_told(line.event_time, notice.time_zone) > now + AHEAD:
            yield _bad(line, "eventTime", line.event_time, f"≤ {time_in(now + AHEAD, notice.time_zone)}")
    except UnfitTime:
        yield Reason(OFFSET, {"line": line.gnum, "at": line.event_time, "zone": notice.time_zone})
    named = (
        ("event", line.event, EVENTS),
        ("condition", line.condition, _CONDITIONS),
        ("taxIncluded", line.tax_included, _YES_NO),
        ("taxBy", line.tax_by, _TAXED_BY),
    )
    for element, found, known in named:
        if found not in known:
            yield _bad(line, element, found, " ".join(filter(None, known)))
    least = {"A": "≠ 0", "C": "≥ 0"}.get(line.event, "> 0")
    if not _is_quantity(line):
        yield _bad(line, "qty", line.qty, least)
    for element, found in (("price", line.price), ("vat", line.vat)):
        if scaled(found or "0") < 0:
            yield _bad(line, element, found, "≥ 0")
    if line.tax_included == "1" and scaled(line.vat or "0") > scaled(line.price or "0"):
        yield _bad(line, "vat", line.vat, f"≤ {line.price or '0'}")
    if line.currency.isdecimal() and line.currency not in {YUAN, *CURRENCY_LETTERS}:
        yield _bad(line, "currency", line.currency, "USD EUR KRW JPY …")
    if line.event == "T" and not line.to_warehouse:
        yield _bad(line, "toWarehouse", "", notice.warehouse_code)
    if line.item and not _item_of(line):
        yield _bad(line, "item", f"{line.invt_no or line.entry_id} {line.item}", "1-99")


def _bad(line: StockNoticeLine, element: str, found: str, expected: str) -> Reason:
    return Reason(BAD_LINE, {"line": line.gnum, "element": element, "found": found or "–", "expected": expected})


def _is_quantity(line: StockNoticeLine) -> bool:
    quantity = scaled(line.qty, 0 if line.event != "C" else -1)
    return quantity != 0 if line.event == "A" else quantity >= 0 if line.event == "C" else quantity > 0


def _item_of(line: StockNoticeLine) -> str:
    """The item number of 21 characters that a line names; empty if it names none, or none that there can be."""
    try:
        return item_number(line.invt_no or line.entry_id, int(line.item)) if line.item else ""
    except ValueError:
        return ""


def _move(
    line: StockNoticeLine, notice: StockNotice, notice_id: int, today: date, now: int, law: Parameters
) -> StockMove:
    at = instant_told(line.event_time, notice.time_zone)
    return StockMove(
        id=0,
        notice_id=notice_id,
        line=int(line.gnum),
        ebc_code=notice.ebc_code,
        warehouse_code=notice.warehouse_code,
        country=notice.country,
        event=line.event,
        at=at,
        told=line.event_time,
        day=business_day(at, today, law).isoformat(),
        recorded_at=now,
        sku=line.item_no,
        lot=line.lot,
        qty=scaled(line.qty),
        unit=line.unit,
        condition=line.condition,
        ref=line.ref,
        to_warehouse=line.to_warehouse,
        item_no=_item_of(line),
        price=scaled(line.price or "0"),
        currency=line.currency,
        vat=scaled(line.vat or "0"),
        tax_included=line.tax_included == "1",
        tax_by=line.tax_by,
        voucher_no=line.voucher_no,
        notice_no=notice.notice_no,
    )


def sorted_moves(moves: Sequence[StockMove]) -> list[StockMove]:
    """Return moves as they happened; at one instant what comes in before what goes out, and balances last."""
    return sorted(moves, key=order_of)


def order_of(move: StockMove) -> tuple[int, bool, bool, int]:
    """Return the place of a move among the moves of its goods."""
    return move.at, move.event == "C", move.effect < 0, move.id
