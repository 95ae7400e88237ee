"""Texts for people: names of elements and codes in words, without control characters for text direction, and cells that
spreadsheet programs do not run as formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache

from schemas import catalogue
from schemas.codes import CodeTable, countries, currencies, offices, trade_modes, transport_modes, units, wrap_types
from single_window.language import phrases
from single_window.language.words import ZH, Words

_CODED = re.compile(r"\[Code:([\w.-]+);Desc:((?:[^\[\]]|\[[^\]]*\])*)\]")
_NAMED = re.compile(r"(?<=[\[,;])( ?)([A-Za-z]\w*(?:\.\w+)?):([^\],;]*)")
_AT_THE_END = re.compile(r"[,，]?\s*\[([^\[\]]*)\](?=(?: \([\w.-]+\))?[.。]?$)")
_BRACKETED = re.compile(r"(?<=[,，])?\[([^\[\]]+)\]")
_AFTER_NAME = re.compile(r"^([^\d:：]*[A-Za-z\u4e00-\u9fff])[:：]\s*")
_COMMA = re.compile(r"[,，]\s*")
_TIME = re.compile(r"(?<![\w-])(20\d\d)(0[1-9]|1[0-2])([0-3]\d)([01]\d|2[0-3])([0-5]\d)[0-5]\d(?![\w-])", re.ASCII)
"""A time as receipts have it, yyyyMMddHHmmss, that is no part of a longer number."""
_TYPED = "\ue000"
"""What stands for typed words while a text is made readable: of private use, so that nobody types it."""
_DIRECTION_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters of text direction, with which one name could look like another."""
CODE_TABLES: Mapping[str, CodeTable] = {
    **dict.fromkeys(("unit", "unit1", "unit2"), units),
    "currency": currencies,
    **dict.fromkeys(("country", "tradeCountry"), countries),
    **dict.fromkeys(("customsCode", "portCode"), offices),
    "tradeMode": trade_modes,
    "trafMode": transport_modes,
    "wrapType": wrap_types,
}
"""The code table of an element."""


def without_code(text: str) -> str:
    """Return the text of a reason that a receipt tells with its code: `[Code:17227;Desc:…]`."""
    found = _CODED.fullmatch(text)
    return found[2] if found else text


def reason(text: str, language: str) -> str:
    """Return the text of a reason without the receipts' notation.

    `[Code:17227;Desc:…],[gnum:1]` becomes the description, the code in parentheses and the names of elements."""

    def named(match: re.Match[str]) -> str:
        space, name, text = match.groups()
        return f"{space}{element(name).text(language)} {value(name.rpartition('.')[2], text.strip(), language)}"

    return _NAMED.sub(named, _CODED.sub(lambda match: f"{match[2]} ({match[1]})", text))


def spoken(text: str, language: str, typed: str = "") -> str:
    """Return the text of a reason as a sentence: also without brackets, those at its end after a colon.

    `must carry a rate [goods code: 1, exported: 2]` becomes `must carry a rate: goods code 1, exported 2`. `typed`:
    words of a person within it, which stay as they are."""
    if typed:
        return spoken(text.replace(typed, _TYPED, 1), language).replace(_TYPED, typed)
    told = reason(text, language)
    at_end = _AT_THE_END.search(told)
    if at_end:
        told = f"{told[: at_end.start()]}{_ending(told[: at_end.start()], at_end, language)}{told[at_end.end() :]}"
    return _BRACKETED.sub(lambda found: _unnamed(found[1]), told)


def _ending(before: str, details: re.Match[str], language: str) -> str:
    """The details at the end of a text: named ones after a colon, or a semicolon if the text has a colon of its own."""
    if not re.search(r"[,， :：]", details[1]):
        return f" {details[1]}" if before[-1:].isascii() else details[1]
    colon, semicolon, comma = ("：", "；", "，") if language == ZH else (": ", "; ", ", ")
    return f"{semicolon if colon.strip() in before else colon}{_unnamed(details[1], comma)}"


def _unnamed(details: str, comma: str = ", ") -> str:
    """Details without the colons after their names."""
    return comma.join(_AFTER_NAME.sub(r"\1 ", part) for part in _COMMA.split(details))


def with_times(text: str) -> str:
    """Return a text whose times of receipts are written as pages write times, to the minute."""
    return _TIME.sub(r"\1-\2-\3 \4:\5", text)


def description(text: str) -> str:
    """Return the words of a receipt's text alone: `[Code:1300;Desc:…]` becomes the description."""
    return _CODED.sub(lambda match: match[2], text)


def element(name: str) -> Words:
    """Return the title of an element, with its document for a name such as InventoryHead.orderNo.

    An element that is in no schema is returned unchanged."""
    head, _, own = name.rpartition(".")
    known = (
        phrases.phrase("element", own) if own in phrases.book()["element"] else _elements().get(own) or _details(own)
    )
    document = _documents().get(head)
    return Words(f"{document.zh}{known.zh}", f"{known.en} of the {document.en}") if document else known


def value(name: str, text: str, language: str) -> str:
    """Return a value of an element; a code is followed by its meaning."""
    known = CODE_TABLES[name].get(text) if name in CODE_TABLES else None
    return text if known is None else f"{text} {Words(known.zh, known.en).text(language)}"


def straight(text: str) -> str:
    """Return a text with its direction control characters made visible, such as [U+202E]."""
    return _DIRECTION_CONTROLS.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def _details(name: str) -> Words:
    return phrases.phrase("detail", name) if name in phrases.book()["detail"] else Words(name, name)


@cache
def _elements() -> Mapping[str, Words]:
    """Return the titles of elements of messages that participants send, from the first message with each element."""
    named: dict[str, Words] = {}
    for entry in catalogue.entries():
        layout = catalogue.layout(entry.code)
        for field in (*layout.head, *layout.line):
            named.setdefault(field.name, Words(field.zh or field.name, field.en or field.name))
    return named


@cache
def _documents() -> Mapping[str, Words]:
    """Return the titles of documents by the names of their heads and lines, such as InventoryHead."""
    named: dict[str, Words] = {}
    for entry in catalogue.entries():
        for name in filter(None, (entry.head, entry.line, entry.document)):
            named.setdefault(name, phrases.kind(entry.kind))
    return named


_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The signs with which a formula begins, full-width forms included."""


def spreadsheet_cells(row: Iterable[object]) -> list[object]:
    """Return the cells of a row; a text that begins like a formula gets an apostrophe in front, so it is not run."""
    return [f"'{value}" if isinstance(value, str) and _is_formula(value) else value for value in row]


def _is_formula(text: str) -> bool:
    return text.lstrip(" ").startswith(_FORMULA_SIGNS) and not _is_number(text)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
