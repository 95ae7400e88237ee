"""The dated rule of matching: tolerances, and the kinds of invoice for each tax."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.money import Scaled, scaled_of
from declarations.parameters import Parameters
from declarations.parameters.tables.settlement import Matching


class MatchingRule(NamedTuple):
    """Tolerances, scaled: `fob` between an FOB and its share of the item; `amount` between a purchase line and its
    share of the invoice; `rest` for the last part of an item, due to rounding between units. `vat_kinds` and
    `consumption_kinds`: kinds of invoice; `parameter_ids`: the dated values.
    """

    fob: Scaled
    amount: Scaled
    rest: Scaled
    vat_kinds: frozenset[str]
    consumption_kinds: frozenset[str]
    parameter_ids: tuple[str, ...]


def matching_rule_on(day: date, parameters: Parameters) -> MatchingRule:
    """Return the rule for claims made on a day; raises `NoValue` before there was one."""
    value = parameters.on("refund.matching", day)
    rule = value.table_as(Matching)
    return MatchingRule(
        scaled_of(rule.fob),
        scaled_of(rule.amount),
        scaled_of(rule.rest),
        frozenset(rule.vat_kinds),
        frozenset(rule.consumption_kinds),
        (value.id,),
    )
