"""Puts words, in Chinese and English, to what is wrong with the form of a message; `wording.toml` holds them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from schemas.findings import Finding

_LONGEST = 100
"""Characters of a found value that a finding repeats."""


class Words(NamedTuple):
    """What a finding says and advises; `{name}` in it is filled in."""

    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


@cache
def words() -> dict[str, Words]:
    """The words of every code that this package uses."""
    with (Path(__file__).parent / "wording.toml").open("rb") as file:
        return {code: Words(**texts) for code, texts in tomllib.load(file).items()}


def finding(code: str, *, document: int | None = None, path: str = "", line: int | None = None, expected: str = "",
            found: str = "", shown_as: str = "", zh: dict[str, str] | None = None, en: dict[str, str] | None = None,
            **values: object) -> Finding:
    """The finding with this code of `wording.toml`; `zh` and `en` fill in what differs between the languages.

    `shown_as` replaces the code, where the standard has one of its own.
    """
    say = words()[code]
    in_zh, in_en = {"expected": expected, **values, **(zh or {})}, {"expected": expected, **values, **(en or {})}
    found = found if len(found) <= _LONGEST else found[:_LONGEST] + "…"
    return Finding(shown_as or code, say.zh.format(**in_zh), say.en.format(**in_en), document, path, line, expected,
                   found, say.remedy_zh.format(**in_zh).strip(), say.remedy_en.format(**in_en).strip())
