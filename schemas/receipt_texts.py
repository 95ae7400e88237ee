"""The texts of receipts: one CSV row for each code, in Chinese and English.

The origin of a row is `observed` (code and text were seen in traffic), `official` (the code is published, the text is
ours) or `own` (both are ours). Codes are permanent. There are three forms: customs codes with a return status are
written `[Code:<code>;Desc:<text>]<tail>`; the port's texts are written alone; `-301008/15019` puts the text of check
15019 into that of -301008 (the frame). A suffix after a dot (`2.inventory`) selects a text and is not written.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from schemas.fragments import fragments

MAX_RETURN_INFO_LENGTH = 1000
"""Maximum length of `returnInfo`; longer texts are cut."""

ORIGINS = ("observed", "official", "own")
_NOTHING: Mapping[str, str] = MappingProxyType({})
_Part: TypeAlias = tuple[str, str | None, str]


class Text(NamedTuple):
    """One row: the text of a code; `return_status` is empty if the code is only a part of another code's text."""

    code: str
    return_status: str
    zh: str
    tail: str
    en: str
    tail_en: str
    origin: str
    source: str


class NoWords(LookupError):
    """Raised for a code without a text, or a missing value of a text: an error of the program, not of a participant."""


class _Pattern(NamedTuple):
    parts: tuple[_Part, ...]
    names: frozenset[str]


class _Template(NamedTuple):
    constant: str | None
    body: _Pattern
    tail: _Pattern
    fixed: Mapping[str, str]
    frame: _Template | None = None


def source() -> bytes:
    """Return the current texts: the common file, then the rows of each agency."""
    common, *own = _files()
    return b"".join((common.read_bytes(), *(path.read_bytes().partition(b"\n")[2] for path in own)))


def _files() -> tuple[Path, ...]:
    return (Path(__file__).parent.joinpath("codes/receipt_texts.csv"), *fragments("receipt_texts.csv"))


def _homes(code: str) -> str:
    """The files that have a row of a code, as errors tell them."""
    root = Path(__file__).parent.parent
    return " and ".join(
        path.relative_to(root).as_posix()
        for path in _files()
        if any(line.startswith(f"{code},") for line in path.read_text("utf-8").splitlines())
    )


@cache
def own_codes(agency: str) -> tuple[str, ...]:
    """Return the codes of an agency's own file, in its order; none if it has no file."""
    own = (path for path in fragments("receipt_texts.csv") if path.parent.name == agency)
    return tuple(code for path in own for code in _read(path.read_bytes()))


class Vocabulary:
    """The texts of one version of the file: the current one, or one with which earlier receipts were written."""

    def __init__(self, source: bytes) -> None:
        self.texts = _read(source)
        """All rows by code, in the order of the file."""
        self._templates: dict[tuple[str, str], _Template] = {}

    def text(self, code: str) -> Text:
        """Return the row of a code; raises `NoWords`, naming the nearest known one."""
        try:
            return self.texts[code]
        except KeyError:
            near = get_close_matches(code, self.texts, 1, 0.0)
            raise NoWords(f"no words for {code!r}; the nearest code is {near[0]!r}") from None

    def words(self, rule: str, values: Mapping[str, str] = _NOTHING, language: str = "zh") -> str:
        """Return the text of a rule with its values filled in, for `returnInfo` (at most 1,000 characters).

        A tail is omitted if one of its values is missing; a missing value of the main text raises `NoWords`.
        """
        template = self.template(rule, language)
        if template.constant is not None:
            return template.constant
        return _render(rule, template, values)[:MAX_RETURN_INFO_LENGTH]

    def template(self, rule: str, language: str) -> _Template:
        """Return the parsed text of a rule, cached."""
        known = self._templates.get((rule, language))
        if known is None:
            known = self._templates[rule, language] = self._cut(rule, language)
        return known

    def _cut(self, rule: str, language: str) -> _Template:
        frame, _, detail = rule.partition("/")
        row = self.text(detail or frame)
        body, tail = (row.zh, row.tail) if language == "zh" else (row.en, row.tail_en or row.tail)
        printed = row.code.partition(".")[0]
        if row.return_status and len(printed) > 3 and printed.isdigit():
            body = f"[Code:{printed};Desc:{body}]"
        outer = self.template(frame, language) if detail else None
        patterns = _pattern(body), _pattern(tail)
        constant = body + tail if not any((patterns[0].names, patterns[1].names, outer)) else None
        return _Template(constant, *patterns, self._subject(frame, language) if detail else _NOTHING, outer)

    def _subject(self, frame: str, language: str) -> Mapping[str, str]:
        """The noun of a family of codes, as value `subject`: -301008 is about an order."""
        family = self.texts.get(frame[:4])
        return {"subject": family.zh if language == "zh" else family.en} if family else _NOTHING


def _read(source: bytes) -> Mapping[str, Text]:
    """Read all rows by code; raises `ValueError` for a repeated code."""
    by_code: dict[str, Text] = {}
    for row in csv.DictReader(source.decode("utf-8").splitlines()):
        text = Text(**row)
        if text.code in by_code:
            raise ValueError(f"there are two texts of {text.code}: see {_homes(text.code)}")
        by_code[text.code] = text
    return MappingProxyType(by_code)


@cache
def current() -> Vocabulary:
    """Return the current texts."""
    return Vocabulary(source())


def texts() -> Mapping[str, Text]:
    """Return all current rows by code, in the order of the file."""
    return current().texts


def text(code: str) -> Text:
    """Return the row of a code; raises `NoWords`, naming the nearest known one."""
    return current().text(code)


def value_name(element: str) -> str:
    """Return the name of an element's text as a value in texts: `ebcCode` → `ebc_code`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in element)


def value_names(code: str) -> frozenset[str]:
    """Return the names of the values required by the text of a code, in both languages; raises `NoWords`."""
    return current().template(code, "zh").body.names | current().template(code, "en").body.names


@cache
def return_status(rule: str) -> str:
    """Return the `returnStatus` of a rule: "1320" → "100", "-301008/15019" → "-301008"."""
    return text(rule.partition("/")[0]).return_status


def words(rule: str, values: Mapping[str, str] = _NOTHING, language: str = "zh") -> str:
    """Return the current text of a rule, like `Vocabulary.words`."""
    return current().words(rule, values, language)


def _render(rule: str, template: _Template, values: Mapping[str, str]) -> str:
    if template.fixed:
        values = {**template.fixed, **values}
    try:
        shown = _fill(template.body, values)
        if template.tail.parts and template.tail.names <= values.keys():
            shown += _fill(template.tail, values)
        if template.frame is not None:
            shown = _fill(template.frame.body, {**values, "reason": shown})
    except KeyError as missing:
        raise NoWords(f"the words of {rule} need the value {missing}") from None
    return shown


def _fill(pattern: _Pattern, values: Mapping[str, str]) -> str:
    filled = []
    for literal, name, spec in pattern.parts:
        filled.append(literal)
        if name is not None:
            filled.append(_group_digits(values[name]) if spec else values[name])
    return "".join(filled)


def _group_digits(amount: str) -> str:
    """Format an amount like customs: "26114.44" → "26,114.44", "26000.00" → "26,000"."""
    shown = f"{Decimal(amount):,}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _pattern(template: str) -> _Pattern:
    parts = tuple((literal, name, spec or "") for literal, name, spec, _ in Formatter().parse(template))
    return _Pattern(parts, frozenset(name for _, name, _ in parts if name is not None))
