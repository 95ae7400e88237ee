"""Ledgers of fulfilment centres abroad as CSV (the columns of an inventory ledger, in detail): read into notices, with
every bad cell at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from declarations.money import can_be_kept
from declarations.overseas.moves import ELSEWHERE
from declarations.overseas.notices import StockNotice, StockNoticeLine
from declarations.overseas.times import is_zone, time_in
from single_window.intake.made_messages import LINES_AT_MOST
from single_window.master_data.csv_files import BadCell, BadFile, CsvColumn, CsvRow, read

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


class LedgerTerms(NamedTuple):
    """The facts that a file does not tell: whose goods they are, the zones of its warehouses by country, the unit as
    declared, the instant for which it stands; without `notice_no` the number follows from the content."""

    ebc_code: str
    zones: Mapping[str, str]
    unit: str
    as_of: int
    notice_no: str = ""
    epr_no: str = ""


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_number(least: Decimal | None) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            value = Decimal(text or "0")
        except InvalidOperation:
            return False
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
    CsvColumn("Date", _TIME, _is_time, example="2026-11-05T12:00:00+01:00"),
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
    _text("GTIN", 14),
    CsvColumn("Unit", "a unit of customs, three characters", lambda text: len(text) in (0, 3), ""),
    CsvColumn("Price", "a number, not below 0", _is_number(Decimal(0)), ""),
    CsvColumn("Currency", "three letters", lambda text: len(text) in (0, 3), ""),
    CsvColumn("VAT", "a number, not below 0: of one", _is_number(Decimal(0)), ""),
    CsvColumn("TaxIncluded", "1 or 0", lambda text: text in ("", "0", "1"), ""),
    CsvColumn("TaxBy", "S, P or N", lambda text: text in ("", "S", "P", "N"), ""),
    _text("VoucherNo", 60),
)
"""The columns of a ledger in detail, and those that it may have besides."""


def read_ledger(source: bytes | str, terms: LedgerTerms) -> list[StockNotice]:
    """Return the notices of a ledger: one for each fulfilment centre, in parts of at most 2,000 lines.

    The same content makes the same notices. Raises `BadFile` with every bad cell: its line, its column, what it has and
    what is allowed."""
    name, rows, bad = read(source, COLUMNS)
    wrong = {cell.line for cell in bad}
    bad += [cell for row in rows if row.line not in wrong for cell in _contradictions(row, terms)]
    if bad or not rows:
        raise BadFile(name, sorted(bad) or [BadCell(0, "", "no row", "at least one row")])
    by_centre: dict[tuple[str, str], list[CsvRow]] = {}
    for row in rows:
        country = row.cells["Country"]
        by_centre.setdefault((row.cells["FulfillmentCenter"], COUNTRIES.get(country, country)), []).append(row)
    return [notice for centre, of_centre in by_centre.items() for notice in _notices(*centre, of_centre, terms)]


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
    if not is_zone(terms.zones.get(country, "")):
        yield BadCell(row.line, "Country", cells["Country"], "a country whose time zone (IANA) is given with the call")


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
    event, quantity = EVENTS[word], Decimal(cells["Quantity"])
    outward = word == "WarehouseTransferOut" or (word == "WhseTransfers" and quantity < 0)
    if word in ("Lost", "Damaged"):
        quantity = -abs(quantity)
    elif event != "A":
        quantity = abs(quantity)
    return StockNoticeLine(
        gnum="0",
        event=event,
        event_time=datetime.fromisoformat(cells["Date"]).isoformat(timespec="seconds"),
        item_no=cells["MSKU"],
        qty=f"{quantity.normalize():f}",
        unit=cells["Unit"] or terms.unit,
        gtin=cells["GTIN"],
        foreign_sku=cells["FNSKU"],
        lot=cells["Lot"],
        condition=_condition(word, cells["Disposition"]),
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
