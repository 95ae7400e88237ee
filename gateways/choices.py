"""Checks values of documents that have a few known ones: our own messages name them in words, their schema does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from declarations.reasons import Reason

Choices: TypeAlias = Mapping[str, tuple[str, ...]]
"""Field → the values that it may have; "" among them: it may be left out."""
YES = ("", "Y", "N")


def check_choices(facts: Any, choices: Choices, rule: str) -> Reason | None:
    """Return a reason of this rule against the first field that has none of its values; None if all have one."""
    for field, known in choices.items():
        if (found := getattr(facts, field)) not in known:
            told = {"element": _element(field), "known": ", ".join(filter(None, known)), "found": found or "–"}
            return Reason(rule, told)
    return None


def _element(field: str) -> str:
    first, *others = field.split("_")
    return first + "".join(part.capitalize() for part in others)
