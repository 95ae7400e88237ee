"""The title of a reason, whatever the case: the words of its code without the values of a case."""

from __future__ import annotations

import re
from functools import cache

from schemas import receipt_texts
from single_window.language.words import Words

_BLANK = re.compile(r"\[?\{[a-z_]+\}\]?")
_CLAUSE = re.compile(r"[，：:]|, ")


@cache
def title(rule: str) -> Words:
    """Return the words of a code, such as 14204: the first clauses without values, else all with … for each value; the
    code itself if it has no words."""
    text = receipt_texts.texts().get(rule.rpartition("/")[2]) or receipt_texts.texts().get(rule.partition(".")[0])
    return Words(rule, rule) if text is None else Words(_general(text.zh), _general(text.en))


def _general(text: str) -> str:
    first = _CLAUSE.split(text)[0]
    return _BLANK.sub("…", text) if _BLANK.search(first) else text.partition("{")[0].strip("，：:, [(（") or first
