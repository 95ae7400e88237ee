"""Port checks of the partners of an export list: order (CEB303), collection (CEB403), waybill (CEB505)."""

from __future__ import annotations

from declarations.documents import ExportOrder
from declarations.rules import export_shared, shared
from declarations.rules.rule import CheckFacts, FailureValues, RuleBook, mark_as_business, rule

ORDER_TYPES = frozenset({"E", "B", "W"})


@rule("15104")
def order_type_is_of_export(order: ExportOrder, facts: CheckFacts) -> FailureValues:
    """orderType is E (to consumers), B (to companies) or W (booked into a warehouse abroad). (S22 303, orderType)"""
    return None if order.order_type in ORDER_TYPES else {"found": order.order_type}


ORDER = RuleBook(
    "export_order",
    "-302001",
    ("ebc_code", "order_no"),
    business="-303001",
    head=(
        *shared.HEADER,
        shared.filled_fields(ebc_code="ebcCode", order_no="orderNo"),
        shared.companies(export_shared.NO_PLATFORM, ebp_code="ebpCode", ebc_code="ebcCode"),
        order_type_is_of_export,
        export_shared.currency_fields(currency="currency"),
        shared.not_negative({"goods_value": "goodsValue", "freight": "freight"}),
        shared.repeated_line("15008"),
        *mark_as_business(export_shared.goods_value_is_the_sum),
    ),
    line=(
        shared.lines_count_from_one,
        shared.positive({"qty": "qty"}, each_line=True),
        shared.not_negative({"price": "price", "total_price": "totalPrice"}, each_line=True),
        shared.units("unit"),
        export_shared.currency_fields(each_line=True, currency="currency"),
        *mark_as_business(shared.total_is_price_times_quantity),
    ),
)
COLLECTION = RuleBook(
    "collection",
    "-402001",
    ("ebc_code", "order_no"),
    business="-403001",
    head=(
        *shared.HEADER,
        shared.filled_fields(ebc_code="ebcCode", order_no="orderNo"),
        shared.companies(export_shared.NO_PLATFORM, ebp_code="ebpCode", ebc_code="ebcCode", pay_code="payCode"),
        shared.positive({"charge": "charge"}),
        export_shared.currency_fields(currency="currency"),
        shared.moment("accounting_date", "accountingDate"),
    ),
)
WAYBILL = RuleBook(
    "export_waybill",
    "-502001",
    ("logistics_code", "logistics_no"),
    business="-503001",
    head=(
        *shared.HEADER,
        shared.filled_fields(logistics_code="logisticsCode", logistics_no="logisticsNo"),
        shared.companies(logistics_code="logisticsCode", ebc_code="ebcCode"),
        shared.positive({"gross_weight": "grossWeight"}),
        shared.not_negative({"freight": "freight", "insured_fee": "insuredFee"}),
        export_shared.currency_fields(currency="currency"),
        export_shared.parcels_are_counted,
    ),
)
