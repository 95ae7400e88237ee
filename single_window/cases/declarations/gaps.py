"""Differences between the amounts of two documents, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from single_window.language import phrases
from single_window.language.words import Words

TAX = "tax"
"""The compared value of which the list's is worked out by customs, and the order's is to follow it."""
_MEASURED = re.compile(r"(\d+\.\d+)(?: (\S+))?", re.ASCII)
"""An amount or a quantity, with its currency or unit; a number without decimals may be anything."""


def gap_words(texts: Sequence[str]) -> Words:
    """Return by how much the first of these values differs from the next one that is another: too much or too little;
    empty if they are no amounts of one currency or unit. Values that a document lacks are empty."""
    given = [found for text in texts if text and (found := _MEASURED.fullmatch(text))]
    other = next((found for found in given[1:] if found[1] != given[0][1]), None)
    if other is None or other[2] != given[0][2]:
        return Words("", "")
    by = Decimal(given[0][1]) - Decimal(other[1])
    if not by:
        return Words("", "")
    return phrases.phrase("label", "gap_more" if by > 0 else "gap_less").filled(by=f"{abs(by):,}")
