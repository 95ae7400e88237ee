"""Port checks of the import payment (CEB411)."""

from __future__ import annotations

from declarations.rules import shared
from declarations.rules.rule import RuleBook

RULES = RuleBook(
    "payment",
    "-401009",
    ("pay_code", "pay_transaction_id"),
    head=(
        *shared.HEADER,
        shared.filled_fields(or_absent=True, order_no="orderNo", pay_transaction_id="payTransactionId"),
        shared.companies(pay_code="payCode", ebp_code="ebpCode"),
        shared.identity_type("payer_id_type", "payerIdType"),
        shared.not_negative({"amount_paid": "amountPaid"}),
        shared.moment("pay_time", "payTime"),
    ),
)
