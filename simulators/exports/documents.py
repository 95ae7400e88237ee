"""Writes the order, collection, waybill and list of a sale, one function per kind, with the element names of messages.
Values that occur in several documents come from one place, so that they agree to the fen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from simulators.amounts import kilograms, plain_number, yuan
from simulators.exports.goods import ExportGood
from simulators.exports.trade import LIST_LETTER, NO_PLATFORM, ExportParties, Flight
from simulators.traded import Document, Elements, opening_elements

YUAN = "142"
TOTAL = "3"
"""The code of a charge given as an amount."""
ORDER_TYPES = {"9610": "E", "1210": "E", "9710": "B", "9810": "W"}


class Destination(NamedTuple):
    """The destination of a sale: country, port, currency of the prices; fen for a hundredth of that currency."""

    country: str
    pod: str
    currency: str
    fen: Decimal


class SaleLine(NamedTuple):
    """One line: goods, quantity in declared units, unit price in hundredths of the sale's currency."""

    good: ExportGood
    quantity: int
    price: int


class Sale(NamedTuple):
    """The data from which a trade's documents are written. `times` are yyyyMMddHHmmss, one per kind."""

    serial: str
    mode: str
    statistics_flag: str
    office: str
    parties: ExportParties
    destination: Destination
    flight: Flight
    items: tuple[SaleLine, ...]
    freight: int
    net: int
    gross: int
    times: tuple[str, str, str, str]
    names_flight: bool

    @property
    def value(self) -> int:
        """The price of the goods, in hundredths of the currency."""
        return sum(item.price * item.quantity for item in self.items)

    @property
    def order_no(self) -> str:
        """The order number, which identifies the trade."""
        return "X" + self.serial


def order(sale: Sale) -> Document:
    """The order (303) of a sale; the buyer abroad is in no message."""
    head = {
        **opening_elements(sale.times[0], sale.serial, "order"),
        "orderType": ORDER_TYPES[sale.mode],
        "orderNo": sale.order_no,
        **_platform(sale),
        "ebcCode": sale.parties.merchant.code,
        "ebcName": sale.parties.merchant.name,
        "goodsValue": yuan(sale.value),
        "freight": "0",
        "currency": sale.destination.currency,
    }
    return Document(head, [_order_line(number, item, sale) for number, item in enumerate(sale.items, 1)])


def _platform(sale: Sale) -> Elements:
    platform = sale.parties.platform
    if platform is None:
        return {"ebpCode": NO_PLATFORM, "ebpName": "境外电商平台（模拟）"}
    return {"ebpCode": platform.code, "ebpName": platform.name}


def _order_line(number: int, item: SaleLine, sale: Sale) -> Elements:
    good = item.good
    return {
        "gnum": str(number),
        "itemNo": good.item_no,
        "itemName": good.name,
        "barCode": "无",
        "unit": good.unit,
        "currency": sale.destination.currency,
        "qty": str(item.quantity),
        "price": yuan(item.price),
        "totalPrice": yuan(item.price * item.quantity),
    }


def _merchant(sale: Sale) -> dict[str, str]:
    return {"ebcCode": sale.parties.merchant.code, "ebcName": sale.parties.merchant.name}


def collection(sale: Sale) -> Document:
    """The collection (403) of a sale's price."""
    payer = sale.parties.payment_provider
    elements = {
        **opening_elements(sale.times[1], sale.serial, "collection"),
        **_platform(sale),
        **_merchant(sale),
        "orderNo": sale.order_no,
        "payCode": payer.code,
        "payName": payer.name,
        "payNo": "S" + sale.serial,
        "charge": yuan(sale.value),
        "currency": sale.destination.currency,
        "accountingDate": sale.times[1],
    }
    return Document(elements, [])


