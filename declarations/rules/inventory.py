"""Port checks of the import list (CEB621)."""

from __future__ import annotations

from declarations.documents import Inventory, InventoryLine
from declarations.money import amount_text
from declarations.rules import shared
from declarations.rules.rule import CheckFacts, FailureValues, RuleBook, rule

DIRECT = "9610"
BONDED = frozenset({"1210", "1239"})


@rule("15021")
def trade_mode_is_of_retail_import(inventory: Inventory, facts: CheckFacts) -> FailureValues:
    """tradeMode is 9610, 1210 or 1239, each from the day it exists. (rules 1.1, mode selection)"""
    mode = inventory.trade_mode
    if (mode == DIRECT or mode in BONDED) and mode in facts.codes.trade_modes:
        return None
    return {"found": mode}


@rule("15022")
def direct_import_names_its_transport(inventory: Inventory, facts: CheckFacts) -> FailureValues:
    """A list of mode 9610 names vehicle, voyage and master waybill. (S22 621, trafNo, voyageNo, billNo)"""
    if inventory.trade_mode != DIRECT or (inventory.traf_no and inventory.voyage_no and inventory.bill_no):
        return None
    return {"field": _first_empty(inventory, traf_no="trafNo", voyage_no="voyageNo", bill_no="billNo")}


@rule("15023")
def bonded_import_names_its_stock(inventory: Inventory, facts: CheckFacts) -> FailureValues:
    """A list of mode 1210 or 1239 names the account book and the warehouse company.
    (S22 621, emsNo, areaCode, areaName)"""
    if inventory.trade_mode not in BONDED or (inventory.ems_no and inventory.area_code and inventory.area_name):
        return None
    field = _first_empty(inventory, ems_no="emsNo", area_code="areaCode", area_name="areaName")
    return {"field": field, "trade_mode": inventory.trade_mode}


@rule("15024")
def bonded_lines_name_their_record(inventory: Inventory, facts: CheckFacts) -> FailureValues:
    """Every line of a bonded list names its item of the account book. (S22 621, itemRecordNo)"""
    if inventory.trade_mode not in BONDED:
        return None
    for line in inventory.lines:
        if not line.item_record_no:
            return {"gnum": str(line.gnum), "trade_mode": inventory.trade_mode}
    return None


@rule("15025")
def net_weight_is_within_gross(inventory: Inventory, facts: CheckFacts) -> FailureValues:
    """The net weight does not exceed the gross weight. (integrator-troubles section 3)"""
    if inventory.net_weight <= inventory.gross_weight:
        return None
    return {"net": amount_text(inventory.net_weight), "gross": amount_text(inventory.gross_weight)}


@rule("15026", each_line=True)
def second_quantity_has_its_unit(line: InventoryLine, facts: CheckFacts) -> FailureValues:
    """Second quantity and second unit come together or not at all. (integrator-troubles section 3)"""
    return None if (line.qty2 is None) == (not line.unit2) else {"gnum": str(line.gnum)}


def _first_empty(inventory: Inventory, **fields: str) -> str:
    return next(wire for name, wire in fields.items() if not getattr(inventory, name))


RULES = RuleBook(
    "inventory",
    "-621001",
    ("ebc_code", "order_no"),
    head=(
        *shared.HEADER,
        shared.filled_fields(or_absent=True, order_no="orderNo", logistics_no="logisticsNo", cop_no="copNo"),
        shared.companies(
            ebp_code="ebpCode",
            ebc_code="ebcCode",
            logistics_code="logisticsCode",
            agent_code="agentCode",
            area_code="areaCode",
        ),
        shared.identity_type("buyer_id_type", "buyerIdType"),
        shared.is_import,
        shared.days(required={"decl_time": "declTime"}, optional={"ie_date": "ieDate"}),
        shared.offices(customs_code="customsCode", port_code="portCode"),
        trade_mode_is_of_retail_import,
        shared.transport_mode_is_known,
        direct_import_names_its_transport,
        bonded_import_names_its_stock,
        bonded_lines_name_their_record,
        shared.country(),
        shared.positive({"gross_weight": "grossWeight", "net_weight": "netWeight"}),
        shared.not_negative({"freight": "freight", "insured_fee": "insuredFee"}),
        net_weight_is_within_gross,
        shared.one_parcel,
        shared.repeated_line("-621027"),
    ),
    line=(
        shared.lines_count_from_one,
        shared.goods_code_has_ten_digits,
        shared.positive({"qty": "qty", "qty1": "qty1"}, each_line=True),
        shared.not_negative({"qty2": "qty2", "price": "price", "total_price": "totalPrice"}, each_line=True),
        shared.total_is_price_times_quantity,
        second_quantity_has_its_unit,
        shared.units("unit", "unit1", "unit2"),
        shared.country(each_line=True),
    ),
)
