"""How far a value of the law, or a row of a table of goods or rates, is to be trusted: one scale for all of them."""

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
