"""What is wrong with recalled goods: the hazards to choose from, and one that is stored, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from single_window.language import phrases
from single_window.language.words import Words

_PARTS, _REMARK = re.compile(r"[；;，,、]"), re.compile(r"\s*[（(](?P<remark>[^（()）]*)[）)]$")
_CHINESE = re.compile("[\u4e00-\u9fff]")


@cache
def known_hazards() -> Mapping[str, Words]:
    """The hazards of `words.toml` by their Chinese words, which are what is stored."""
    return {words["zh"]: Words(**words) for words in phrases.book()["hazard"].values()}


def hazard_in_words(stored: str) -> Words | None:
    """Return a stored hazard in both languages, of several all, with what is not Chinese as it was; None for one in the
    words of whoever wrote it."""
    told = [_told(part.strip()) for part in _PARTS.split(stored) if part.strip()]
    if not told or None in told or not _CHINESE.search(stored):
        return None
    return Words(stored, "; ".join(filter(None, told)))


def _told(part: str) -> str | None:
    remark = _REMARK.search(part)
    first, more = (part[: remark.start()], f" ({remark['remark']})") if remark else (part, "")
    known = known_hazards().get(first)
    told = f"{known.en if known else first}{more}"
    return None if _CHINESE.search(told) else told
