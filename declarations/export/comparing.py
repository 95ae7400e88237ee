"""Compares an export list with its order, its waybill and, if the law requires one, its collection (三单比对).

Customs' checks are not published; these are ours. Lines with the same number are compared: goods, quantity, price and
currency. Amounts of different currencies are never compared. The waybill names no order, so it is found by number and
carrier. A collection covers at least the goods and at most goods and freight, with a tolerance of one fen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from declarations.documents import (
    Collection,
    ExportInventory,
    ExportInventoryLine,
    ExportOrder,
    ExportOrderLine,
    ExportWaybill,
)
from declarations.money import amount_text
from declarations.parameters import Parameters
from declarations.reasons import Reason

_FEN = 1_000
"""One fen as a scaled amount."""
_FLAG_TOTAL = "3"
"""Flag of a charge stated as an amount, not as a rate or a unit price."""

ORDER_TYPES = MappingProxyType({"9610": ("E",), "1210": ("E", "W"), "9710": ("B",), "9810": ("W",)})
"""Mode → types of order: zones (1210) send parcels to buyers (E) and stock to warehouses abroad (W)."""

OF_NUMBERS = frozenset({"17101", "17102", "17103", "17110", "17111", "17121", "17122", "17123"})
"""Codes of differences in the numbers and companies by which a list is joined with its partners."""


def compare(
    order: ExportOrder | None,
    waybill: ExportWaybill | None,
    inventory: ExportInventory,
    collection: Collection | None,
    day: date,
    parameters: Parameters,
) -> list[Reason]:
    """Return all differences between the documents of one export accepted on a day; empty if they match.

    `collection` may be None if none is required; if it exists, it is compared. Order or waybill are None if a message
    is validated before they have come.
    """
    reasons: list[Reason] = []
    if order is not None:
        reasons += [
            *_compare_order(order, inventory),
            *_compare_lines(order, inventory),
            *_compare_value(order, inventory),
        ]
    if waybill is not None:
        reasons += _compare_waybill(waybill, inventory, day, parameters)
    return (
        [*reasons, *_compare_collection(collection, order)] if collection is not None and order is not None else reasons
    )


def _compare_order(order: ExportOrder, inventory: ExportInventory) -> Iterator[Reason]:
    if inventory.order_no != order.order_no:
        yield _difference("17101", inventory.order_no, order.order_no)
    if inventory.ebp_code != order.ebp_code:
        yield _difference("17102", inventory.ebp_code, order.ebp_code)
    if inventory.ebc_code != order.ebc_code:
        yield _difference("17103", inventory.ebc_code, order.ebc_code)
    if order.order_type not in ORDER_TYPES.get(inventory.trade_mode, ()):
        yield Reason("17104", {"trade_mode": inventory.trade_mode, "order_type": order.order_type})


def _compare_lines(order: ExportOrder, inventory: ExportInventory) -> Iterator[Reason]:
    if len(order.lines) != len(inventory.lines):
        yield _difference("17105", str(len(inventory.lines)), str(len(order.lines)))
        return
    ordered_lines = {line.gnum: line for line in order.lines}
    for rule, is_same in zip(("17106", "17107", "17108"), COMPARISONS.values(), strict=True):
        gnums = [
            str(line.gnum) for line in inventory.lines if not _matches(line, ordered_lines.get(line.gnum), is_same)
        ]
        if gnums:
            yield Reason(rule, {"gnum": ",".join(gnums)})


_Comparison = Callable[[ExportInventoryLine, ExportOrderLine], bool]


def _matches(listed: ExportInventoryLine, ordered: ExportOrderLine | None, is_same: _Comparison) -> bool:
    if ordered is None:  # missing in the order: reported once, as different goods (17106)
        return is_same is not _same_goods
    return is_same(listed, ordered)


def _same_goods(listed: ExportInventoryLine, ordered: ExportOrderLine) -> bool:
    return listed.item_no == ordered.item_no or not listed.item_no or not ordered.item_no


def _same_quantity(listed: ExportInventoryLine, ordered: ExportOrderLine) -> bool:
    return (listed.qty, listed.unit) == (ordered.qty, ordered.unit)


def _same_price(listed: ExportInventoryLine, ordered: ExportOrderLine) -> bool:
    return (listed.total_price, listed.currency) == (ordered.total_price, ordered.currency)


COMPARISONS: Mapping[str, _Comparison] = MappingProxyType(
    {"item": _same_goods, "qty": _same_quantity, "price": _same_price}
)
"""Functions that compare two lines with the same number, by the compared field."""


def _compare_value(order: ExportOrder, inventory: ExportInventory) -> Iterator[Reason]:
    if any(line.currency != order.currency for line in inventory.lines):
        return
    listed = sum(line.total_price for line in inventory.lines)
    if abs(listed - order.goods_value) > _FEN * len(inventory.lines):
        yield _difference("17109", amount_text(listed), amount_text(order.goods_value))


def _compare_waybill(
    waybill: ExportWaybill, inventory: ExportInventory, day: date, parameters: Parameters
) -> Iterator[Reason]:
    if inventory.logistics_no != waybill.logistics_no:
        yield _difference("17110", inventory.logistics_no, waybill.logistics_no)
    if inventory.logistics_code != waybill.logistics_code:
        yield _difference("17111", inventory.logistics_code, waybill.logistics_code)
    if waybill.ebc_code and inventory.ebc_code != waybill.ebc_code:
        yield _difference("17112", inventory.ebc_code, waybill.ebc_code)
    tolerance = parameters.on("export.weight_tolerance", day)
    if abs(inventory.gross_weight - waybill.gross_weight) > waybill.gross_weight * tolerance.amount:
        yield _difference("17113", amount_text(inventory.gross_weight), amount_text(waybill.gross_weight), tolerance.id)
    if inventory.pack_no != waybill.pack_no:
        yield _difference("17114", str(inventory.pack_no), str(waybill.pack_no))
    if (inventory.f_currency, inventory.f_flag) == (
        waybill.currency,
        _FLAG_TOTAL,
    ) and inventory.freight != waybill.freight:
        yield _difference("17115", amount_text(inventory.freight), amount_text(waybill.freight))
    if (inventory.i_currency, inventory.i_flag) == (
        waybill.currency,
        _FLAG_TOTAL,
    ) and inventory.insured_fee != waybill.insured_fee:
        yield _difference("17116", amount_text(inventory.insured_fee), amount_text(waybill.insured_fee))


def _compare_collection(collection: Collection, order: ExportOrder) -> Iterator[Reason]:
    for rule, collected, ordered in (
        ("17121", collection.order_no, order.order_no),
        ("17122", collection.ebp_code, order.ebp_code),
        ("17123", collection.ebc_code, order.ebc_code),
    ):
        if collected != ordered:
            yield Reason(rule, {"collection": collected, "order": ordered})
    charge, least, most = collection.charge, order.goods_value, order.goods_value + order.freight
    if collection.currency == order.currency and not least - _FEN <= charge <= most + _FEN:
        texts = {"charge": amount_text(charge), "least": amount_text(least), "most": amount_text(most)}
        yield Reason("17124", texts)


def _difference(rule: str, listed: str, other: str, *value_ids: str) -> Reason:
    return Reason(rule, {"list": listed, "other": other}, value_ids)
