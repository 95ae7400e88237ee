"""Port checks of cancellation (CEB623), return (CEB625), intake note (CEB711) and our own stock filing."""

from __future__ import annotations

from typing import Any

from declarations.documents import Cancellation, Intake
from declarations.rules import shared
from declarations.rules.rule import CheckFacts, FailureValues, RuleBook, make_rule, rule


@rule("15005")
def cancellation_is_an_addition(cancellation: Cancellation, facts: CheckFacts) -> FailureValues:
    """A cancellation request can only be added, never modified or deleted: appType is 1. (S22 623, appType)"""
    return None if cancellation.app_type == "1" else {"found": cancellation.app_type}


@rule("-623012")
def cancellation_has_a_reason(cancellation: Cancellation, facts: CheckFacts) -> FailureValues:
    """A cancellation request gives its reason. (S22 7-2, -623012)"""
    return None if cancellation.reason.strip() else {}


@rule("15029")
def request_has_a_reason(refund: Any, facts: CheckFacts) -> FailureValues:
    """A request gives its reason. (S22 625, 605 and 213, reason)"""
    return None if refund.reason.strip() else {}


@rule("15030")
def intake_has_its_number(intake: Intake, facts: CheckFacts) -> FailureValues:
    """An intake note carries the operator's own number, its business key. (S22 711, copNo)"""
    return None if intake.cop_no.strip() else {}


def _own_number(code: str) -> Any:
    def request_has_its_number(request: Any, facts: CheckFacts) -> FailureValues:
        """A request carries the agent's own number, its business key. (S22 7-2, key missing)"""
        return None if request.cop_no.strip() else {}

    return make_rule(code, request_has_its_number)


_COMPANIES = shared.companies(
    ebp_code="ebpCode", ebc_code="ebcCode", logistics_code="logisticsCode", agent_code="agentCode"
)
_OFFICE = shared.offices(customs_code="customsCode")

CANCELLATION = RuleBook(
    "cancellation",
    "-623001",
    ("agent_code", "cop_no", "invt_no"),
    head=(
        *(check for check in shared.HEADER if check is not shared.app_type_is_known),  # 15005 allows less
        cancellation_is_an_addition,
        _own_number("-623011"),
        _COMPANIES,
        _OFFICE,
        cancellation_has_a_reason,
    ),
)
REFUND = RuleBook(
    "refund",
    "-625001",
    ("agent_code", "cop_no", "invt_no"),
    head=(
        *shared.HEADER,
        _own_number("-625018"),
        _COMPANIES,
        _OFFICE,
        request_has_a_reason,
        shared.repeated_line("15008"),
    ),
    line=(
        shared.lines_count_from_one,
        shared.goods_code_has_ten_digits,
        shared.positive({"qty": "qty"}, each_line=True),
        shared.units("unit"),
    ),
)
INTAKE = RuleBook(
    "intake",
    "-800001",
    ("operator_code", "cop_no"),
    head=(
        *shared.HEADER,
        intake_has_its_number,
        shared.companies(operator_code="operatorCode", logistics_code="logisticsCode"),
        _OFFICE,
        shared.is_import,
        shared.transport_mode_is_known,
        shared.repeated_line("15008"),
    ),
    line=(shared.lines_count_from_one,),
)
STOCK_FILING = RuleBook(
    "stock_filing",
    "-990001",
    ("area_code", "cop_no"),
    head=(_OFFICE,),
    line=(
        shared.goods_code_has_ten_digits,
        shared.goods_code_is_in_the_tariff,
        shared.positive({"qty": "qty"}, each_line=True),
    ),
)
