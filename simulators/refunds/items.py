"""The items that an exporter can claim for: the 21-digit items of its lists (604) and of its summaries (792)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from simulators.exports.trade import ExportTrade
from simulators.receipt_log import LoggedReceipt, ReceiptLog

LETTERS = {"142": "CNY", "502": "USD", "133": "KRW", "116": "JPY", "300": "EUR", "303": "GBP"}
"""The currencies of synthetic sales as banks write them."""
SEPARATE_MODES = frozenset({"9710", "9810"})
"""Modes whose lists are declarations already."""


class ExportedItem(NamedTuple):
    """An exported item: its number, goods, first statutory unit and quantity, price in its currency (letters), the day
    of export that the tax office goes by, and the orders whose collection pays for it."""

    number: str
    code: str
    name: str
    unit: str
    qty: Decimal
    currency: str
    fob: Decimal
    exported: date
    mode: str
    orders: tuple[str, ...]
    invt_no: str = ""


def items_of(
    trades: Iterable[ExportTrade], receipt_log: ReceiptLog, results: Iterable[LoggedReceipt] = ()
) -> list[ExportedItem]:
    """The items of lists that left: those of 9710 and 9810 themselves, those of the others as `results` (792) say.

    Simplified lists (A) have none: their goods codes are cut short, or they are only counted.
    """
    departed = [(trade, number) for trade in trades if (number := _departed_list_no(trade, receipt_log))]
    items = [
        item
        for trade, number in departed
        if trade.mode in SEPARATE_MODES
        for item in _separate_items(trade, number, receipt_log)
    ]
    lists = {number: trade for trade, number in departed if trade.mode not in SEPARATE_MODES}
    return items + list(_summary_items(lists, results))


def _departed_list_no(trade: ExportTrade, receipt_log: ReceiptLog) -> str:
    """The number of a list that left in full declaration; empty for any other."""
    receipts = receipt_log.of(trade.id, "604")
    if trade.inventory is None or trade.inventory.head["statisticsFlag"] == "A":
        return ""
    if not any(receipt.status == "899" for receipt in receipts):
        return ""
    return next(receipt.head["invtNo"] for receipt in receipts if receipt.head.get("invtNo"))


def _separate_items(trade: ExportTrade, invt_no: str, receipt_log: ReceiptLog) -> Iterator[ExportedItem]:
    assert trade.inventory is not None
    closed = next(receipt.time for receipt in receipt_log.of(trade.id, "604") if receipt.status == "899")
    for line in trade.inventory.lines:
        yield item_of(line, day_of(closed), trade.mode, trade.id, invt_no)


def item_of(line: Mapping[str, str], exported: date, mode: str, order_no: str, invt_no: str) -> ExportedItem:
    """The item that a line of a list (603) becomes which is declared by itself."""
    return ExportedItem(
        number=f"{invt_no}0{int(line['gnum']):02d}",
        code=line["gcode"],
        name=line["gname"],
        unit=line["unit1"],
        qty=Decimal(line["qty1"]),
        currency=LETTERS[line["currency"]],
        fob=Decimal(line["totalPrice"]),
        exported=exported,
        mode=mode,
        orders=(order_no,),
        invt_no=invt_no,
    )


def _summary_items(lists: Mapping[str, ExportTrade], results: Iterable[LoggedReceipt]) -> Iterator[ExportedItem]:
    """A line of a summary declaration is the sum of those lines of lists that its results name."""
    parts: dict[str, list[tuple[ExportTrade, dict[str, str]]]] = {}
    export_days: dict[str, date] = {}
    for receipt in results:
        for line in receipt.lines:
            if line["invtNo"] in lists:
                trade = lists[line["invtNo"]]
                assert trade.inventory is not None
                number = f"{receipt.head['entryId']}0{int(line['gseqno']):02d}"
                own = next(listed for listed in trade.inventory.lines if listed["gnum"] == line["gnum"])
                parts.setdefault(number, []).append((trade, own))
                export_days[number] = month_end(trade.day)
    for number, lines in parts.items():
        trade, first = lines[0]
        yield ExportedItem(
            number=number,
            code=first["gcode"],
            name=first["gname"],
            unit=first["unit1"],
            qty=sum((Decimal(line["qty1"]) for _, line in lines), Decimal(0)),
            currency=LETTERS[first["currency"]],
            fob=sum((Decimal(line["totalPrice"]) for _, line in lines), Decimal(0)),
            exported=export_days[number],
            mode=trade.mode,
            orders=tuple(dict.fromkeys(trade.id for trade, _ in lines)),
        )


def day_of(stamp: str) -> date:
    """The day of a time as it is written in messages."""
    return datetime.strptime(stamp[:8], "%Y%m%d").date()


def month_end(day: date) -> date:
    """The last day of a day's month, on which a summary's goods count as exported."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
