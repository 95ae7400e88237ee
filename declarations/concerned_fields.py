"""Finds the fields that a reason concerns, in each document, with their values.

Reads documents' facts; the line numbers in the XML are added by `schemas.locating`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from declarations.documents import Document
from declarations.documents.extraction import field_name, written
from declarations.reasons import Reason
from schemas import catalogue
from schemas.message_types import EDITION, MessageType
from schemas.remedies import Remedy, remedy

MAX_FIELDS = 40
"""Maximum number of fields reported for one reason."""
MAX_LINES = 100
"""Maximum number of lines of one document searched for a reason, more than a list may have."""


class ConcernedField(NamedTuple):
    """One field of a document that a finding concerns: path, value found, value expected.

    `number` is the sender's number of the document, `document` its position in its message, from 1; `line` is the line
    in the XML as it was sent, None if that is not available.
    """

    kind: str
    number: str
    document: int
    path: str
    line: int | None = None
    found: str = ""
    expected: str = ""


@dataclass(frozen=True, slots=True)
class ConcernedDocument:
    """A document that a reason may concern: number `position` (from 1) of the `count` documents in its message."""

    kind: str
    number: str
    facts: Document
    position: int = 1
    count: int = 1
    _numbers: dict[str, dict[str, list[int]]] = field(default_factory=dict, repr=False, compare=False)
    """Cache: element → text → numbers of the lines that contain it, from 1. There may be a reason for each line."""

    @property
    def entry(self) -> MessageType:
        """Its message type."""
        return catalogue.by_kind(self.kind)

    def lines_with(self, element: str, text: str) -> list[int]:
        """Return the numbers (from 1) of the first `MAX_LINES` lines whose element has this text."""
        if element not in self._numbers:
            numbers = self._numbers[element] = {}
            for number, line in enumerate(self.facts.lines, 1):
                numbers.setdefault(_text_of(line, element), []).append(number)
        return self._numbers[element].get(text, [])[:MAX_LINES]

    @property
    def path(self) -> str:
        """The path of its XML element."""
        return f"/{self.entry.root}/{self.entry.document}" + (f"[{self.position}]" if self.count > 1 else "")


class _ComparableField(NamedTuple):
    """A field with the keys of its counterpart: the index of its element in the remedy, and the line number (gnum)."""

    element_index: int
    gnum: str
    field: ConcernedField


def concerned_fields(reason: Reason, documents: Sequence[ConcernedDocument]) -> tuple[ConcernedField, ...]:
    """Return the fields that a reason concerns. The first document is the checked one, and its fields come first.

    Of compared fields only those that differ are returned, each with the other document's value as expected.
    """
    rule_remedy = remedy(reason.rule)
    comparable_fields = [
        comparable
        for index, source in enumerate(documents)
        for comparable in _find_fields(rule_remedy.elements(source.kind, index == 0), source, reason)
    ]
    if rule_remedy.compared and len({comparable.field.kind for comparable in comparable_fields}) > 1:
        return tuple(_select_differing(comparable_fields)[:MAX_FIELDS])
    return tuple(
        _add_expected([comparable.field for comparable in comparable_fields], rule_remedy, reason.values)[:MAX_FIELDS]
    )


def found_and_expected(reason: Reason, fields: Sequence[ConcernedField]) -> tuple[str, str]:
    """Return the values found and expected as short texts: of the first field, or of all fields together."""
    rule_remedy = remedy(reason.rule)
    if rule_remedy.found:
        return fill_template(rule_remedy.found, reason.values), fill_template(rule_remedy.expected, reason.values)
    return (fields[0].found, fields[0].expected) if fields else (reason.values.get("found", ""), "")


def fill_template(template: str, values: Mapping[str, str]) -> str:
    """Fill a reason's values into a template; empty if one is missing."""
    try:
        return template.format_map(values)
    except KeyError:
        return ""


