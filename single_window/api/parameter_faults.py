"""Says in both languages what is wrong with a parameter: validators say it in English alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from single_window.language.words import Words

_NAMED = re.compile(r"\\\{(\w+)\\\}")
_CHOICES = "(?P<choices>.+)"


def reason_words(said: str) -> Words:
    """Return what a validator said in English, in both languages; what is not in the table stays as it was said."""
    for pattern, zh in _table():
        if found := pattern.fullmatch(said):
            return Words(zh.format(**found.groupdict()), said)
    return Words(said, said)


def joined(reasons: list[str]) -> Words:
    """Return several reasons as one text."""
    said = [reason_words(reason) for reason in reasons]
    return Words("；".join(one.zh for one in said), "; ".join(one.en for one in said))


@cache
def _table() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(_rows())


def _rows() -> Iterator[tuple[re.Pattern[str], str]]:
    rows = tomllib.loads(Path(__file__).with_name("parameter_faults.toml").read_text("utf-8"))
    for en, zh in rows.items():
        yield re.compile(_NAMED.sub(r"(?P<\1>\\S+)", re.escape(en).replace(r"\{choices\}", _CHOICES)), re.DOTALL), zh
