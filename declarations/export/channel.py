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
from declarations.export.requirements import pilot_zone, warehouse_filing
from declarations.export.value import Fob, fob
from declarations.goods import GoodsRegister
from declarations.money import plain, scaled
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


def summarised(inventory: ExportInventory) -> bool:
    """True if a list joins a monthly summary declaration once it is closed."""
    return inventory.trade_mode in (RETAIL, BONDED) and inventory.statistics_flag != SIMPLIFIED


def check(
    inventory: ExportInventory, day: date, parameters: Parameters, goods: GoodsRegister, *, warehouse_filed: bool
) -> ChannelVerdict:
    """Check that a list accepted on a day may use the channel that it declares.

    `warehouse_filed`: the merchant has filed its overseas-warehouse business with customs.
    """
    mode, value = inventory.trade_mode, fob(inventory, day, parameters)
    closed = modes.check(mode, inventory.customs_code, day, parameters)
    if closed:
        return ChannelVerdict(closed, (), value)
    reasons: list[Reason] = []
    if mode in LIST_IS_DECLARATION:
        reasons += _low_value(inventory, value, day, parameters)
    if mode == WAREHOUSE:
        reasons += _filed(inventory, day, parameters, warehouse_filed)
    if inventory.statistics_flag == SIMPLIFIED:
        reasons += _simplified(inventory, value, day, parameters)
    if mode in LIST_IS_DECLARATION or inventory.statistics_flag == SIMPLIFIED:
        month = f"{day:%Y-%m}"
        reasons += [Reason(NO_RATE_OF_MONTH, {"currency": code, "month": month}) for code in value.missing]
    return ChannelVerdict(tuple(reasons), tuple(_doubts(inventory, value, day, goods)), value)


def _low_value(inventory: ExportInventory, value: Fob, day: date, parameters: Parameters) -> Iterator[Reason]:
    yield from _above("export.low_value_limit", ABOVE_VALUE_LIMIT, value, day, parameters)
    yield from _licensed(inventory)
    yield from _among("export.duty_goods", UNDER_DUTY, inventory, day, parameters)
    yield from _among("export.inspected_goods", UNDER_INSPECTION, inventory, day, parameters)


def _filed(inventory: ExportInventory, day: date, parameters: Parameters, warehouse_filed: bool) -> Iterator[Reason]:
    needed = warehouse_filing(day, parameters)
    if needed.applies and not warehouse_filed:
        yield Reason(NOT_FILED, {"ebc_code": inventory.ebc_code}, needed.parameters)


def _simplified(inventory: ExportInventory, value: Fob, day: date, parameters: Parameters) -> Iterator[Reason]:
    try:
        simplified = inventory.trade_mode in parameters.on("export.simplified_digits", day).read(Shares)
    except NoValue:
        simplified = False
    if not simplified:
        yield Reason(NO_SIMPLIFIED_LISTS, {"trade_mode": inventory.trade_mode, "day": day.isoformat()})
        return
    zone = pilot_zone(inventory.customs_code, day, parameters)
    if not zone.applies:
        yield Reason(NOT_IN_ZONE, {"customs_code": inventory.customs_code}, zone.parameters)
    if inventory.trade_mode == RETAIL:
        yield from _above("export.summary_statistics", ABOVE_STATISTICS_LIMIT, value, day, parameters)
        yield from _licensed(inventory)
        yield from _among("export.duty_goods", UNDER_DUTY, inventory, day, parameters)


def _doubts(inventory: ExportInventory, value: Fob, day: date, goods: GoodsRegister) -> Iterator[Reason]:
    simplified = inventory.statistics_flag == SIMPLIFIED
    if simplified or inventory.trade_mode in LIST_IS_DECLARATION:
        yield from (Reason(NO_RATE, {"currency": currency}) for currency in value.unknown)
    if simplified and inventory.trade_mode == RETAIL:
        return
    for line in inventory.lines:
        if line.gcode.endswith(_ZEROS) and goods.find(line.gcode, day) is None:
            yield Reason(TOO_SHORT_CODE if simplified else SHORT_CODE, {"gnum": str(line.gnum), "gcode": line.gcode})


def _above(name: str, rule: str, value: Fob, day: date, parameters: Parameters) -> Iterator[Reason]:
    limit = parameters.on(name, day)
    if value.amount is not None and value.amount > scaled(limit.amount):
        values = {"value": plain(value.amount), "limit": plain(scaled(limit.amount))}
        yield Reason(rule, values, (limit.id, *value.parameters))


def _licensed(inventory: ExportInventory) -> Iterator[Reason]:
    if inventory.license_no:
        yield Reason(LICENSED, {"found": inventory.license_no})


def _among(name: str, rule: str, inventory: ExportInventory, day: date, parameters: Parameters) -> Iterator[Reason]:
    listed = parameters.on(name, day)
    prefixes = listed.read(Prefixes).prefixes
    for line in inventory.lines:
        if line.gcode.startswith(prefixes):
            yield Reason(rule, {"gnum": str(line.gnum), "gcode": line.gcode}, (listed.id,))
