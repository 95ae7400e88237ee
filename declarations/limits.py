"""Limits of an import list: mode, positive list and remarks, yearly caps, yearly and single limit.

Rules 1.1, 1.4 and readings 17 to 21 and 28. All violations are returned, in the order of importance for the receipt:
mode and positive list, yearly limit, single limit. Amounts used before are parameters; nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from declarations.caps import GROUPS, net_weight_of
from declarations.documents import Inventory, InventoryLine
from declarations.goods import Goods, GoodsRegister
from declarations.money import SCALE, Scaled, amount_text
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.tax.rates import Rates, rates_on
from declarations.tax.scope import REFUSING, is_single_item, pays_full_tax

NOT_LISTED = "14001"
SINGLE_LIMIT = "14002"
BONDED_ONLY = "14003"
OTHER_NAME = "14004"
EXCLUDED = "14005"
YEARLY_CAP = "14006"
MODE_CLOSED = "14007"
ANNUAL_LIMIT = "1313"
PORT_PRE_CHECK: Mapping[str, str] = MappingProxyType({SINGLE_LIMIT: "-621005", ANNUAL_LIMIT: "-621018"})
"""Code of customs → status with which the port answers instead, without a 100, if its pre-check is on."""


class LimitsVerdict(NamedTuple):
    """The reasons to refuse a list (empty: admitted), and whether it is taxed in full."""

    reasons: tuple[Reason, ...]
    full_tax: bool


def check(
    inventory: Inventory,
    value: Scaled,
    used_value: Scaled,
    day: date,
    parameters: Parameters,
    goods: GoodsRegister,
    used_caps: Mapping[str, Scaled] | None = None,
) -> LimitsVerdict:
    """Check that a list accepted on a day is admitted.

    `value` is its dutiable value (`import_tax.dutiable_value_of`), `used_value` the total of the buyer's other lists of
    the year (reserved and used), `used_caps` the net kilograms used of each capped group. Raises `NoValue` if the law
    of the day is not known.
    """
    rates = rates_on(day, goods, parameters)
    reasons = [*_check_mode(inventory, rates), *_check_positive_list(inventory, rates, used_caps or {})]
    if rates.limits_method in REFUSING:
        reasons += _check_limits(inventory, value, used_value, rates)
    return LimitsVerdict(tuple(reasons), not reasons and pays_full_tax(inventory, value, used_value, rates))


def check_value(
    inventory: Inventory,
    value: Scaled,
    used_value: Scaled,
    day: date,
    parameters: Parameters,
    goods: GoodsRegister,
) -> LimitsVerdict:
    """Check only the limits of value of a list that was admitted on a day, at another dutiable value; as in `check`."""
    rates = rates_on(day, goods, parameters)
    reasons = tuple(_check_limits(inventory, value, used_value, rates)) if rates.limits_method in REFUSING else ()
    return LimitsVerdict(reasons, not reasons and pays_full_tax(inventory, value, used_value, rates))


def capped_weights(inventory: Inventory, goods: GoodsRegister, day: date) -> dict[str, Scaled]:
    """Return the net kilograms of each capped group in a list, to count when it is accepted; mostly empty."""
    weights: dict[str, Scaled] = {}
    for line in inventory.lines:
        register_row = goods.find(line.gcode, day)
        if register_row is not None and register_row.remark == "yearly_cap":
            weights[register_row.remark_value] = weights.get(register_row.remark_value, 0) + net_weight_of(
                line, inventory
            )
    return weights


def _check_mode(inventory: Inventory, rates: Rates) -> Iterator[Reason]:
    opening = rates.mode_opening(inventory.trade_mode, inventory.customs_code)
    if not opening.open:
        values = {"trade_mode": inventory.trade_mode, "customs_code": inventory.customs_code}
        yield Reason(MODE_CLOSED, {**values, "day": rates.day.isoformat()}, opening.parameter_ids)


def _check_remark(goods: Goods, line: InventoryLine, trade_mode: str, rates: Rates) -> Iterator[Reason]:
    if goods.remark == "bonded_only" and trade_mode not in rates.bonded_only_modes:
        yield _line_reason(BONDED_ONLY, line, *rates.bonded_used, trade_mode=trade_mode)
    elif goods.remark == "name_only" and not any(word in line.gname for word in goods.words):
        yield _line_reason(OTHER_NAME, line, rates.positive_list.id, allowed="、".join(goods.words))
    elif goods.remark == "excluded" and _is_excluded(line, goods.words):
        yield _line_reason(EXCLUDED, line, rates.positive_list.id, excluded="、".join(goods.words))


def _check_positive_list(inventory: Inventory, rates: Rates, used_caps: Mapping[str, Scaled]) -> Iterator[Reason]:
    groups: set[str] = set()
    for line in inventory.lines:
        goods = rates.line_rates(line.gcode).goods
        if goods is None:
            version = rates.positive_list
            yield _line_reason(NOT_LISTED, line, version.id, version=version.text)
        elif goods.remark == "yearly_cap":
            groups.add(goods.remark_value)
        elif goods.remark:
            yield from _check_remark(goods, line, inventory.trade_mode, rates)
    if groups:
        yield from _check_caps(inventory, rates, used_caps)


def _is_excluded(line: InventoryLine, words: tuple[str, ...]) -> bool:
    return not words or any(word in line.gname or word in line.gmodel for word in words)


def _check_caps(inventory: Inventory, rates: Rates, used_caps: Mapping[str, Scaled]) -> Iterator[Reason]:
    for group, weight in capped_weights(inventory, rates.goods, rates.day).items():
        cap, used_weight = rates.parameters.on(f"limits.caps.{group}", rates.day), used_caps.get(group, 0)
        if used_weight + weight > cap.amount * SCALE:
            values = {
                "group": group,
                "group_zh": GROUPS.get(group, group),
                "weight": amount_text(weight),
                "used": amount_text(used_weight),
                "cap": f"{cap.amount:f}",
            }
            yield Reason(YEARLY_CAP, values, (cap.id,))


def _check_limits(inventory: Inventory, value: Scaled, used_value: Scaled, rates: Rates) -> Iterator[Reason]:
    if used_value + value > rates.annual:
        total, limit = amount_text(used_value + value), amount_text(rates.annual)
        yield Reason(
            ANNUAL_LIMIT,
            {
                "total_price": total,
                "limit_price": limit,
                "used": amount_text(used_value),
                "value": amount_text(value),
                "limit": limit,
                "year": str(rates.day.year),
                "buyer": inventory.buyer_name,
                **_list_values(inventory),
            },
            rates.annual_used,
        )
    if value > rates.single and not is_single_item(inventory):
        yield Reason(
            SINGLE_LIMIT,
            {
                "value": amount_text(value),
                "limit": amount_text(rates.single),
                "lines": str(len(inventory.lines)),
                **_list_values(inventory),
            },
            rates.single_used,
        )


def _list_values(inventory: Inventory) -> dict[str, str]:
    # the port's text for the same finding names the list
    return {"ebc_code": inventory.ebc_code, "order_no": inventory.order_no}


def _line_reason(rule: str, line: InventoryLine, *parameter_ids: str, **values: str) -> Reason:
    return Reason(rule, {"gnum": str(line.gnum), "gcode": line.gcode, "gname": line.gname, **values}, parameter_ids)
