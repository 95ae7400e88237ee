"""Compares the four documents (三单对碰): order, payment and waybill with the list that declares.

For speed, values are compared first, and reasons are built only if they differ. Values that the list does not have
(names of goods, consignee) are not compared; currencies are fixed by the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from declarations.documents import Inventory, Order, OrderLine, Payment, Waybill
from declarations.documents.inventory import InventoryLine
from declarations.money import amount_text
from declarations.reasons import Reason
from schemas.identifiers import is_valid_resident_id

OF_NUMBERS = frozenset({"14101", "14102", "14105", "14106", "14107", "14108", "14109"})
"""Codes of differences in the numbers and companies by which a list is joined with its partners."""


def compare(
    order: Order | None,
    payment: Payment | None,
    waybill: Waybill | None,
    inventory: Inventory,
    *,
    verified: bool = False,
) -> list[Reason]:
    """Return all differences between the four documents of one trade, the receipt's reason first; empty if they match.

    This includes that the payer must be the buyer (1327), unless the buyer's identity is `verified` (rules 1.1).
    Documents that are None are not compared: a message may be validated before its partners have come.
    """
    if (
        order is not None
        and payment is not None
        and waybill is not None
        and _all_match(order, payment, waybill, inventory)
    ):
        return []
    reasons = _compare_keys(order, payment, waybill, inventory)
    if order is not None:
        reasons += [*_compare_goods(order, inventory), *_compare_buyer(order, inventory)]
    if order is not None and payment is not None:
        reasons += [*([] if verified else _compare_payer(order, payment)), *compare_payment(order, payment)]
    return [*reasons, *_compare_waybill(waybill, inventory)] if waybill is not None else reasons


def check_identity_numbers(order: Order | None, payment: Payment | None, inventory: Inventory) -> list[Reason]:
    """Check the check digit of identity numbers in list, order and payment (14201).

    Rule 1327, that the payer is the buyer, is part of `compare`.
    """
    numbers = {
        inventory.buyer_id_number,
        *([order.buyer_id_number] if order is not None else []),
        *([payment.payer_id_number] if payment is not None else []),
    }
    wrong = sorted(number for number in numbers if not is_valid_resident_id(number))
    return [Reason("14201", {"found": number}) for number in wrong[:1]]


def _same_transport(waybill: Waybill, inventory: Inventory) -> bool:
    return (
        inventory.logistics_no == waybill.logistics_no
        and inventory.logistics_code == waybill.logistics_code
        and (inventory.bill_no == waybill.bill_no or not waybill.bill_no or not inventory.bill_no)
    )


def _all_match(order: Order, payment: Payment, waybill: Waybill, inventory: Inventory) -> bool:
    return (
        inventory.order_no == order.order_no == payment.order_no == waybill.order_no
        and inventory.ebp_code == order.ebp_code == payment.ebp_code
        and inventory.ebc_code == order.ebc_code
        and inventory.buyer_name == order.buyer_name == payment.payer_name
        and inventory.buyer_id_number == order.buyer_id_number == payment.payer_id_number
        and inventory.buyer_telephone == order.buyer_telephone
        and order.actual_paid == payment.amount_paid
        and (order.pay_code == payment.pay_code or not order.pay_code)
        and (order.pay_transaction_id == payment.pay_transaction_id or not order.pay_transaction_id)
        and _same_transport(waybill, inventory)
        and order.freight in (inventory.freight, inventory.freight + inventory.insured_fee)
        and _same_lines(order.lines, inventory.lines)
    )


def _same_lines(order: tuple[OrderLine, ...], inventory: tuple[InventoryLine, ...]) -> bool:
    if len(order) != len(inventory):
        return False
    return all(map(_same_line, order, inventory)) or (len(order) > 1 and not _differing_lines(order, inventory))


def _same_line(ordered: OrderLine, listed: InventoryLine) -> bool:
    return (
        ordered.gnum == listed.gnum
        and _same_quantity(ordered, listed)
        and _same_price(ordered, listed)
        and _same_goods(ordered, listed)
    )


def _same_goods(ordered: OrderLine, listed: InventoryLine) -> bool:
    return ordered.item_no == listed.item_no or not ordered.item_no or not listed.item_no


def _same_quantity(ordered: OrderLine, listed: InventoryLine) -> bool:
    return ordered.qty == listed.qty and ordered.unit == listed.unit


def _same_price(ordered: OrderLine, listed: InventoryLine) -> bool:
    return ordered.total_price == listed.total_price


LINE_COMPARISONS: Mapping[str, Callable[[OrderLine, InventoryLine], bool]] = MappingProxyType(
    {"item": _same_goods, "qty": _same_quantity, "price": _same_price}
)
"""Comparison of two lines with the same number, by what is compared."""


def _differing_lines(order: tuple[OrderLine, ...], inventory: tuple[InventoryLine, ...]) -> list[str]:
    """The line numbers at which the two differ, independent of the order of lines."""
    listed = {line.gnum: line for line in inventory}
    return [str(line.gnum) for line in order if line.gnum not in listed or not _same_line(line, listed[line.gnum])]


def _compare_keys(
    order: Order | None, payment: Payment | None, waybill: Waybill | None, inventory: Inventory
) -> list[Reason]:
    reasons = []
    documents = {"inventory": inventory, "order": order, "payment": payment, "waybill": waybill}
    numbers = {kind: document.order_no if document is not None else "" for kind, document in documents.items()}
    if len({number for kind, number in numbers.items() if documents[kind] is not None}) > 1:
        reasons.append(Reason("14105", numbers))
    if order is None:
        return reasons
    if inventory.ebp_code != order.ebp_code:
        reasons.append(_difference("14101", inventory=inventory.ebp_code, order=order.ebp_code))
    if inventory.ebc_code != order.ebc_code:
        reasons.append(_difference("14102", inventory=inventory.ebc_code, order=order.ebc_code))
    if payment is not None and payment.ebp_code != order.ebp_code:
        reasons.append(_difference("14106", payment=payment.ebp_code, order=order.ebp_code))
    return reasons


def _difference_of_counts(order: Order, inventory: Inventory) -> Reason:
    return _difference(
        "1320",
        inventory_order_no=inventory.order_no,
        order_order_no=order.order_no,
        inventory_lines=str(len(inventory.lines)),
        order_lines=str(len(order.lines)),
    )


def _compare_goods(order: Order, inventory: Inventory) -> list[Reason]:
    reasons = []
    if len(order.lines) != len(inventory.lines):
        reasons.append(_difference_of_counts(order, inventory))
    elif not _same_lines(order.lines, inventory.lines):
        reasons.append(_difference("1322", gnum=",".join(_differing_lines(order.lines, inventory.lines))))
    if order.freight not in (inventory.freight, inventory.freight + inventory.insured_fee):
        reasons.append(_difference("14104", inventory=amount_text(inventory.freight), order=amount_text(order.freight)))
    return reasons


def _compare_buyer(order: Order, inventory: Inventory) -> list[Reason]:
    reasons = []
    if inventory.buyer_name != order.buyer_name:
        reasons.append(_difference("13127", inventory=inventory.buyer_name, order=order.buyer_name))
    if inventory.buyer_telephone != order.buyer_telephone:
        reasons.append(_difference("130126", inventory=inventory.buyer_telephone, order=order.buyer_telephone))
    if inventory.buyer_id_number != order.buyer_id_number:
        reasons.append(_difference("14103", inventory=inventory.buyer_id_number, order=order.buyer_id_number))
    return reasons


def _compare_payer(order: Order, payment: Payment) -> list[Reason]:
    if (order.buyer_name, order.buyer_id_number) == (payment.payer_name, payment.payer_id_number):
        return []
    return [_difference("1327", order=order.buyer_name, payment=payment.payer_name)]


def names_another(order: Any, other: Any) -> bool:
    """Return whether a payment or collection names another platform, merchant or transaction than an order does."""
    names = ("ebp_code", "ebc_code", "pay_transaction_id")
    pairs = [(getattr(order, name, ""), getattr(other, name, "")) for name in names]
    return any(ours and theirs and ours != theirs for ours, theirs in pairs)


def compare_payment(order: Order, payment: Payment) -> list[Reason]:
    """Return the differences between an order and its payment, but for the payer."""
    reasons = []
    if order.pay_code and order.pay_code != payment.pay_code:
        reasons.append(_difference("13035", order=order.pay_code, payment=payment.pay_code))
    if order.pay_transaction_id and order.pay_transaction_id != payment.pay_transaction_id:
        reasons.append(_difference("14107", order=order.pay_transaction_id, payment=payment.pay_transaction_id))
    if order.actual_paid != payment.amount_paid:
        reasons.append(
            _difference(
                "1332", actual_paid=amount_text(order.actual_paid), amount_paid=amount_text(payment.amount_paid)
            )
        )
    return reasons


def _compare_waybill(waybill: Waybill, inventory: Inventory) -> list[Reason]:
    reasons = []
    if inventory.logistics_no != waybill.logistics_no:
        reasons.append(_difference("14108", inventory=inventory.logistics_no, waybill=waybill.logistics_no))
    if inventory.logistics_code != waybill.logistics_code:
        reasons.append(_difference("14109", inventory=inventory.logistics_code, waybill=waybill.logistics_code))
    if waybill.bill_no and inventory.bill_no and inventory.bill_no != waybill.bill_no:
        reasons.append(_difference("14110", inventory=inventory.bill_no, waybill=waybill.bill_no))
    return reasons


def _difference(rule: str, **values: str) -> Reason:
    return Reason(rule, values)
