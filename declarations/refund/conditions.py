"""Conditions of the law with their outcomes: satisfied, pending, failed, not checked, or not applicable."""

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
    NOT_CHECKED = "not_checked"
    """Nothing here tells whether it holds; it prevents nothing, and is never shown as satisfied."""
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


def outcome_of(holds: bool | None) -> ConditionOutcome:
    """Return the outcome of a fact; None: nothing here tells."""
    if holds is None:
        return ConditionOutcome.NOT_CHECKED
    return ConditionOutcome.SATISFIED if holds else ConditionOutcome.FAILED


def failed_conditions(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Return the failed conditions, in their order."""
    return tuple(condition for condition in conditions if condition.outcome is ConditionOutcome.FAILED)
