"""Everything known about a code: its text, the checks that write it, the fields it concerns, the remedy.

The command, the call and the reference page of rules use these records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from declarations import rules
from declarations.rules import RuleDoc
from schemas import catalogue, receipt_texts, wording
from schemas.receipt_texts import Text
from schemas.remedies import SUBJECT, remedy
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import Refused

MAX_NEAREST = 3
MAX_CODE_LENGTH = 40
"""Limit of characters of a code."""


class ConcernedElements(NamedTuple):
    """The elements of a kind of document that a code concerns; kind "*" means every kind that has them."""

    kind: str
    title: Words
    elements: tuple[str, ...]


class RuleRecord(NamedTuple):
    """Everything known about a code."""

    code: str
    return_status: str
    zh: str
    en: str
    origin: str
    source: str
    checks: Sequence[RuleDoc]
    fields: Sequence[ConcernedElements]
    expected: str
    remedy_zh: str
    remedy_en: str


def nearest(code: str) -> list[str]:
    """Return the codes most similar to one, best first; for one with a slash, codes of checks within answers."""
    known = [check.code for check in rules.describe()] if "/" in code else [*receipt_texts.texts(), *wording.words()]
    return get_close_matches(code[:MAX_CODE_LENGTH], dict.fromkeys(known), MAX_NEAREST, 0.5)


def record(code: str) -> RuleRecord:
    """Return the record of a code: "1320", "15019", "-301008/15019" for a check within an answer, or "wrong-encoding"
    of a finding about a message.

    Raises `Refused`."""
    frame, _, detail = code.partition("/")
    known = receipt_texts.texts()
    if code in wording.words():
        return _record_of_finding(code)
    if (detail or frame) not in known or (detail and code not in {check.code for check in _checks(detail)}):
        raise unknown_code(code)
    text = known[detail or frame]
    checks = [check for check in _checks(text.code) if not detail or check.code == code]
    return _record(code, text, checks)


def unknown_code(code: str) -> Refused:
    """Return the refusal of an unknown code, with the nearest codes."""
    near = ", ".join(nearest(code))
    text = f"No rule has the code {code[:MAX_CODE_LENGTH]}.{f' Similar codes: {near}.' if near else ''}"
    return Refused("no-such-rule", text, found=code[:MAX_CODE_LENGTH], expected=near, near=near or "–")


def _record_of_finding(code: str) -> RuleRecord:
    """The record of a finding about the form of a message, such as "wrong-encoding": no receipt writes it."""
    text = wording.words()[code]
    return RuleRecord(code, "", text.zh, text.en, "own", "schemas", (), (), "", text.remedy_zh, text.remedy_en)


@cache
def records() -> tuple[RuleRecord, ...]:
    """Return the records of all codes, in the order of their texts."""
    return tuple(_record(text.code, text, _checks(text.code)) for text in receipt_texts.texts().values())


def _record(code: str, text: Text, checks: Sequence[RuleDoc]) -> RuleRecord:
    row = remedy(code)
    return RuleRecord(
        code=code,
        return_status=text.return_status,
        zh=text.zh + text.tail,
        en=text.en + (text.tail_en or text.tail),
        origin=text.origin,
        source=text.source,
        checks=checks,
        fields=_fields(text.code, {check.kind for check in checks}),
        expected=row.expected,
        remedy_zh=row.zh,
        remedy_en=row.en,
    )


def _fields(code: str, checked: set[str]) -> list[ConcernedElements]:
    """Return the elements concerned, by kind of document."""
    fields = dict(remedy(code).fields)
    elements = fields.pop(SUBJECT, ())
    kinds = (
        {
            kind: tuple(name for name in elements if name in elements_of(kind)) or elements
            for kind in subjects(code, checked)
        }
        if elements
        else {}
    )
    by_kind = {**kinds, **fields} if kinds or not elements else {SUBJECT: elements, **fields}
    return [ConcernedElements(kind, _title(kind), tuple(names)) for kind, names in by_kind.items()]


def _title(kind: str) -> Words:
    return phrases.kind(kind) if kind != SUBJECT else Words("被校验的单证", "the document that was checked")


@cache
def elements_of(kind: str) -> frozenset[str]:
    """Return the elements of a kind's documents in all editions, with the line element."""
    entry = catalogue.by_kind(kind)
    return frozenset(
        {name for edition in entry.editions for part in catalogue.names(entry.code, edition) for name in part}
        | {entry.line or entry.document}
    )


def subjects(code: str, checked: set[str]) -> list[str]:
    """Return the kinds whose documents are answered with a code, by a check or by the catalogue, in catalogue order."""
    kinds = []
    for entry in catalogue.entries():
        if entry.handling is not None:
            answers = (*entry.handling.duplicate, *(entry.handling.other_numbers or ()))
            codes = {part for answer in answers for part in answer.split("/")}
            if entry.kind in checked or code in {entry.invalid, entry.too_many, *codes}:
                kinds.append(entry.kind)
    return kinds


@cache
def _every_check() -> Mapping[str, tuple[RuleDoc, ...]]:
    by_code: dict[str, list[RuleDoc]] = {}
    for check in rules.describe():
        by_code.setdefault(check.code.rpartition("/")[2], []).append(check)
    return {code: tuple(checks) for code, checks in by_code.items()}


def _checks(code: str) -> tuple[RuleDoc, ...]:
    return _every_check().get(code, ())
