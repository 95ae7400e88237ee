"""Conditions of the law with their outcomes: satisfied, pending, failed, or not applicable."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from declarations.reasons import Reason


class ConditionOutcome(StrEnum):
    """The outcome of checking a condition."""

    SATISFIED = "satisfied"
    PENDING = "pending"
    """Not satisfied yet, and its last day is not over."""
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


class Condition(NamedTuple):
    """`rule` is the permanent code of its text; `values` fill the text; `parameter_ids` are the dated values
    applied."""

    rule: str
    outcome: ConditionOutcome
    values: Mapping[str, str]
    parameter_ids: tuple[str, ...] = ()

    @property
    def reason(self) -> Reason:
        """The condition as a reason."""
        return Reason(self.rule, self.values, self.parameter_ids)


def failed_conditions(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Return the failed conditions, in their order."""
    return tuple(condition for condition in conditions if condition.outcome is ConditionOutcome.FAILED)
