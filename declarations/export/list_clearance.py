"""Checks that an export may clear by list: its mode, its value, and what a simplified list allows (rules 2.1, 2.2).

Our reading of statisticsFlag (申报业务类型): A is the simplified list, B the full one. A 9610 list under A is released
and only counted (汇总统计), under B it joins a monthly summary declaration (汇总申报). 9710 and 9810 lists are
declarations themselves and join none; under A their codes may be shortened. A needs an office in a pilot zone.

A code is shortened to its first 4 (9610) or 6 digits and filled up with zeros. Six zeros at the end of a code that the
goods register does not know as a full one may mean 4 digits where 6 or 10 are due: an officer reviews it, since
headings without subdivision end so, too. Four zeros prove nothing.

Two conditions are in no message and so not checked: that no tax refund will be claimed (declaring A waives it), and
that goods without a stated licence need none. Goods under export duty or inspection are checked against excerpts only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from declarations.documents import ExportInventory
from declarations.export import modes
from declarations.export.modes import B2B, BONDED, RETAIL, WAREHOUSE
from declarations.export.requirements import warehouse_requirement_on, zone_requirement_of
from declarations.export.value import Fob, calculate_fob
from declarations.goods import GoodsRegister
from declarations.goods.tariff import is_in_tariff
from declarations.money import amount_text, scaled_of
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import Prefixes
from declarations.parameters.tables.shape import Shares
from declarations.reasons import Reason

ABOVE_VALUE_LIMIT = "17211"
LICENSED = "17212"
UNDER_DUTY = "17213"
UNDER_INSPECTION = "17214"
NOT_IN_ZONE = "17221"
ABOVE_STATISTICS_LIMIT = "17222"
NO_SIMPLIFIED_LISTS = "17225"
SHORT_CODE = "17227"
TOO_SHORT_CODE = "17228"
NO_SUCH_GOODS = "17229"
NOT_FILED = "17231"
NO_RATE = "17241"
NO_RATE_OF_MONTH = "17242"
SIMPLIFIED = "A"
LIST_IS_DECLARATION = frozenset({B2B, WAREHOUSE})
_ZEROS = "000000"


class ChannelVerdict(NamedTuple):
    """The reasons why a list cannot clear this way (empty: it can), those for an officer's review, and the FOB
    value."""

    reasons: tuple[Reason, ...]
    review: tuple[Reason, ...]
    fob: Fob


def joins_monthly_summary(inventory: ExportInventory) -> bool:
    """True if a list joins a monthly summary declaration once it is closed."""
    return inventory.trade_mode in (RETAIL, BONDED) and inventory.statistics_flag != SIMPLIFIED


def check(
    inventory: ExportInventory, day: date, parameters: Parameters, goods: GoodsRegister, *, warehouse_filed: bool
) -> ChannelVerdict:
    """Check that a list accepted on a day may clear by list in the form that it declares.

    `warehouse_filed`: the merchant has filed its overseas-warehouse business with customs.
    """
    mode, value = inventory.trade_mode, calculate_fob(inventory, day, parameters)
    closed = modes.check(mode, inventory.customs_code, day, parameters)
    if closed:
        return ChannelVerdict(closed, (), value)
    reasons = list(_find_unknown_goods(inventory, day))
    if mode in LIST_IS_DECLARATION:
        reasons += _check_low_value(inventory, value, day, parameters)
    if mode == WAREHOUSE:
        reasons += _check_warehouse_filing(inventory, day, parameters, warehouse_filed)
    if inventory.statistics_flag == SIMPLIFIED:
        reasons += _check_simplified(inventory, value, day, parameters)
    if mode in LIST_IS_DECLARATION or inventory.statistics_flag == SIMPLIFIED:
        month = f"{day:%Y-%m}"
        reasons += [
            Reason(NO_RATE_OF_MONTH, {"currency": code, "month": month}) for code in value.currencies_without_rate
        ]
    return ChannelVerdict(tuple(reasons), tuple(_find_doubts(inventory, value, day, parameters, goods)), value)


def _find_unknown_goods(inventory: ExportInventory, day: date) -> Iterator[Reason]:
    for line in inventory.lines:
        if not is_in_tariff(line.gcode, day):
            yield Reason(NO_SUCH_GOODS, {"gnum": str(line.gnum), "gcode": line.gcode})


def _check_low_value(inventory: ExportInventory, value: Fob, day: date, parameters: Parameters) -> Iterator[Reason]:
    yield from _find_excess("export.low_value_limit", ABOVE_VALUE_LIMIT, value, day, parameters)
    yield from _check_licence(inventory)
    yield from _find_listed_goods("export.duty_goods", UNDER_DUTY, inventory, day, parameters)
    yield from _find_listed_goods("export.inspected_goods", UNDER_INSPECTION, inventory, day, parameters)


def _check_warehouse_filing(
    inventory: ExportInventory, day: date, parameters: Parameters, warehouse_filed: bool
) -> Iterator[Reason]:
    requirement = warehouse_requirement_on(day, parameters)
    if requirement.applies and not warehouse_filed:
        yield Reason(NOT_FILED, {"ebc_code": inventory.ebc_code}, requirement.parameter_ids)


def _has_simplified_lists(trade_mode: str, day: date, parameters: Parameters) -> bool:
    try:
        return trade_mode in parameters.on("export.simplified_digits", day).table_as(Shares)
    except NoValue:
        return False


def _check_simplified(inventory: ExportInventory, value: Fob, day: date, parameters: Parameters) -> Iterator[Reason]:
    if not _has_simplified_lists(inventory.trade_mode, day, parameters):
        yield Reason(NO_SIMPLIFIED_LISTS, {"trade_mode": inventory.trade_mode, "day": day.isoformat()})
        return
    zone = zone_requirement_of(inventory.customs_code, day, parameters)
    if not zone.applies:
        yield Reason(NOT_IN_ZONE, {"customs_code": inventory.customs_code}, zone.parameter_ids)
    if inventory.trade_mode == RETAIL:
        yield from _find_excess("export.summary_statistics", ABOVE_STATISTICS_LIMIT, value, day, parameters)
        yield from _check_licence(inventory)
        yield from _find_listed_goods("export.duty_goods", UNDER_DUTY, inventory, day, parameters)


def _find_doubts(
    inventory: ExportInventory, value: Fob, day: date, parameters: Parameters, goods: GoodsRegister
) -> Iterator[Reason]:
    simplified = inventory.statistics_flag == SIMPLIFIED
    if simplified or inventory.trade_mode in LIST_IS_DECLARATION:
        yield from (Reason(NO_RATE, {"currency": currency}) for currency in value.unknown_currencies)
    if simplified and inventory.trade_mode == RETAIL:
        return
    for line in inventory.lines:
        if line.gcode.endswith(_ZEROS) and goods.find(line.gcode, day) is None:
            rule = TOO_SHORT_CODE if simplified else SHORT_CODE
            yield Reason(rule, {"gnum": str(line.gnum), "gcode": line.gcode}, _digits_rule(day, parameters))


def _digits_rule(day: date, parameters: Parameters) -> tuple[str, ...]:
    """The id of the rule that lets simplified lists alone shorten their codes; none before there were such lists."""
    try:
        return (parameters.on("export.simplified_digits", day).id,)
    except NoValue:
        return ()


def _find_excess(name: str, rule: str, value: Fob, day: date, parameters: Parameters) -> Iterator[Reason]:
    limit = parameters.on(name, day)
    if value.amount is not None and value.amount > scaled_of(limit.amount):
        values = {"value": amount_text(value.amount), "limit": amount_text(scaled_of(limit.amount))}
        yield Reason(rule, values, (limit.id, *value.parameter_ids))


def _check_licence(inventory: ExportInventory) -> Iterator[Reason]:
    if inventory.license_no:
        yield Reason(LICENSED, {"found": inventory.license_no})


def _find_listed_goods(
    name: str, rule: str, inventory: ExportInventory, day: date, parameters: Parameters
) -> Iterator[Reason]:
    listed_goods = parameters.on(name, day)
    prefixes = listed_goods.table_as(Prefixes).prefixes
    for line in inventory.lines:
        if line.gcode.startswith(prefixes):
            yield Reason(rule, {"gnum": str(line.gnum), "gcode": line.gcode}, (listed_goods.id,))
