"""The rule of a day by which claims are matched: tolerances, and which kinds of invoice give which tax back."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.money import Scaled, scaled
from declarations.parameters import Parameters
from declarations.parameters.tables.settlement import Matching


class MatchingRule(NamedTuple):
    """`fob`: by how much an FOB may miss the declared share; `amount`: by how much a purchase line may miss the share

    of its invoice; `rest`: what rounding between units may lack in the last part of an item; `vat_kinds` and
    `consumption_kinds`: kinds of invoice; `parameters`: the dated values. Amounts and quantities scaled.
    """

    fob: Scaled
    amount: Scaled
    rest: Scaled
    vat_kinds: frozenset[str]
    consumption_kinds: frozenset[str]
    parameters: tuple[str, ...]


def matching_rule(day: date, parameters: Parameters) -> MatchingRule:
    """The rule for claims made on a day; raises `NoValue` before there was one."""
    value = parameters.on("refund.matching", day)
    rule = value.read(Matching)
    return MatchingRule(
        scaled(rule.fob),
        scaled(rule.amount),
        scaled(rule.rest),
        frozenset(rule.vat_kinds),
        frozenset(rule.consumption_kinds),
        (value.id,),
    )
