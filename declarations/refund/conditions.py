"""A condition of the law as it was found, with the values that showed it: satisfied, pending while its day has not
passed, failed, or not applicable."""

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
    """`rule` is the permanent code of its words; `values` fill them; `parameters` name the dated values it rests on."""

    rule: str
    outcome: ConditionOutcome
    values: Mapping[str, str]
    parameters: tuple[str, ...] = ()

    @property
    def reason(self) -> Reason:
        """The condition as a reason."""
        return Reason(self.rule, self.values, self.parameters)


def failed(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Those that failed, in their order."""
    return tuple(condition for condition in conditions if condition.outcome is ConditionOutcome.FAILED)
