"""The reason given when a parameter has no value on a day: the rule that needs it is named, and nothing is guessed."""

from __future__ import annotations

from declarations.parameters import NoValue
from declarations.reasons import Reason

NO_VALUE = "21309"


def unanswered(error: NoValue) -> Reason:
    """The refusal that a missing value leads to, naming parameter and day."""
    return Reason(NO_VALUE, {"parameter": error.name, "day": error.day.isoformat()})
