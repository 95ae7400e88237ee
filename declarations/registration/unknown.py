"""What is said when the law of a day has no value: the rule that asked is named, and nothing is guessed."""

from __future__ import annotations

from declarations.parameters import NoValue
from declarations.reasons import Reason

NO_VALUE = "21309"


def unanswered(error: NoValue) -> Reason:
    """The refusal that a missing value leads to, naming parameter and day."""
    return Reason(NO_VALUE, {"parameter": error.name, "day": error.day.isoformat()})