def waybill(sale: Sale) -> Document:
    """The waybill (505) of a sale: one parcel."""
    elements = {
        **opening_elements(sale.times[2], sale.serial, "waybill"),
        "logisticsCode": sale.parties.carrier.code,
        "logisticsName": sale.parties.carrier.name,
        "logisticsNo": "W" + sale.serial,
        "freight": yuan(sale.freight),
        "insuredFee": "0",
        "currency": YUAN,
        "grossWeight": kilograms(sale.gross),
        "packNo": "1",
        "goodsInfo": sale.items[0].good.name,
        **_merchant(sale),
    }
    return Document(elements, [])


def inventory(sale: Sale) -> Document:
    """The list (603) of a sale, line for line as the order."""
    parties, flight, destination = sale.parties, sale.flight, sale.destination
    head = {
        **opening_elements(sale.times[3], sale.serial, "inventory"),
        "customsCode": sale.office,
        **_platform(sale),
        "orderNo": sale.order_no,
        "logisticsCode": parties.carrier.code,
        "logisticsName": parties.carrier.name,
        "logisticsNo": "W" + sale.serial,
        "copNo": LIST_LETTER + sale.serial,
        "ieFlag": "E",
        "portCode": flight.port,
        "ieDate": sale.times[3][:8],
        "statisticsFlag": sale.statistics_flag,
        "agentCode": parties.agent.code,
        "agentName": parties.agent.name,
        "ebcCode": parties.merchant.code,
        "ebcName": parties.merchant.name,
        "ownerCode": parties.producer.code,
        "ownerName": parties.producer.name,
        **_zone(parties),
        "tradeMode": sale.mode,
        "trafMode": flight.traf_mode,
        **_flight(sale),
        "country": destination.country,
        "POD": destination.pod,
        "freight": yuan(sale.freight),
        "fCurrency": YUAN,
        "fFlag": TOTAL,
        "insuredFee": "0",
        "iCurrency": YUAN,
        "iFlag": TOTAL,
        "wrapType": "2",
        "packNo": "1",
        "grossWeight": kilograms(sale.gross),
        "netWeight": kilograms(sale.net),
    }
    return Document(head, [_list_line(number, item, sale) for number, item in enumerate(sale.items, 1)])


def _zone(parties: ExportParties) -> Elements:
    keeper = parties.warehouse
    if keeper is None:
        return {}
    return {"iacCode": keeper.company.code, "iacName": keeper.company.name, "emsNo": keeper.ems_no}


def _flight(sale: Sale) -> Elements:
    """Vehicle, voyage and master waybill, unless the list leaves them to the consolidation (607)."""
    if not sale.names_flight:
        return {}
    flight = sale.flight
    return {"trafName": flight.vehicle, "voyageNo": flight.voyage_no, "billNo": flight.bill_no}


def _list_line(number: int, item: SaleLine, sale: Sale) -> Elements:
    good, quantity = item.good, Decimal(item.quantity)
    line = {
        "gnum": str(number),
        "itemNo": good.item_no,
        "itemName": good.name,
        "gcode": code(good, sale),
        "gname": good.name,
        "gmodel": good.gmodel,
        "barCode": "无",
        "country": sale.destination.country,
        "currency": sale.destination.currency,
        "qty": str(item.quantity),
        "qty1": plain_number(good.per1 * quantity),
        "unit": good.unit,
        "unit1": good.unit1,
        "price": yuan(item.price),
        "totalPrice": yuan(item.price * item.quantity),
    }
    if good.unit2:
        line |= {"qty2": plain_number(good.per2 * quantity), "unit2": good.unit2}
    if sale.parties.warehouse is not None:
        line["itemRecordNo"] = good.record_no
    return line


DIGITS = {"9610": 4, "9710": 6, "9810": 6}
"""Digits of the goods code that a simplified list keeps; the others are zeros."""


def code(good: ExportGood, sale: Sale) -> str:
    """The goods code as written in the list."""
    if sale.statistics_flag != "A":
        return good.hs10
    return good.hs10[: DIGITS[sale.mode]].ljust(10, "0")
