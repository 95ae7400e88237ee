"""Citations of dated values in English: acts by issuer, year and number, remarks in words (`citations.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_TEXTS = tomllib.loads((Path(__file__).parent / "citations.toml").read_text("utf-8"))
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
_ARTICLE = re.compile(r"第([一二三四五六七八九十]+)条")
_NUMBERS = (
    (re.compile(r"(?<=\d号)[、，](?=\d{4}年第)"), ", "),
    (re.compile(r"(?<=\d号)、(?=第\d)"), ", "),
    (re.compile(r"公告(?=\d|第)"), " Announcement "),
    (re.compile(r"令(?=第)"), " Order "),
    (re.compile(r"(\d{4})年第(\d+)号(?:公告)?"), r"\1 No. \2"),
    (re.compile(r"第(\d+)号"), r"No. \1"),
    (re.compile(r"〔(\d{4})〕(\d+)号"), r" [\1] No. \2"),
)
_PUNCTUATION = str.maketrans(dict(zip("；，、：（）", ("; ", ", ", ", ", ": ", " (", ")"), strict=True)))


@lru_cache(2_048)
def in_english(cited: str) -> str:
    """Return the English form of a citation; a part without one stays as it is."""
    text = cited if cited.isascii() else _replaced(cited, _TEXTS["phrase"])
    text = _ARTICLE.sub(lambda found: f", Article {_number(found[1])}", text)
    for pattern, said in _NUMBERS:
        text = pattern.sub(said, text)
    text = _replaced(text, _TEXTS["issuer"]).translate(_PUNCTUATION)
    return re.sub(r"\s+([,;:)])", r"\1", re.sub(r" {2,}", " ", text)).strip()


def _replaced(text: str, words: Mapping[str, str]) -> str:
    for chinese in sorted((each for each in words if each in text), key=len, reverse=True):
        text = text.replace(chinese, words[chinese])
    return text


def _number(chinese: str) -> int:
    """Return a number below a hundred that is written in Chinese: 四十五 is 45."""
    tens, ten, ones = chinese.rpartition("十")
    return (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones, 0)
