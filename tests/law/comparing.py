"""Comparisons of a known answer with the one that came, as runners give them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from declarations.money import amount_text
from declarations.reasons import Reason
from schemas.receipt_texts import words

Comparison: TypeAlias = tuple[str, Any, Any]
"""A question, its known answer, and the answer that came."""
Comparisons: TypeAlias = Iterator[Comparison]
Refusal: TypeAlias = type[Exception] | tuple[type[Exception], ...]
NOT_REFUSED = "not refused"


def refusal(pattern: str, of: Refusal, ask: Callable[[], object]) -> Comparison:
    """Compare a refusal that must come, whose text holds a pattern, with what comes."""
    try:
        ask()
    except of as refused:
        return "refusal", pattern, pattern if re.search(pattern, str(refused)) else str(refused)
    return "refusal", pattern, NOT_REFUSED


def or_none(of: Refusal, ask: Callable[[], object]) -> str:
    """Return an answer as text; "none" if it is refused."""
    try:
        return str(ask())
    except of:
        return "none"


def codes(reasons: Iterable[Reason]) -> list[str]:
    """Return the codes of reasons; one that cannot be put into words in both languages says so."""
    return [reason.rule if _has_words(reason) else f"{reason.rule} without words" for reason in reasons]


def _has_words(reason: Reason) -> bool:
    return not any("{" in words(reason.rule, reason.values, language) for language in ("zh", "en"))


def shown(result: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a result that an answer names, scaled amounts as texts where it has texts."""
    values = {name: getattr(result, name) for name in known}
    return {
        name: amount_text(value) if isinstance(value, int) and isinstance(known[name], str) else value
        for name, value in values.items()
    }
