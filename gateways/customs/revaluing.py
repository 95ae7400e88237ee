"""Ends a price query by a value that an officer determines: the list goes on with it, its allowance and tax follow."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import limits
from declarations.calendar import day_of
from declarations.money import scaled_from_text
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from declarations.tax import revaluation
from declarations.tax.value import dutiable_value_of
from gateways.customs import reservations
from gateways.customs.held import HeldValue
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.topics.shared import Decision

NOT_QUERIED = ("该清单未被价格质疑", "no price of this list is queried")
GONE = ("该清单的报文已删除", "the list's document was deleted")


def redetermine(declaration: Declaration, decision: Decision, desk: CustomsDesk) -> Sequence[Reason]:
    """Take the prices and the method of a decision as those of a list in review; return why not, empty if it is done.

    At its new value a list must be admitted as at the declared one: above a limit it is refused, or taxed in full.
    """
    filed = desk.repository.documents([declaration.document_id]).get(declaration.document_id)
    if not revaluation.is_queried(declaration.reasons):
        return (refusal_reason(*NOT_QUERIED),)
    if filed is None:
        return (refusal_reason(*GONE),)
    method, day = str(decision.values["method"]), day_of(declaration.accepted_at)
    prices = {str(gnum): scaled_from_text(text) for gnum, text in decision.values["prices"].items()}
    supposed = revaluation.at_prices(filed.facts, {int(gnum): price for gnum, price in prices.items()})
    value = dutiable_value_of(supposed)
    verdict = limits.check_value(supposed, value, _used_by_others(declaration, desk), day, desk.law, desk.goods)
    if verdict.reasons:
        return verdict.reasons
    declaration.held.redetermined = HeldValue(method, prices)
    reservations.change_value(declaration, value, desk.repository)
    declaration.value, declaration.full_tax = value, verdict.full_tax
    return ()


def _used_by_others(declaration: Declaration, desk: CustomsDesk) -> int:
    """Return what the buyer's other lists of the year have taken of the yearly limit."""
    allowance = declaration.held.allowance
    if allowance is None:
        return 0
    person = allowance.identity, allowance.year
    return desk.repository.allowances([person])[person].taken - allowance.value
