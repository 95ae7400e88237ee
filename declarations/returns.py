"""Returns of released goods: the check of a request, and the tax of the remaining goods (rule 1.5, readings 20, 22,
23).

The tax depends on all quantities returned since the release, so that two partial returns and one of both lead to the
same tax. Freight and insurance are reduced in proportion; rates, thresholds and the share of tax due do not change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from declarations.collection import windows_of_bill
from declarations.documents import Inventory, Refund
from declarations.money import Scaled, amount_text
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.tax.allocation import share_by_quantity
from declarations.tax.assessment import Assessment, TaxLine, sum_lines
from declarations.tax.formula import Policy, calculate_duty, policy_of

NOT_IN_LIST = "-625209"
TOO_LATE = "14031"
TOO_MUCH = "14032"


class RecomputedTax(NamedTuple):
    """The tax of the remaining goods, and the reductions of tax and dutiable value."""

    assessment: Assessment
    difference: Scaled
    """The old total tax minus the new one."""
    value_difference: Scaled
    """The old dutiable value minus the new one, which is returned to the yearly allowance."""


def check(
    refund: Refund,
    inventory: Inventory,
    returned_quantities: Mapping[int, Scaled],
    release_day: date,
    applied_on: date,
    parameters: Parameters,
) -> tuple[Reason, ...]:
    """Return the reasons why a return request cannot be admitted; empty if it can.

    `returned_quantities`: quantities of earlier requests, by line number.
    """
    return (
        *_check_last_day(release_day, applied_on, parameters),
        *_check_goods(refund, inventory, returned_quantities),
    )


def _check_last_day(release_day: date, applied_on: date, parameters: Parameters) -> Iterator[Reason]:
    window = windows_of_bill(release_day, parameters)
    if applied_on > window.last_return_application:
        days = {
            "applied": applied_on.isoformat(),
            "last": window.last_return_application.isoformat(),
            "released": release_day.isoformat(),
        }
        yield Reason(TOO_LATE, days, window.parameter_ids[:1])


def _check_goods(refund: Refund, inventory: Inventory, returned_quantities: Mapping[int, Scaled]) -> Iterator[Reason]:
    listed_lines, returned_so_far = {line.gnum: line for line in inventory.lines}, dict(returned_quantities)
    for line in refund.lines:
        listed = listed_lines.get(line.gnum)
        values = {"gnum": str(line.gnum), "gcode": line.gcode, "agent_code": refund.agent_code, "cop_no": refund.cop_no}
        if listed is None or listed.gcode != line.gcode:
            yield Reason(NOT_IN_LIST, values)
            continue
        left = listed.qty - returned_so_far.get(line.gnum, 0)
        returned_so_far[line.gnum] = returned_so_far.get(line.gnum, 0) + line.qty
        if line.qty > left:
            yield Reason(TOO_MUCH, {**values, "qty": amount_text(line.qty), "left": amount_text(max(0, left))})


def recompute(inventory: Inventory, assessment: Assessment, returned_quantities: Mapping[int, Scaled]) -> RecomputedTax:
    """Return the tax of a list after goods came back.

    `assessment` is that of the release, `returned_quantities` all quantities returned since, by line number. Raises
    `ValueError` if they exceed the declared ones.
    """
    if unknown_lines := returned_quantities.keys() - {line.gnum for line in inventory.lines}:
        raise ValueError(f"list {inventory.invt_no or inventory.cop_no} has no line {min(unknown_lines)}")
    policy = policy_of(assessment.policy)
    lines = tuple(
        [_recompute_line(line, returned_quantities.get(line.gnum, 0), assessment, policy) for line in assessment.lines]
    )
    new = sum_lines(
        lines,
        factor=assessment.factor,
        full_tax=assessment.full_tax,
        policy=assessment.policy,
        parameter_ids=assessment.parameter_ids,
        needs_review=assessment.needs_review,
        duty_factor=assessment.duty_factor,
    )
    return RecomputedTax(new, assessment.total - new.total, assessment.value - new.value)


def _recompute_line(line: TaxLine, returned_quantity: Scaled, assessment: Assessment, policy: Policy) -> TaxLine:
    working = line.working
    if not 0 <= returned_quantity <= working.quantity:
        raise ValueError(
            f"line {line.gnum}: {amount_text(returned_quantity)} returned of {amount_text(working.quantity)}"
        )
    if not returned_quantity:
        return line
    return _tax_remaining(line, working.quantity - returned_quantity, assessment, policy)


def _tax_remaining(line: TaxLine, remaining: Scaled, assessment: Assessment, policy: Policy) -> TaxLine:
    """Return a line with only the quantity `remaining`, and its taxes."""
    working = line.working
    goods, freight, insurance = (
        share_by_quantity(part, remaining, working.quantity)
        for part in (working.goods, working.freight, working.insurance)
    )
    value = goods + freight + insurance
    legal_quantity, litres = (
        share_by_quantity(part, remaining, working.quantity, 1) for part in (working.legal_quantity, working.litres)
    )
    duty_amount = calculate_duty(
        value, working.duty_rate, working.duty_specific, legal_quantity, assessment.duty_factor
    )
    taxes = policy(value + duty_amount, working.rate, working.specific * litres, working.vat_rate, assessment.factor)
    new_working = replace(
        working,
        goods=goods,
        freight=freight,
        insurance=insurance,
        quantity=remaining,
        legal_quantity=legal_quantity,
        litres=litres,
        consumption_full=taxes.consumption_full,
        vat_full=taxes.vat_full,
    )
    return TaxLine(line.gnum, line.gcode, value, duty_amount, taxes.consumption, taxes.vat, new_working)
