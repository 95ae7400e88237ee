"""The reason of a refusal because a parameter has no value on a day."""

from __future__ import annotations

from declarations.parameters import NoValue
from declarations.reasons import Reason

NO_VALUE = "21309"
LIST_WITHOUT_VALUE = "14008"
"""Code of the same reason for a declared list, import or export."""


def missing_value_reason(error: NoValue, rule: str = NO_VALUE) -> Reason:
    """Return the reason for a missing value, with parameter and day."""
    return Reason(rule, {"parameter": error.name, "day": error.day.isoformat()})
