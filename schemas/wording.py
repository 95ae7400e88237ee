"""Makes findings from the texts in `wording.toml`, in Chinese and English."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from schemas.findings import Finding

_MAX_FOUND_LENGTH = 100
"""Maximum length of the value found that a finding repeats."""
_MAX_VALUE_LENGTH = 1_000
"""Maximum length of a value within a sentence."""
_MAX_PATH_LENGTH = 500
"""Maximum length of a path or an expected value, because names in a message may have any length."""


class FindingWords(NamedTuple):
    """The texts of a finding and its remedy, with placeholders `{name}`."""

    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


@cache
def words() -> dict[str, FindingWords]:
    """Return the texts of all codes of this package."""
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
    """Return the finding with this code of `wording.toml`; `zh` and `en` are values that differ by language.

    `shown_as` replaces the code, if the standard has a separate one.
    """
    texts = words()[code]
    values = {name: _shorten(value, _MAX_VALUE_LENGTH) for name, value in values.items()}
    common = {"expected": expected, "found": _shorten(found, _MAX_VALUE_LENGTH), **values}
    in_zh, in_en = {**common, **(zh or {})}, {**common, **(en or {})}
    path, expected = _shorten(path, _MAX_PATH_LENGTH), _shorten(expected, _MAX_PATH_LENGTH)
    return Finding(
        code=shown_as or code,
        zh=texts.zh.format(**in_zh),
        en=texts.en.format(**in_en),
        document=document,
        path=path,
        line=line,
        expected=expected,
        found=_shorten(found),
        remedy_zh=texts.remedy_zh.format(**in_zh).strip(),
        remedy_en=texts.remedy_en.format(**in_en).strip(),
    )


def _shorten(text: Any, max_length: int = _MAX_FOUND_LENGTH) -> Any:
    """Cut a text after `max_length` characters; return other values unchanged."""
    return text[:max_length] + "…" if isinstance(text, str) and len(text) > max_length else text
