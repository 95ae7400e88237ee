"""What is wrong with recalled goods: the hazards to choose from, and one that is stored, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from single_window.language import phrases
from single_window.language.words import Words

_FIRST_WORDS = re.compile(r"[^（(；;，,。]*")


@cache
def known_hazards() -> Mapping[str, Words]:
    """The hazards of `words.toml` by their Chinese words, which are what is stored."""
    return {words["zh"]: Words(**words) for words in phrases.book()["hazard"].values()}


def hazard_in_words(stored: str) -> Words | None:
    """Return a stored hazard in both languages; what was typed after a known one stays as it was. None for one in the
    words of whoever wrote it."""
    first: str = _FIRST_WORDS.match(stored).group()  # type: ignore[union-attr]  # the pattern matches the empty text
    known = known_hazards().get(first.strip())
    return None if known is None else Words(stored, f"{known.en}{stored[len(first) :]}")
