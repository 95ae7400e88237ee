"""Puts words, in Chinese and English, to what is wrong with the form of a message; `wording.toml` holds them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from schemas.findings import Finding

_LONGEST = 100
"""Characters of a found value that a finding repeats."""
_LONGEST_VALUE = 1_000
"""Characters of a value within a sentence."""
_LONGEST_PATH = 500
"""Characters of a path, or of what is expected: names in a message may be of any length."""


class FindingWords(NamedTuple):
    """The text of a finding and its advice; `{name}` in it is filled in."""

    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


@cache
def words() -> dict[str, FindingWords]:
    """The words of every code that this package uses."""
    with (Path(__file__).parent / "wording.toml").open("rb") as file:
        return {code: FindingWords(**texts) for code, texts in tomllib.load(file).items()}


def finding(
    code: str,
    *,
    document: int | None = None,
    path: str = "",
    line: int | None = None,
    expected: str = "",
    found: str = "",
    shown_as: str = "",
    zh: dict[str, str] | None = None,
    en: dict[str, str] | None = None,
    **values: object,
) -> Finding:
    """The finding with this code of `wording.toml`; `zh` and `en` fill in what differs between the languages.

    `shown_as` replaces the code, where the standard has one of its own.
    """
    say = words()[code]
    values = {name: _shortened(value, _LONGEST_VALUE) for name, value in values.items()}
    common = {"expected": expected, "found": _shortened(found, _LONGEST_VALUE), **values}
    in_zh, in_en = {**common, **(zh or {})}, {**common, **(en or {})}
    path, expected = _shortened(path, _LONGEST_PATH), _shortened(expected, _LONGEST_PATH)
    return Finding(
        code=shown_as or code,
        zh=say.zh.format(**in_zh),
        en=say.en.format(**in_en),
        document=document,
        path=path,
        line=line,
        expected=expected,
        found=_shortened(found),
        remedy_zh=say.remedy_zh.format(**in_zh).strip(),
        remedy_en=say.remedy_en.format(**in_en).strip(),
    )


def _shortened(text: Any, most: int = _LONGEST) -> Any:
    """A text of at most so many characters; anything else as it is."""
    return text[:most] + "…" if isinstance(text, str) and len(text) > most else text
