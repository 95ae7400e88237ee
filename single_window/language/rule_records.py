"""All that is known about a code, joined: its words, the checks behind it, the fields it concerns, the remedy.

The command, the API and the reference page of rules are all made of these records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from declarations import rules
from declarations.rules import RuleDoc
from schemas import catalogue, receipt_texts
from schemas.receipt_texts import Text
from schemas.remedies import SUBJECT, remedy
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import Refused

NEAREST = 3
LONGEST = 40
"""Characters of a code; a longer one is none."""


class ConcernedElements(NamedTuple):
    """The elements of a kind of document that a code concerns; "*" for a document of any kind that has them."""

    kind: str
    title: Words
    elements: tuple[str, ...]


class RuleRecord(NamedTuple):
    """All that is known about a code."""

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
    """The codes most like one, best first; like one with a stroke those of checks in their answers."""
    known = [check.code for check in rules.describe()] if "/" in code else list(receipt_texts.texts())
    return get_close_matches(code[:LONGEST], dict.fromkeys(known), NEAREST, 0.5)


def record(code: str) -> RuleRecord:
    """All about a code: "1320", "15019", or "-301008/15019" for a check in its frame. Raises `Refused`."""
    frame, _, detail = code.partition("/")
    known = receipt_texts.texts()
    if (detail or frame) not in known or (detail and code not in {check.code for check in _checks(detail)}):
        raise unknown(code)
    text = known[detail or frame]
    checks = [check for check in _checks(text.code) if not detail or check.code == code]
    return _record(code, text, checks)


def unknown(code: str) -> Refused:
    """The refusal of a code that no rule has; it names the nearest."""
    near = ", ".join(nearest(code))
    text = f"No rule has the code {code[:LONGEST]}.{f' Near it: {near}.' if near else ''}"
    return Refused("no-such-rule", text, found=code[:LONGEST], expected=near, near=near or "–")


@cache
def records() -> tuple[RuleRecord, ...]:
    """All codes, in the order of their words."""
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
    """The elements concerned, by kind of document."""
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
    """The elements of a kind's documents in every edition, with its line element."""
    entry = catalogue.by_kind(kind)
    return frozenset(
        {name for edition in entry.editions for part in catalogue.names(entry.code, edition) for name in part}
        | {entry.line or entry.document}
    )


def subjects(code: str, checked: set[str]) -> list[str]:
    """The kinds whose documents are answered with a code: those that a check of it looks at, or whose catalogue names
    it; in the order of the catalogue."""
    return [
        entry.kind
        for entry in catalogue.entries()
        if entry.handling is not None
        and (
            entry.kind in checked
            or code
            in {
                entry.invalid,
                entry.too_many,
                *(
                    part
                    for answer in (*entry.handling.duplicate, *(entry.handling.other_numbers or ()))
                    for part in answer.split("/")
                ),
            }
        )
    ]


@cache
def _every_check() -> Mapping[str, tuple[RuleDoc, ...]]:
    by_code: dict[str, list[RuleDoc]] = {}
    for check in rules.describe():
        by_code.setdefault(check.code.rpartition("/")[2], []).append(check)
    return {code: tuple(checks) for code, checks in by_code.items()}


def _checks(code: str) -> tuple[RuleDoc, ...]:
    return _every_check().get(code, ())
