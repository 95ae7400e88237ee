"""Checks that the elements of a segment have the form of their table: one pattern for each segment, which says yes at
once, and a walk over elements and components, which says what is wrong of those that it refuses.

The pattern knows the usual service characters; whatever it does not match is walked over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from schemas.edifact.dates import FORMATS, is_date, is_format
from schemas.edifact.marks import Marks, split, unescape
from schemas.edifact.segments import NUMBER, Segment
from schemas.edifact.tables import Component, Element

Codes = Mapping[tuple[int, int], frozenset[str]]
"""Codes that a guide lists, by (element, component)."""
NO_CODES: Codes = {}
_RELEASED = re.compile(r"\?.", re.DOTALL)
"""A released character, which counts as one and is none of a number or code."""


class FormFault(NamedTuple):
    """A fault of a segment: code of the finding, where (both from 1; no component: 0), and what it is about."""

    code: str
    element: int
    component: int
    name: str
    """Code of the data element or composite."""
    expected: str = ""
    found: str = ""


def pattern(tag: str, elements: tuple[Element, ...], codes: Codes, decimal: str) -> re.Pattern[str]:
    """Return the pattern of a segment's whole text, with the usual service characters and a decimal mark."""
    parts = [_element(element, number, codes, decimal) for number, element in enumerate(elements, 1)]
    return re.compile(re.escape(tag) + _sequence(r"\+", parts, [element.mandatory for element in elements]))


def _sequence(mark: str, parts: list[str], mandatory: list[bool]) -> str:
    """Return the pattern of parts, each after a mark; those at the end may be left out unless one is mandatory."""
    rest, needed = "", False
    for part, must in zip(reversed(parts), reversed(mandatory), strict=True):
        needed = needed or must
        rest = f"(?:{mark}{part if must else f'(?:{part})?'}{rest}){'' if needed else '?'}"
    return rest


def _element(element: Element, number: int, codes: Codes, decimal: str) -> str:
    parts = [_value(part, codes.get((number, place)), decimal) for place, part in enumerate(element.components, 1)]
    if not element.is_composite:
        return parts[0]
    first, mandatory = element.components[0], [part.mandatory for part in element.components]
    begin = parts[0] if first.mandatory else f"(?:{parts[0]})?"
    filled = r"(?=:*[^+:])" if element.mandatory else ""
    return filled + begin + _sequence(":", parts[1:], mandatory[1:])


def _value(part: Component, codes: frozenset[str] | None, decimal: str) -> str:
    least, most = part.least, part.most
    if codes is not None:
        return "(?:" + "|".join(sorted(map(re.escape, codes), key=len, reverse=True)) + ")(?![^+:])"
    if part.kind == "an":
        return f"[^+:?]{{{least},{most}}}+"
    if part.kind == "a":
        return f"[^+:?0-9]{{{least},{most}}}+"
    ends = "(?![^+:])"
    if most == 1:
        return f"-?[0-9]{ends}"
    mark = re.escape(decimal)
    return f"-?(?:[0-9]{{{least},{most}}}+{ends}|(?=[0-9{mark}]{{3,{most + 1}}}{ends})[0-9]++{mark}[0-9]++)"


class SegmentForm(NamedTuple):
    """The form of a segment of a message: its elements, codes that its guide lists, where its dates stand."""

    elements: tuple[Element, ...]
    codes: Codes
    dates: tuple[tuple[int, int, int], ...]
    """(element, component of the value, component of its format)"""
    patterns: Mapping[str, re.Pattern[str]]
    """By decimal mark."""


def form_of(tag: str, elements: tuple[Element, ...], codes: Codes = NO_CODES) -> SegmentForm:
    """Return the form of a segment."""
    patterns = {mark: pattern(tag, elements, codes, mark) for mark in ".,"}
    return SegmentForm(elements, codes, tuple(_dates(elements)), patterns)


def _dates(elements: tuple[Element, ...]) -> Iterator[tuple[int, int, int]]:
    for number, element in enumerate(elements, 1):
        places = {part.code: place for place, part in enumerate(element.components, 1)}
        if "2380" in places and "2379" in places:
            yield number, places["2380"], places["2379"]


def is_usual(marks: Marks) -> bool:
    """Return True if patterns can judge an interchange of these service characters."""
    return marks[0] == ":" and marks[1] == "+" and marks[3] == "?" and marks[4] == " "


