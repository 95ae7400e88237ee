"""The scale of confidence for dated values of the law and for rows of tables of goods and rates."""

from __future__ import annotations

from enum import StrEnum


class Confidence(StrEnum):
    """From confirmed by a source down to never published."""

    CONFIRMED = "C"
    """A source confirms it."""
    SINGLE = "C*"
    """A single weak source confirms it."""
    KNOWN = "K"
    """Known, but not confirmed by a consulted source."""
    OWN = "I"
    """Our own choice, or an example."""


CONFIDENCE_CODES = tuple(str(confidence) for confidence in Confidence)
_WORDS = {"confirmed": Confidence.CONFIRMED, "illustrative": Confidence.OWN}


def parse_stored(text: str) -> Confidence:
    """Parse the confidence of a stored row; old rows contain words instead of codes."""
    return _WORDS.get(text) or Confidence(text)
