"""Returns of released goods: the check of a request, and the tax of the remaining goods (rule 1.5, readings 20, 22,
23).

The tax depends on all quantities returned since the release, so that two partial returns and one of both lead to the
same tax. Freight and insurance are reduced in proportion; rates, thresholds and the share of tax due do not change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from declarations.collection import windows
from declarations.documents import Inventory, Refund
from declarations.money import Scaled, plain
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.tax.allocation import FEN
from declarations.tax.assessment import Assessment, TaxLine, Working, summed
from declarations.tax.formula import Policy, duty, policy_named

NOT_IN_LIST = "-625209"
TOO_LATE = "14031"
TOO_MUCH = "14032"


class Recomputed(NamedTuple):
    """The tax of the remaining goods, and the reductions of tax and dutiable value."""

    assessment: Assessment
    difference: Scaled
    """The old total tax minus the new one."""
    value_difference: Scaled
    """The old dutiable value minus the new one, which is returned to the yearly allowance."""


def check(
    refund: Refund,
    inventory: Inventory,
    already: Mapping[int, Scaled],
    release_day: date,
    applied_on: date,
    parameters: Parameters,
) -> tuple[Reason, ...]:
    """Return the reasons why a return request cannot be admitted; empty if it can.

    `already`: quantities of earlier requests, by line number.
    """
    return (*_late(release_day, applied_on, parameters), *_goods(refund, inventory, already))


def _late(release_day: date, applied_on: date, parameters: Parameters) -> Iterator[Reason]:
    window = windows(release_day, parameters)
    if applied_on > window.last_return_application:
        days = {
            "applied": applied_on.isoformat(),
            "last": window.last_return_application.isoformat(),
            "released": release_day.isoformat(),
        }
        yield Reason(TOO_LATE, days, window.parameters[:1])


def _goods(refund: Refund, inventory: Inventory, already: Mapping[int, Scaled]) -> Iterator[Reason]:
    declared, taken = {line.gnum: line for line in inventory.lines}, dict(already)
    for line in refund.lines:
        known = declared.get(line.gnum)
        named = {"gnum": str(line.gnum), "gcode": line.gcode, "agent_code": refund.agent_code, "cop_no": refund.cop_no}
        if known is None or known.gcode != line.gcode:
            yield Reason(NOT_IN_LIST, named)
            continue
        left = known.qty - taken.get(line.gnum, 0)
        taken[line.gnum] = taken.get(line.gnum, 0) + line.qty
        if line.qty > left:
            yield Reason(TOO_MUCH, {**named, "qty": plain(line.qty), "left": plain(max(0, left))})


def recompute(inventory: Inventory, assessment: Assessment, returned: Mapping[int, Scaled]) -> Recomputed:
    """Return the tax of a list after goods came back.

    `assessment` is that of the release, `returned` all quantities returned since, by line number. Raises `ValueError`
    if they exceed the declared ones.
    """
    if strange := returned.keys() - {line.gnum for line in inventory.lines}:
        raise ValueError(f"list {inventory.invt_no or inventory.cop_no} has no line {min(strange)}")
    policy = policy_named(assessment.policy)
    lines = tuple([_rest(line, returned.get(line.gnum, 0), assessment, policy) for line in assessment.lines])
    new = summed(
        lines,
        factor=assessment.factor,
        full_tax=assessment.full_tax,
        policy=assessment.policy,
        parameters=assessment.parameters,
        needs_review=assessment.needs_review,
        duty_factor=assessment.duty_factor,
    )
    return Recomputed(new, assessment.total - new.total, assessment.value - new.value)


def _rest(line: TaxLine, returned: Scaled, assessment: Assessment, policy: Policy) -> TaxLine:
    working = line.working
    if not 0 <= returned <= working.quantity:
        raise ValueError(f"line {line.gnum}: {plain(returned)} returned of {plain(working.quantity)}")
    if not returned:
        return line
    return _reduced(line, working.quantity - returned, assessment, policy)


def _reduced(line: TaxLine, left: Scaled, assessment: Assessment, policy: Policy) -> TaxLine:
    """Return a line with only the quantity `left`, and its taxes."""
    working = line.working
    goods, freight, insurance = (
        _share(part, left, working.quantity, FEN) for part in (working.goods, working.freight, working.insurance)
    )
    value = goods + freight + insurance
    legal, litres = (_share(part, left, working.quantity, 1) for part in (working.legal_quantity, working.litres))
    due = duty(value, working.duty_rate, working.duty_specific, legal, assessment.duty_factor)
    taxes = policy(value + due, working.rate, working.specific * litres, working.vat_rate, assessment.factor)
    rest = Working(
        goods=goods,
        freight=freight,
        insurance=insurance,
        quantity=left,
        status=working.status,
        duty_rate=working.duty_rate,
        duty_specific=working.duty_specific,
        legal_quantity=legal,
        kind=working.kind,
        method=working.method,
        rate=working.rate,
        specific=working.specific,
        litres=litres,
        basis=working.basis,
        threshold=working.threshold,
        content=working.content,
        consumption_full=taxes.consumption_full,
        vat_rate=working.vat_rate,
        vat_full=taxes.vat_full,
    )
    return TaxLine(line.gnum, line.gcode, value, due, taxes.consumption, taxes.vat, rest)


def _share(whole: Scaled, left: Scaled, quantity: Scaled, step: Scaled) -> Scaled:
    """`whole` × `left` ÷ `quantity`, rounded half up to a multiple of `step`."""
    return (2 * whole * left + quantity * step) // (2 * quantity * step) * step
