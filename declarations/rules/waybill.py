"""Port checks of the import waybill (CEB511) and of its status (CEB513)."""

from __future__ import annotations

from declarations.documents import WaybillStatus
from declarations.rules import shared
from declarations.rules.rule import CheckFacts, FailureValues, RuleBook, rule

_KEY = ("logistics_code", "logistics_no")


@rule("15028")
def parcel_is_signed_for(status: WaybillStatus, facts: CheckFacts) -> FailureValues:
    """The only status reported is S, signed for. (S22 513, logisticsStatus)"""
    return None if status.logistics_status == "S" else {"found": status.logistics_status}


WAYBILL = RuleBook(
    "waybill",
    "-504011",
    _KEY,
    head=(
        *shared.HEADER,
        shared.filled_fields(or_absent=True, order_no="orderNo", logistics_no="logisticsNo"),
        shared.companies(logistics_code="logisticsCode"),
        shared.positive({"weight": "weight"}),
        shared.not_negative({"freight": "freight", "insured_fee": "insuredFee"}),
        shared.one_parcel,
    ),
)
STATUS = RuleBook(
    "waybill_status",
    "-505011",
    _KEY,
    head=(
        *shared.HEADER,
        shared.filled_fields(or_absent=True, logistics_no="logisticsNo"),
        shared.companies(logistics_code="logisticsCode"),
        parcel_is_signed_for,
        shared.moment("logistics_time", "logisticsTime"),
    ),
)