def has_form(segment: Segment, form: SegmentForm, usual: bool) -> bool:
    """Return True if a segment surely has its form; False says nothing. `usual`: what `is_usual` says."""
    raw = segment.raw
    if "?" in raw:
        raw = _RELEASED.sub("_", raw)
    return usual and form.patterns[segment.marks[2]].fullmatch(raw) is not None


def date_faults(segment: Segment, form: SegmentForm) -> Iterator[FormFault]:
    """Yield what is wrong with a segment's dates; `edifact-date-…` that no error code has are warnings."""
    for element, at, format_at in form.dates:
        values = segment.components(element)
        value, told = (values[place - 1] if place <= len(values) else "" for place in (at, format_at))
        if told and not is_format(told):
            yield FormFault("edifact-date-format", element, format_at, "2379", "102 203 303 718", told)
        elif value and told and not is_date(value, told):
            yield FormFault("edifact-date", element, at, "2380", FORMATS.get(told, "n..35"), value)
        elif value and not told:
            yield FormFault("edifact-date-without-format", element, format_at, "2379", "102 203 303", value)
        elif told and not value:
            yield FormFault("edifact-format-without-date", element, at, "2380", FORMATS.get(told, ""), told)


def faults(segment: Segment, elements: tuple[Element, ...], codes: Codes, strict_decimal: bool) -> Iterator[FormFault]:
    """Yield what is wrong with a segment's elements. `strict_decimal`: numbers have the decimal mark of the service
    characters and no other."""
    texts, marks = segment.elements, segment.marks
    for number, element in enumerate(elements, 1):
        text = texts[number] if number < len(texts) else ""
        if not text.strip(marks.component):
            if element.mandatory:
                name = element.code if element.is_composite else element.components[0].code
                yield FormFault("edifact-missing-element", number, 0, name)
            continue
        repeated = split(text, marks.repetition, marks)
        if len(repeated) > 1:
            yield FormFault("edifact-repeated-element", number, 0, element.code, "1", str(len(repeated)))
        for once in repeated:
            yield from _components(split(once, marks.component, marks), number, element, segment, codes, strict_decimal)
    if any(text.strip(marks.component) for text in texts[len(elements) + 1 :]):
        last = next(at for at in range(len(texts) - 1, 0, -1) if texts[at].strip(marks.component))
        yield FormFault("edifact-too-many-elements", last, 0, segment.tag, str(len(elements)), str(last))


def _components(
    texts: list[str], number: int, element: Element, segment: Segment, codes: Codes, strict_decimal: bool
) -> Iterator[FormFault]:
    for place, part in enumerate(element.components, 1):
        text = texts[place - 1] if place <= len(texts) else ""
        if not text:
            if part.mandatory:
                yield FormFault("edifact-missing-element", number, place, part.code)
            continue
        value, shown = _decoded(text, segment), place if element.is_composite else 0
        yield from _wrong_value(value, part, number, shown, segment.marks, strict_decimal)
        listed = codes.get((number, place))
        if listed is not None and value not in listed:
            yield FormFault("edifact-code", number, shown, part.code, " ".join(sorted(listed)), value)
    if any(texts[len(element.components) :]):
        last = max(at for at, text in enumerate(texts, 1) if text)
        yield FormFault(
            "edifact-too-many-elements", number, last, element.code, str(len(element.components)), str(last)
        )


def _decoded(text: str, segment: Segment) -> str:
    value = unescape(text, segment.marks)
    return value if value.isascii() else value.encode("latin-1").decode(segment.charset, "replace")


def _wrong_value(
    value: str, part: Component, number: int, place: int, marks: Marks, strict_decimal: bool
) -> Iterator[FormFault]:
    length = len(value)
    if part.kind == "n":
        if NUMBER.fullmatch(value) is None:
            yield FormFault("edifact-not-a-number", number, place, part.code, part.form, value)
            return
        wrong = {".": ",", ",": "."}[marks.decimal]
        if strict_decimal and wrong in value:
            yield FormFault("edifact-decimal-mark", number, place, part.code, marks.decimal, value)
        length = sum(map(str.isdigit, value))
    elif part.kind == "a" and any(map(str.isdigit, value)):
        yield FormFault("edifact-not-alphabetic", number, place, part.code, part.form, value)
    if length > part.most:
        yield FormFault("edifact-too-long", number, place, part.code, part.form, value)
    elif length < part.least:
        yield FormFault("edifact-too-short", number, place, part.code, part.form, value)
