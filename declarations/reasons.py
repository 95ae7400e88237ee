"""Reasons of decisions: a rule's code with values; the text is made when it is read, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

MAX_TYPED_LENGTH = 1_000
"""Maximum length of a typed reason; no receipt can hold more."""


class Reason(NamedTuple):
    """The reason of a decision: the rule's permanent code and the values of its published text.

    `values` are formatted texts (amounts as "26114.44"); `parameter_ids` are the ids of the dated values applied, such
    as "limits.annual@2019-01-01".
    """

    rule: str
    values: Mapping[str, str]
    parameter_ids: tuple[str, ...] = ()


OFFICERS_ONLY: Mapping[str, str] = {"14500.profile": "14500", "1200.profile": "1200"}
"""Rule that only officers may read → the rule that companies and programs are told instead: they must not learn by
which risk profile a list was drawn."""


def told_outside(reason: Reason) -> Reason:
    """Return a reason as companies and programs are told it."""
    return Reason(OFFICERS_ONLY[reason.rule], {}) if reason.rule in OFFICERS_ONLY else reason


def clean_typed_text(text: str) -> str:
    """Convert typed text for a receipt: unprintable characters become spaces, and it is cut to the maximum length."""
    return "".join(character if character.isprintable() else " " for character in text[:MAX_TYPED_LENGTH]).strip()
