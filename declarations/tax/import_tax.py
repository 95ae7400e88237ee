"""The composite tax of retail import (跨境电商综合税): duty, consumption tax and VAT of each line, to the fen.

Rules 1.2, 1.3 and readings 7 to 16. `declarations.limits` checks if a list is admitted at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from declarations.documents import Inventory, InventoryLine
from declarations.goods import GoodsRegister
from declarations.money import Scaled, amount_text
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment, TaxLine, Working, sum_lines
from declarations.tax.consumption import Charge, charge_of
from declarations.tax.formula import Policy, calculate_duty, policy_of
from declarations.tax.rates import MICRO, LineRates, Rates, rates_on
from declarations.tax.scope import pays_full_tax
from declarations.tax.value import LineValue, dutiable_value_of, line_values_of

__all__ = ["UNKNOWN_GOODS", "Assessment", "TaxLine", "Working", "assess", "assess_in_full", "dutiable_value_of"]

UNKNOWN_GOODS = "14023"


def assess(
    inventory: Inventory,
    day: date,
    goods: GoodsRegister,
    parameters: Parameters,
    policy: str = "",
    *,
    full_tax: bool | None = None,
    cosmetics: Mapping[int, bool] = MappingProxyType({}),
) -> Assessment:
    """Return the tax of a list accepted on a day.

    `policy` is the rounding "P1" or "P2" ("": that of the parameter `import_tax.rounding`). `full_tax` is the result of
    `limits.check`; None: decided from this list alone, as if the buyer had used nothing of the yearly limit. Reasons
    for a review are in `needs_review`. `cosmetics`: line number → whether an officer found it high-end.

    Raises `NoValue` if the law of the day is not known.
    """
    rates = rates_on(day, goods, parameters)
    values = line_values_of(inventory)
    if full_tax is None:
        full_tax = pays_full_tax(inventory, sum([value.total for value in values]), 0, rates)
    due = (rates.full_factor, rates.full_factor) if full_tax else (rates.factor, rates.duty_factor)
    case = _Case(rates, policy or rates.rounding, *due, used=rates.outside if full_tax else rates.inside)
    case.cosmetics = cosmetics
    return case.assess(inventory.lines, values, full_tax)


def assess_in_full(
    lines: Sequence[InventoryLine], values: Sequence[LineValue], rates: Rates, used: Sequence[str] = ()
) -> Assessment:
    """Return the statutory taxes of goods that are no retail import, by the rates of their day: no limit, no reduction.

    `values`: the dutiable values of `lines`, in their order; `used`: the dated values by which those were found.
    """
    case = _Case(rates, rates.rounding, MICRO, MICRO, used=used)
    return case.assess(lines, values, full_tax=True)


class _Case:
    """One list under assessment: the law that applies to it, and the results of its lines."""

    __slots__ = ("_policy_name", "cosmetics", "duty_factor", "factor", "needs_review", "policy", "rates", "used")

    def __init__(self, rates: Rates, policy: str, factor: int, duty_factor: int, *, used: Sequence[str]) -> None:
        self.rates = rates
        self._policy_name = policy
        self.policy: Policy = policy_of(policy)
        self.factor, self.duty_factor = factor, duty_factor
        # a dictionary as an ordered set
        self.used = dict.fromkeys(used)
        self.needs_review: list[Reason] = []
        self.cosmetics: Mapping[int, bool] = {}

    def assess(self, lines: Sequence[InventoryLine], values: Sequence[LineValue], full_tax: bool) -> Assessment:
        taxed = tuple([self._line(line, value) for line, value in zip(lines, values, strict=True)])
        return sum_lines(
            taxed,
            factor=self.factor,
            full_tax=full_tax,
            policy=self._policy_name,
            parameter_ids=tuple(self.used),
            needs_review=tuple(self.needs_review),
            duty_factor=self.duty_factor,
        )

    def _line(self, line: InventoryLine, value: LineValue) -> TaxLine:
        rates = self.rates.line_rates(line.gcode)
        self.used.update(dict.fromkeys(rates.parameter_ids))
        total = value.total
        levied = charge_of(line, total, rates, self.cosmetics.get(line.gnum))
        if levied.missing or rates.goods is None:
            self.needs_review.append(_review_reason(line, total, levied.missing or UNKNOWN_GOODS, rates))
        return self._tax(line, value, total, rates, levied)

    def _tax(self, line: InventoryLine, value: LineValue, total: Scaled, rates: LineRates, levied: Charge) -> TaxLine:
        due = calculate_duty(total, rates.duty, rates.duty_specific, line.qty1, self.duty_factor)
        taxes = self.policy(total + due, levied.rate, levied.specific * levied.litres, rates.vat, self.factor)
        status = str(rates.goods.confidence) if rates.goods else "unknown"
        working = Working(
            goods=value.goods,
            freight=value.freight,
            insurance=value.insurance,
            quantity=line.qty,
            status=status,
            duty_rate=rates.duty,
            duty_specific=rates.duty_specific,
            legal_quantity=line.qty1,
            kind=rates.consumption,
            method=rates.method,
            rate=levied.rate,
            specific=levied.specific,
            litres=levied.litres,
            basis=levied.basis,
            threshold=levied.threshold,
            content=levied.content,
            consumption_full=taxes.consumption_full,
            vat_rate=rates.vat,
            vat_full=taxes.vat_full,
            cosmetic=levied.decided,
        )
        return TaxLine(line.gnum, line.gcode, total, due, taxes.consumption, taxes.vat, working)


def _review_reason(line: InventoryLine, value: Scaled, rule: str, rates: LineRates) -> Reason:
    values = {
        "gnum": str(line.gnum),
        "gcode": line.gcode,
        "gname": line.gname,
        "gmodel": line.gmodel,
        "value": amount_text(value),
    }
    return Reason(rule, values, rates.parameter_ids)
