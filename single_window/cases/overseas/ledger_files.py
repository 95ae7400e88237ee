"""Ledgers of fulfilment centres abroad as CSV (the columns of an inventory ledger, in detail): read into notices, as
sellers download them, with every bad cell at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from declarations.money import can_be_kept
from declarations.overseas.moves import ELSEWHERE
from declarations.overseas.notices import StockNotice, StockNoticeLine
from declarations.overseas.times import UnfitTime, instant_at, instant_told, is_zone, time_in
from schemas.findings import Finding
from schemas.identifiers import is_gtin_of_any_length
from schemas.wording import finding
from single_window.intake.made_messages import LINES_AT_MOST
from single_window.master_data.csv_files import BadCell, BadFile, CsvColumn, CsvRow, is_plain_number, read

COUNTRIES = MappingProxyType({"DE": "DEU", "JP": "JPN", "KR": "KOR"})
"""Two letters of a country → the three of notices, which may stand in the file, too."""
EVENTS = MappingProxyType(
    {
        "Receipts": "I",
        "CustomerShipments": "S",
        "Shipments": "S",
        "CustomerReturns": "R",
        "VendorReturns": "B",
        "WarehouseTransferIn": "T",
        "WarehouseTransferOut": "T",
        "WhseTransfers": "T",
        "Found": "A",
        "Lost": "A",
        "Damaged": "A",
        "Adjustments": "A",
        "Disposed": "X",
        "EndingWarehouseBalance": "C",
    }
)
"""Word of the ledger → event of a notice."""
_INWARD = frozenset({"Receipts", "CustomerReturns", "WarehouseTransferIn"})
"""Words that say that goods came: of fewer than none, that they did not after all."""
MIDNIGHT, LAST_MINUTE = "00:00", "23:59"
"""The times at which an event counts of which only the day is told (never in the future), and a balance of a day."""


class LedgerTerms(NamedTuple):
    """The facts that a file does not tell: whose goods they are, the zones of its warehouses by country, the unit as
    declared, the instant for which it stands; without `notice_no` the number follows from the content. `day_time`: the
    local time of events of which only the day is told."""

    ebc_code: str
    zones: Mapping[str, str]
    unit: str
    as_of: int
    notice_no: str = ""
    epr_no: str = ""
    day_time: str = MIDNIGHT


class ReadLedger(NamedTuple):
    """The notices of a ledger, and remarks on how it was read."""

    notices: tuple[StockNotice, ...]
    remarks: tuple[Finding, ...]


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _day(text: str) -> str:
    """A day as ISO 8601, of one that is told so or as MM/DD/YYYY; empty if it is none."""
    form = "%m/%d/%Y" if "/" in text else "%Y-%m-%d"
    try:
        return datetime.strptime(text, form).date().isoformat() if text.isascii() else ""
    except ValueError:
        return ""


def _is_number(least: Decimal | None) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        if text and not is_plain_number(text):
            return False
        value = Decimal(text or "0")
        return can_be_kept(value) and (least is None or value >= least)

    return fits


def _anything(text: str) -> bool:
    return True


def _at_most(most: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= most


def _text(name: str, most: int, allowed: str = "") -> CsvColumn:
    return CsvColumn(name, allowed or f"at most {most} characters", _at_most(most), "")


_TIME = "ISO 8601 with the offset of the place, as 2026-10-25T02:30:00+02:00"
COLUMNS = (
    CsvColumn(
        "Date",
        f"{_TIME}, or a day as MM/DD/YYYY or YYYY-MM-DD",
        lambda text: _is_time(text) or _day(text) != "",
        example="2026-11-05T12:00:00+01:00",
    ),
    CsvColumn("DateAndTime", _TIME, lambda text: not text or _is_time(text), ""),
    CsvColumn("MSKU", "1 to 30 characters: itemNo of the export list", lambda text: 1 <= len(text) <= 30),
    CsvColumn("EventType", ", ".join(EVENTS), lambda text: text in EVENTS, example="CustomerShipments"),
    CsvColumn("Quantity", "a number with at most five decimals", lambda text: text != "" and _is_number(None)(text)),
    CsvColumn("FulfillmentCenter", "1 to 30 characters", lambda text: 1 <= len(text) <= 30, example="HAM01"),
    CsvColumn(
        "Country",
        ", ".join((*COUNTRIES, *COUNTRIES.values())),
        lambda text: text in COUNTRIES or text in COUNTRIES.values(),
        example="DE",
    ),
    _text("FNSKU", 40),
    CsvColumn("ASIN", "", _anything, ""),
    CsvColumn("Title", "", _anything, ""),
    _text("ReferenceID", 60),
    _text("Disposition", 40),
    CsvColumn("Reason", "", _anything, ""),
    CsvColumn("ReconciledQuantity", "", _anything, ""),
    CsvColumn("UnreconciledQuantity", "", _anything, ""),
    _text("Lot", 20),
    CsvColumn(
        "GTIN",
        "8, 12, 13 or 14 digits, the last of which is the check digit: a spreadsheet drops leading zeros",
        lambda text: not text or is_gtin_of_any_length(text),
        "",
    ),
    CsvColumn("Unit", "a unit of customs, three characters", lambda text: len(text) in (0, 3), ""),
    CsvColumn("Price", "a number, not below 0", _is_number(Decimal(0)), ""),
    CsvColumn("Currency", "three letters", lambda text: len(text) in (0, 3), ""),
    CsvColumn("VAT", "a number, not below 0: of one", _is_number(Decimal(0)), ""),
    CsvColumn("TaxIncluded", "1 or 0", lambda text: text in ("", "0", "1"), ""),
    CsvColumn("TaxBy", "S, P or N", lambda text: text in ("", "S", "P", "N"), ""),
    _text("VoucherNo", 60),
)
"""The columns of a ledger in detail, and those that it may have besides."""


def read_ledger(source: bytes | str, terms: LedgerTerms) -> ReadLedger:
    """Return the notices of a ledger: one for each fulfilment centre, in parts of at most 2,000 lines.

    Of events whose day alone is told the time is that of the terms; a balance stands for the end of the day. The same
    content makes the same notices. Raises `BadFile` with every bad cell: its line, its column, what it has and
    what is allowed."""
    name, rows, bad, ignored = read(source, COLUMNS)
    wrong = {cell.line for cell in bad}
    bad += [cell for row in rows if row.line not in wrong for cell in _contradictions(row, terms)]
    if bad or not rows:
        raise BadFile(name, sorted(bad) or [BadCell(0, "", "no row", "at least one row")])
    by_centre: dict[tuple[str, str], list[CsvRow]] = {}
    for row in rows:
        country = row.cells["Country"]
        by_centre.setdefault((row.cells["FulfillmentCenter"], COUNTRIES.get(country, country)), []).append(row)
    notices = (_notices(*centre, of_centre, terms) for centre, of_centre in by_centre.items())
    return ReadLedger(tuple(chain.from_iterable(notices)), tuple(_remarks(rows, ignored, terms)))


def _remarks(rows: Sequence[CsvRow], ignored: Sequence[str], terms: LedgerTerms) -> Iterator[Finding]:
    """Yield how the file was read where that does not follow from it: once each, with the first line of its kind."""
    if ignored:
        yield finding("ledger-columns", columns=", ".join(ignored))._replace(warning=True)
    days = [row for row in rows if not _is_time(_told(row))]
    if days:
        told = finding("ledger-days", line=days[0].line, count=len(days), time=terms.day_time, end=LAST_MINUTE)
        yield told._replace(warning=True)
    back = [row for row in rows if _is_taken_back(row)]
    if back:
        yield finding("ledger-taken-back", line=back[0].line, count=len(back))._replace(warning=True)


def _told(row: CsvRow) -> str:
    return row.cells["DateAndTime"] or row.cells["Date"]


def _is_taken_back(row: CsvRow) -> bool:
    """True for goods that came, fewer than none of them."""
    return row.cells["EventType"] in _INWARD and Decimal(row.cells["Quantity"]) < 0


def _time(row: CsvRow, zone: str, terms: LedgerTerms) -> str:
    """The time of a row with its offset; raises `UnfitTime` for one that its zone does not have, or not once."""
    told = _told(row)
    if _is_time(told):
        instant_told(told, zone)
        return datetime.fromisoformat(told).isoformat(timespec="seconds")
    hour = LAST_MINUTE if EVENTS[row.cells["EventType"]] == "C" else terms.day_time
    return time_in(instant_at(f"{_day(told)}T{hour}", zone), zone)


def _contradictions(row: CsvRow, terms: LedgerTerms) -> Iterator[BadCell]:
    """Yield the cells of a row that are possible, but not beside the others."""
    cells, quantity = row.cells, Decimal(row.cells["Quantity"])
    event = EVENTS[cells["EventType"]]
    if quantity == 0 and event != "C":
        yield BadCell(row.line, "Quantity", cells["Quantity"], "not 0")
    if event == "C" and quantity < 0:
        yield BadCell(row.line, "Quantity", cells["Quantity"], "a balance, not below 0")
    if event == "S" and cells["Price"] and not cells["Currency"]:
        yield BadCell(row.line, "Currency", "", "the currency of the price")
    if not (cells["Unit"] or terms.unit):
        yield BadCell(row.line, "Unit", "", "the declared unit, in the file or with the call")
    country = COUNTRIES.get(cells["Country"], cells["Country"])
    zone = terms.zones.get(country, "")
    if not is_zone(zone):
        yield BadCell(row.line, "Country", cells["Country"], "a country whose time zone (IANA) is given with the call")
        return
    try:
        _time(row, zone, terms)
    except UnfitTime:
        yield BadCell(row.line, "Date", _told(row), f"a time that the clock of {zone} shows, with its offset then")


def _notices(warehouse: str, country: str, rows: Sequence[CsvRow], terms: LedgerTerms) -> Iterator[StockNotice]:
    lines = [_line(row, warehouse, terms) for row in rows]
    said = "\x1e".join("\x1f".join(line[1:]) for line in lines)
    number = terms.notice_no or f"CSV{sha256(said.encode()).hexdigest()[:16].upper()}"
    parts = -(-len(lines) // LINES_AT_MOST)
    for part in range(parts):
        of_part = lines[part * LINES_AT_MOST : (part + 1) * LINES_AT_MOST]
        yield StockNotice(
            warehouse_code=warehouse,
            country=country,
            ebc_code=terms.ebc_code,
            notice_no=number,
            time_zone=terms.zones[country],
            as_of=time_in(terms.as_of, terms.zones[country]),
            lines=tuple(line._replace(gnum=str(place)) for place, line in enumerate(of_part, 1)),
            part=str(part + 1),
            parts=str(parts),
            epr_no=terms.epr_no,
        )


def _line(row: CsvRow, warehouse: str, terms: LedgerTerms) -> StockNoticeLine:
    cells, word = row.cells, row.cells["EventType"]
    event, quantity = "A" if _is_taken_back(row) else EVENTS[word], Decimal(cells["Quantity"])
    outward = word == "WarehouseTransferOut" or (word == "WhseTransfers" and quantity < 0)
    if word in ("Lost", "Damaged"):
        quantity = -abs(quantity)
    elif event != "A":
        quantity = abs(quantity)
    return StockNoticeLine(
        gnum="0",
        event=event,
        event_time=_time(row, terms.zones[COUNTRIES.get(cells["Country"], cells["Country"])], terms),
        item_no=cells["MSKU"],
        qty=f"{quantity.normalize():f}",
        unit=cells["Unit"] or terms.unit,
        gtin=cells["GTIN"],
        foreign_sku=cells["FNSKU"],
        lot=cells["Lot"],
        condition="" if _is_taken_back(row) else _condition(word, cells["Disposition"]),
        ref=cells["ReferenceID"],
        to_warehouse="" if event != "T" else ELSEWHERE if outward else warehouse,
        price=cells["Price"],
        currency=cells["Currency"],
        tax_included=cells["TaxIncluded"],
        vat=cells["VAT"],
        tax_by=cells["TaxBy"],
        voucher_no=cells["VoucherNo"],
    )


def _condition(word: str, disposition: str) -> str:
    """Damaged goods are those that the ledger damages, and those that are in a disposition other than sellable."""
    if word == "Damaged":
        return "D"
    if word in ("Found", "Lost", "Adjustments") or not disposition:
        return ""
    return "S" if disposition.upper() == "SELLABLE" else "D"
