"""The title of a reason, whatever the case: the words of its code without the values of a case."""

from __future__ import annotations

import re
from functools import cache

from schemas import receipt_texts
from single_window.language.words import Words

_ALONE = re.compile(r"\[?\{\w+\}\]?")
"""A value of a case, which may stand in brackets of its own."""
_GIVEN = re.compile(r"\s*[(（\[][^()（）\[\]]*\{[^()（）\[\]]*[)）\]]")
"""Brackets in which values of a case are named."""
_CLAUSE_ENDS = "，；;：:"
_ENDS = f" ,、{_CLAUSE_ENDS}"


@cache
def title(rule: str) -> Words:
    """Return the words of a code, such as 14204, without what is said of one case: the clauses before its first value,
    else all with … for each value; the code itself if it has no words."""
    text = receipt_texts.texts().get(rule.rpartition("/")[2]) or receipt_texts.texts().get(rule.partition(".")[0])
    return Words(rule, rule) if text is None else Words(_general(text.zh), _general(text.en))


def _general(text: str) -> str:
    told = _GIVEN.sub("", _ALONE.sub(lambda alone: alone[0] if alone[0][0] == "{" else "…", text)).strip(_ENDS)
    before = re.split(r"[{…]", told)[0]
    clauses = before[: max((before.rfind(end) for end in (*_CLAUSE_ENDS, ", ")), default=-1) + 1].strip(_ENDS)
    return told if before == told else clauses or _ALONE.sub("…", told)