def _find_fields(names: Sequence[str], source: ConcernedDocument, reason: Reason) -> Iterator[_ComparableField]:
    element_names = _element_names_of(source)
    for index, name in enumerate(_select_elements(names, source, reason)):
        if "/" in name:
            path = name if name.startswith("/") else f"/{source.entry.root}/{name}"
            yield _ComparableField(index, "", _make_field(source, path, ""))
        elif name == source.entry.line:
            count = str(len(source.facts.lines))
            yield _ComparableField(index, "", _make_field(source, f"{source.path}/{name}", count))
        elif name in element_names.line and (name not in element_names.head or "gnum" in reason.values):
            yield from _find_line_fields(index, name, source, reason)
        elif name in element_names.head:
            head = f"/{source.entry.head}" if source.entry.head else ""
            yield _ComparableField(
                index, "", _make_field(source, f"{source.path}{head}/{name}", _text_of(source.facts, name))
            )


def _select_elements(names: Sequence[str], source: ConcernedDocument, reason: Reason) -> Sequence[str]:
    """The element that the reason's `field` names, or those whose text is its `code`; else all."""
    if (field := reason.values.get("field") or reason.values.get("element", "")) in names:
        return [field]
    code = reason.values.get("code", "")
    return [name for name in names if code and _text_of(source.facts, name) == code] or names


class _ElementNames(NamedTuple):
    head: frozenset[str]
    line: frozenset[str]


def _element_names_of(source: ConcernedDocument) -> _ElementNames:
    entry = source.entry
    head, line = catalogue.names(entry.code, EDITION if EDITION in entry.editions else entry.editions[0])
    return _ElementNames(frozenset(head), frozenset(line))


def _find_line_fields(index: int, name: str, source: ConcernedDocument, reason: Reason) -> Iterator[_ComparableField]:
    """Yield an element of the lines that the reason names by number, else of those with the value found, else of
    all."""
    wanted_gnums = frozenset((reason.values.get("gnum") or reason.values.get("line", "")).split(",")) - {""}
    line_numbers = sorted({number for text in wanted_gnums for number in source.lines_with("gnum", text)})[:MAX_LINES]
    if not wanted_gnums and "found" in reason.values:
        line_numbers = source.lines_with(name, reason.values["found"])
    for number in line_numbers or ([] if wanted_gnums else range(1, min(MAX_FIELDS, len(source.facts.lines)) + 1)):
        line = source.facts.lines[number - 1]
        path = f"{source.path}/{source.entry.line}[{number}]/{name}"
        yield _ComparableField(index, _text_of(line, "gnum"), _make_field(source, path, _text_of(line, name)))


def _make_field(source: ConcernedDocument, path: str, text: str) -> ConcernedField:
    return ConcernedField(source.kind, source.number, source.position, path, None, text)


def _text_of(part: Any, element: str) -> str:
    name = field_name(element)
    return written(name, getattr(part, name, ""))


def _select_differing(comparable_fields: Sequence[_ComparableField]) -> list[ConcernedField]:
    """Fields of two documents that differ (if none does, all), each with the other document's value as expected."""
    differing_fields, equal_fields = [], []
    for comparable in comparable_fields:
        other_texts = [
            other.field.found
            for other in comparable_fields
            if other[:2] == comparable[:2] and other.field.kind != comparable.field.kind
        ]
        expected = next((other_text for other_text in other_texts if other_text != comparable.field.found), None)
        if expected is None and other_texts:
            equal_fields.append(comparable.field)
        else:
            differing_fields.append(comparable.field._replace(expected=expected or ""))
    return differing_fields or equal_fields


def _add_expected(fields: list[ConcernedField], rule_remedy: Remedy, values: Mapping[str, str]) -> list[ConcernedField]:
    """Fields of one document; the first gets the reason's values found and expected."""
    if not fields:
        return fields
    if rule_remedy.found:  # the values concern all fields together, so they fit no single one
        return fields
    first, *rest = fields
    expected = values.get("expected", "") or fill_template(rule_remedy.expected, values)
    return [first._replace(found=values.get("found", "") or first.found, expected=expected), *rest]
