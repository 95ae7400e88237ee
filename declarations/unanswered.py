"""The reason given when a parameter has no value on a day: the rule that needs it is named, and nothing is guessed."""

from __future__ import annotations

from declarations.parameters import NoValue
from declarations.reasons import Reason

NO_VALUE = "21309"
LIST_WITHOUT_VALUE = "14008"
"""The same for a declared list, import or export."""


def unanswered(error: NoValue, rule: str = NO_VALUE) -> Reason:
    """The refusal that a missing value leads to, naming parameter and day."""
    return Reason(rule, {"parameter": error.name, "day": error.day.isoformat()})
