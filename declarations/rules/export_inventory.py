"""Port checks of the export list (CEB603)."""

from __future__ import annotations

import re

from declarations.documents import ExportInventory
from declarations.rules import export_shared, inventory, shared
from declarations.rules.rule import CheckFacts, FailureValues, RuleBook, mark_as_business, rule

MODES = frozenset({"9610", "1210", "9710", "9810"})
BONDED = "1210"
_PORT = re.compile(r"[0-9A-Z]{3,4}", re.ASCII)
_FLAGS = frozenset({"1", "2", "3"})


@rule("15108")
def statistics_flag_is_known(inventory: ExportInventory, facts: CheckFacts) -> FailureValues:
    """statisticsFlag is A (simplified) or B (summary). (S22 603, statisticsFlag)"""
    return None if inventory.statistics_flag in ("A", "B") else {"found": inventory.statistics_flag}


@rule("15109")
def trade_mode_is_of_export(inventory: ExportInventory, facts: CheckFacts) -> FailureValues:
    """tradeMode is 9610, 1210, 9710 or 9810, each from the day it exists. (rules 2.1)"""
    mode = inventory.trade_mode
    return None if mode in MODES and mode in facts.codes.trade_modes else {"found": mode}


@rule("15110")
def destination_port_is_a_code(inventory: ExportInventory, facts: CheckFacts) -> FailureValues:
    """POD has three or four digits or capital letters. (S22 603, POD)"""
    return None if _PORT.fullmatch(inventory.pod) else {"found": inventory.pod}


@rule("15111")
def charges_say_what_they_are(inventory: ExportInventory, facts: CheckFacts) -> FailureValues:
    """fFlag and iFlag are 1 (rate), 2 (unit price) or 3 (total). (S22 603, fFlag and iFlag)"""
    for field, flag in (("fFlag", inventory.f_flag), ("iFlag", inventory.i_flag)):
        if flag not in _FLAGS:
            return {"field": field, "found": flag}
    return None


@rule("15112")
def package_kind_is_a_digit(inventory: ExportInventory, facts: CheckFacts) -> FailureValues:
    """wrapType is one digit. (S22 603, wrapType)"""
    wrap_type = inventory.wrap_type
    return None if len(wrap_type) == 1 and wrap_type.isascii() and wrap_type.isdigit() else {"found": wrap_type}


@rule("15113")
def zone_export_names_its_stock(inventory: ExportInventory, facts: CheckFacts) -> FailureValues:
    """A list of mode 1210 names the account book and the company in the zone. (S22 603, emsNo, iacCode, iacName)"""
    if inventory.trade_mode != BONDED:
        return None
    for field, value in (("emsNo", inventory.ems_no), ("iacCode", inventory.iac_code), ("iacName", inventory.iac_name)):
        if not value:
            return {"field": field}
    return None


@rule("15114")
def zone_lines_name_their_record(inventory: ExportInventory, facts: CheckFacts) -> FailureValues:
    """Every line of a list of mode 1210 names its item of the account book. (S22 603, itemRecordNo)"""
    if inventory.trade_mode == BONDED:
        for line in inventory.lines:
            if not line.item_record_no:
                return {"gnum": str(line.gnum)}
    return None


RULES = RuleBook(
    "export_inventory",
    "-602001",
    ("ebc_code", "order_no"),
    business="-603001",
    head=(
        *shared.HEADER,
        shared.filled_fields(
            ebc_code="ebcCode",
            order_no="orderNo",
            logistics_code="logisticsCode",
            logistics_no="logisticsNo",
            cop_no="copNo",
        ),
        shared.companies(
            export_shared.NO_PLATFORM,
            "NO",
            ebp_code="ebpCode",
            ebc_code="ebcCode",
            logistics_code="logisticsCode",
            agent_code="agentCode",
            owner_code="ownerCode",
            iac_code="iacCode",
        ),
        shared.days(required={"ie_date": "ieDate"}, optional={}),
        shared.offices(customs_code="customsCode", port_code="portCode"),
        statistics_flag_is_known,
        shared.transport_mode_is_known,
        shared.country(),
        destination_port_is_a_code,
        export_shared.currency_fields(f_currency="fCurrency", i_currency="iCurrency"),
        charges_say_what_they_are,
        package_kind_is_a_digit,
        shared.positive({"gross_weight": "grossWeight", "net_weight": "netWeight"}),
        shared.not_negative({"freight": "freight", "insured_fee": "insuredFee"}),
        export_shared.parcels_are_counted,
        shared.repeated_line("15008"),
        *mark_as_business(
            export_shared.is_export,
            trade_mode_is_of_export,
            export_shared.foreign_country(),
            zone_export_names_its_stock,
            zone_lines_name_their_record,
            inventory.net_weight_is_within_gross,
        ),
    ),
    line=(
        shared.lines_count_from_one,
        shared.goods_code_has_ten_digits,
        shared.positive({"qty": "qty", "qty1": "qty1"}, each_line=True),
        shared.not_negative({"qty2": "qty2", "price": "price", "total_price": "totalPrice"}, each_line=True),
        inventory.second_quantity_has_its_unit,
        shared.units("unit", "unit1", "unit2"),
        export_shared.currency_fields(each_line=True, currency="currency"),
        shared.country(each_line=True),
        *mark_as_business(export_shared.foreign_country(each_line=True), shared.total_is_price_times_quantity),
    ),
)
