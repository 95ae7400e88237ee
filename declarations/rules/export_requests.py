"""Port checks of export cancellation (CEB605), summary request (CEB701), return (CEB213) and its tally (CEB215)."""

from __future__ import annotations

from declarations.documents import ExportRefund, SummaryRequest
from declarations.rules import export_shared, inventory, requests, shared
from declarations.rules.rule import CheckFacts, FailureValues, RuleBook, is_time, mark_as_business, rule

RETURN_MODES = frozenset({"9661", "1261", ""})


@rule("15121")
def summary_names_a_period_or_lists(request: SummaryRequest, facts: CheckFacts) -> FailureValues:
    """A summary request names its lists, or the beginning and a later end of a period. (S22 701, startTime, endTime)"""
    start, end = request.start_time, request.end_time
    if not start and not end:
        return None if request.lines else {"start": start, "end": end}
    # times in the same format can be compared as texts
    return None if is_time(start) and is_time(end) and start <= end else {"start": start, "end": end}


@rule("15122")
def summary_says_whose(request: SummaryRequest, facts: CheckFacts) -> FailureValues:
    """summaryFlag is 1 (by shipper) or 2 (by shipper and producer). (S22 701, summaryFlag)"""
    return None if request.summary_flag in ("1", "2") else {"found": request.summary_flag}


@rule("15124")
def return_mode_is_known(refund: ExportRefund, facts: CheckFacts) -> FailureValues:
    """tradeMode of a return is 9661, 1261 or empty. (S22 213, tradeMode)"""
    return None if refund.trade_mode in RETURN_MODES else {"found": refund.trade_mode}


_OFFICE = shared.offices(customs_code="customsCode")

CANCELLATION = RuleBook(
    "export_cancellation",
    "-606001",
    ("agent_code", "cop_no"),
    business="-607001",
    head=(
        *shared.HEADER,
        shared.filled_fields(agent_code="agentCode", cop_no="copNo", invt_no="invtNo"),
        shared.companies(agent_code="agentCode", ebc_code="ebcCode"),
        _OFFICE,
        export_shared.list_number(),
        *mark_as_business(requests.request_has_a_reason),
    ),
)
SUMMARY = RuleBook(
    "summary_request",
    "-702001",
    ("agent_code", "cop_no", "msg_seq_no"),
    business="-703001",
    head=(
        *shared.HEADER,
        shared.filled_fields(agent_code="agentCode", cop_no="copNo"),
        shared.companies(agent_code="agentCode", ebc_code="ebcCode", decl_agent_code="declAgentCode"),
        _OFFICE,
        summary_says_whose,
        *mark_as_business(summary_names_a_period_or_lists, export_shared.part_is_one_of_its_whole),
    ),
    line=(export_shared.list_number(each_line=True),),
)
REFUND = RuleBook(
    "export_refund",
    "-213001",
    ("agent_code", "co_el_no"),
    head=(
        *shared.HEADER,
        shared.filled_fields(agent_code="agentCode", co_el_no="coElNo", invt_no="invtNo", logistics_no="logisticsNo"),
        shared.companies(
            export_shared.NO_PLATFORM,
            ebp_code="ebpCode",
            ebc_code="ebcCode",
            logistics_code="logisticsCode",
            agent_code="agentCode",
        ),
        shared.offices(customs_code="customsCode", port_code="portCode"),
        export_shared.list_number(),
        shared.transport_mode_is_known,
        shared.country(),
        shared.is_import,
        export_shared.foreign_country(),
        return_mode_is_known,
        requests.request_has_a_reason,
        shared.repeated_line("15008"),
    ),
    line=(
        shared.lines_count_from_one,
        shared.goods_code_has_ten_digits,
        shared.positive({"qty": "qty", "qty1": "qty1"}, each_line=True),
        shared.not_negative({"qty2": "qty2"}, each_line=True),
        inventory.second_quantity_has_its_unit,
        shared.units("unit", "unit1", "unit2"),
    ),
)
TALLY = RuleBook(
    "tally",
    "-215001",
    ("operator_code", "co_el_no"),
    head=(
        *shared.HEADER,
        shared.filled_fields(operator_code="operatorCode", co_el_no="coElNo", logistics_no="logisticsNo"),
        shared.companies(operator_code="operatorCode", logistics_code="logisticsCode"),
        _OFFICE,
        export_shared.list_number(),
        shared.transport_mode_is_known,
        shared.is_import,
    ),
)
