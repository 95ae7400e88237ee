"""A lane: the conditions of a treatment of exports, with the dated values by which each is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from declarations.refund.conditions import Condition, ConditionOutcome, outcome_of
from declarations.refund.treatment_facts import (
    ClaimItemFacts,
)


class TestResult(NamedTuple):
    """The result of a condition's test with the values of its text and its own dated values."""

    outcome: ConditionOutcome | bool | None
    values: Mapping[str, str]
    parameter_ids: tuple[str, ...]


ConditionTest: TypeAlias = Callable[[ClaimItemFacts], TestResult | bool | None]


class LaneCondition(NamedTuple):
    """One condition of a lane: the permanent code of its text, its test, the sentence of the law and its source."""

    code: str
    test: ConditionTest
    sentence: str
    source: str

    def check(self, facts: ClaimItemFacts, value_ids: tuple[str, ...]) -> Condition:
        """Return the condition with its outcome for one item; `value_ids` are the dated values of its lane."""
        result = self.test(facts)
        if not isinstance(result, TestResult):
            result = TestResult(result, {}, value_ids)
        outcome = result.outcome if isinstance(result.outcome, ConditionOutcome) else outcome_of(result.outcome)
        return Condition(self.code, outcome, result.values, result.parameter_ids)


def make_condition(code: str, test: ConditionTest) -> LaneCondition:
    """Make a condition from a function whose docstring is `sentence. (source)`; raises `ValueError` without a
    source."""
    sentence, bracket, source = " ".join((test.__doc__ or "").split()).rpartition(" (")
    if not bracket or not source.endswith(")"):
        raise ValueError(f"the docstring of {test.__name__} names no source: sentence. (source)")
    return LaneCondition(code, test, sentence, source[:-1])


@dataclass(frozen=True, slots=True)
class TreatmentLane:
    """The conditions of a treatment, in order; the condition of timeliness is last and checked for all lanes
    together."""

    conditions: tuple[LaneCondition, ...]
    timeliness_code: str
    """Code of the condition of timeliness."""
    value_ids_of: Callable[[ClaimItemFacts], tuple[str, ...]]
    """Returns the dated values of its conditions for an item."""
    exchange_codes: frozenset[str] = frozenset()
    """Codes of the conditions about foreign exchange."""
    starts_with_opening: bool = False
    """True: its first condition is that the lane is in force."""

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all its conditions."""
        return frozenset({self.timeliness_code, *(each.code for each in self.conditions)})

    def check_all(self, facts: ClaimItemFacts) -> list[Condition]:
        """Return the conditions of an item, without that of timeliness."""
        value_ids = self.value_ids_of(facts)
        return [each.check(facts, value_ids) for each in self.conditions]

    def mark_inapplicable(self, conditions: list[Condition]) -> list[Condition]:
        """Mark all but the first condition as not applicable if the lane is not in force."""
        if not self.starts_with_opening or conditions[0].outcome is ConditionOutcome.SATISFIED:
            return conditions
        return [conditions[0], *(each._replace(outcome=ConditionOutcome.NOT_APPLICABLE) for each in conditions[1:])]
