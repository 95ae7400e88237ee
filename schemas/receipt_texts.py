"""The words of receipts: one CSV row a code, in Chinese and English, each marked observed, official or own.

`observed`: code and words were seen in traffic; `official`: the code is published, the words are ours; `own`: both
are ours. A code is permanent. Three forms: customs codes with a return status read `[Code:<code>;Desc:<words>]<tail>`,
the port's words stand alone, and `-301008/15019` puts the words of check 15019 into the frame of -301008. A suffix
behind a dot (`2.inventory`) chooses words and is not printed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from string import Formatter
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

LONGEST = 1000
"""`returnInfo` holds 1,000 characters; longer words are cut."""

ORIGINS = ("observed", "official", "own")
_NOTHING: Mapping[str, str] = MappingProxyType({})
_Part: TypeAlias = tuple[str, str | None, str]


class Text(NamedTuple):
    """One row: the words of a code; `return_status` is empty where the code is only a part of another's words."""

    code: str
    return_status: str
    zh: str
    tail: str
    en: str
    tail_en: str
    origin: str
    source: str


class NoWords(LookupError):
    """A code without words, or words whose value is missing: an error of the program, never of a trader."""


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
    """The file of the words, as it is now."""
    return files("schemas").joinpath("codes/receipt_texts.csv").read_bytes()


class Vocabulary:
    """The words of one edition of the file: those of now, or those with which earlier receipts were given."""

    def __init__(self, source: bytes) -> None:
        self.texts = _read(source)
        """Every row by its code, in the order of the file."""
        self._templates: dict[tuple[str, str], _Template] = {}

    def text(self, code: str) -> Text:
        """The row of a code; raises `NoWords` naming the nearest known one."""
        try:
            return self.texts[code]
        except KeyError:
            near = get_close_matches(code, self.texts, 1, 0.0)
            raise NoWords(f"no words for {code!r}; the nearest code is {near[0]!r}") from None

    def words(self, rule: str, values: Mapping[str, str] = _NOTHING, language: str = "zh") -> str:
        """The words of one rule with its values filled in, as `returnInfo` carries them (at most 1,000 characters).

        A tail whose values are not all given is left out; a missing value of the words themselves raises `NoWords`.
        """
        template = self.template(rule, language)
        if template.constant is not None:
            return template.constant
        return _render(rule, template, values)[:LONGEST]

    def template(self, rule: str, language: str) -> _Template:
        """The words of a rule, cut at their gaps."""
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
        """The noun of a family of codes: -301008 is about an order."""
        family = self.texts.get(frame[:4])
        return {"subject": family.zh if language == "zh" else family.en} if family else _NOTHING


def _read(source: bytes) -> Mapping[str, Text]:
    """Every row by its code; a repeated code is refused."""
    by_code: dict[str, Text] = {}
    for row in csv.DictReader(source.decode("utf-8").splitlines()):
        text = Text(**row)
        if text.code in by_code:
            raise ValueError(f"receipt_texts.csv has {text.code} twice")
        by_code[text.code] = text
    return MappingProxyType(by_code)


@cache
def current() -> Vocabulary:
    """The words of now."""
    return Vocabulary(source())


def texts() -> Mapping[str, Text]:
    """Every row of now by its code, in the order of the file."""
    return current().texts


def text(code: str) -> Text:
    """The row of a code; raises `NoWords` naming the nearest known one."""
    return current().text(code)


def value_name(element: str) -> str:
    """The name under which words use the text of an element: `ebcCode` is `ebc_code`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in element)


def value_names(code: str) -> frozenset[str]:
    """The values without which the words of a code cannot be written, in either language; raises `NoWords`."""
    return current().template(code, "zh").body.names | current().template(code, "en").body.names


@cache
def return_status(rule: str) -> str:
    """The `returnStatus` that goes with a rule: "1320" → "100", "-301008/15019" → "-301008"."""
    return text(rule.partition("/")[0]).return_status


def words(rule: str, values: Mapping[str, str] = _NOTHING, language: str = "zh") -> str:
    """The words of one rule of now; as `Vocabulary.words`."""
    return current().words(rule, values, language)


def return_info(reasons: Iterable[tuple[str, Mapping[str, str], object]], language: str = "zh") -> str:
    """The words of several reasons, in their order, in one `returnInfo`; checks of one frame share it."""
    details: dict[str, list[tuple[str, Mapping[str, str]]]] = {}
    pieces: list[str] = []
    for rule, values, _ in reasons:
        frame, _, detail = rule.partition("/")
        if detail:
            details.setdefault(frame, []).append((detail, {**current().template(rule, language).fixed, **values}))
        else:
            pieces.append(words(rule, values, language))
    for frame, checks in details.items():
        reason = ";".join(words(detail, values, language) for detail, values in checks)
        pieces.append(words(frame, {**checks[0][1], "reason": reason}, language))
    return ";".join(pieces)[:LONGEST]


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
            filled.append(_grouped(values[name]) if spec else values[name])
    return "".join(filled)


def _grouped(amount: str) -> str:
    """An amount as customs prints it: "26114.44" → "26,114.44", "26000.00" → "26,000"."""
    shown = f"{Decimal(amount):,}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _pattern(template: str) -> _Pattern:
    parts = tuple((literal, name, spec or "") for literal, name, spec, _ in Formatter().parse(template))
    return _Pattern(parts, frozenset(name for _, name, _ in parts if name is not None))
