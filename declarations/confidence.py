"""One scale of trust for all values of the law and all rows of tables of goods and rates."""

from __future__ import annotations

from enum import StrEnum


class Confidence(StrEnum):
    """From a source that was consulted, down to what was never published."""

    CONFIRMED = "C"
    """A source confirms it."""
    SINGLE = "C*"
    """A single weak source confirms it."""
    KNOWN = "K"
    """Known, and not confirmed again."""
    OWN = "I"
    """Our own choice, or an example."""


ALLOWED = tuple(str(confidence) for confidence in Confidence)
_WORDS = {"confirmed": Confidence.CONFIRMED, "illustrative": Confidence.OWN}


def stored(text: str) -> Confidence:
    """The confidence of a row as a database holds it; rows written before there was one scale have words."""
    return _WORDS.get(text) or Confidence(text)
