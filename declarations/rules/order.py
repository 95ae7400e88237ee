"""Port checks of the import order (CEB311)."""

from __future__ import annotations

from declarations.documents import Order
from declarations.money import amount_text
from declarations.rules import shared
from declarations.rules.rule import CheckFacts, FailureValues, RuleBook, rule


@rule("15019")
def paid_is_the_sum(order: Order, facts: CheckFacts) -> FailureValues:
    """acturalPaid is goodsValue + freight + taxTotal - discount; live orders whose goodsValue includes the tax are
    taken by the total of their lines. (S22 311, acturalPaid; rules 1.2, live order of 2023)"""
    charges = order.freight + order.tax_total - order.discount
    if order.actual_paid == order.goods_value + charges:
        return None
    if order.actual_paid == sum([line.total_price for line in order.lines]) + charges:
        return None
    return {"found": amount_text(order.actual_paid), "expected": amount_text(order.goods_value + charges)}


RULES = RuleBook(
    "order",
    "-301008",
    ("ebc_code", "order_no"),
    head=(
        *shared.HEADER,
        shared.filled_fields(order_no="orderNo"),
        shared.companies(ebp_code="ebpCode", ebc_code="ebcCode", pay_code="payCode"),
        shared.identity_type("buyer_id_type", "buyerIdType"),
        shared.not_negative(
            {
                "goods_value": "goodsValue",
                "freight": "freight",
                "discount": "discount",
                "tax_total": "taxTotal",
                "actual_paid": "acturalPaid",
            }
        ),
        paid_is_the_sum,
        shared.repeated_line("-301002"),
    ),
    line=(
        shared.lines_count_from_one,
        shared.positive({"qty": "qty"}, each_line=True),
        shared.not_negative({"price": "price", "total_price": "totalPrice"}, each_line=True),
        shared.total_is_price_times_quantity,
        shared.units("unit"),
        shared.country(each_line=True),
    ),
)
