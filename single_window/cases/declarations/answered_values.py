"""The values that a declarant names in an answer, as a column of their own beside his documents.

A line of an answer that begins with the name of a compared value and a colon, as `运费：10.00` or `freight: 10.00`,
names it. Everything else of an answer stays where its words are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from single_window.cases.declarations.parts import ComparedValue, Evidence
from single_window.language import phrases
from single_window.store.questions import Question

ANSWER = "answer"
"""The name of the column."""
MAX_VALUE = 100
"""Maximum characters of a value that are shown."""
_LINE = re.compile(r"\s*(?:[-*·]\s*)?([^:：]{1,60})[:：]\s*(\S.*)")
_IN_BRACKETS = re.compile(r"[（(].*?[）)]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_AMOUNT = re.compile(r"(\d+\.\d+|\d+$)(?: \S+)?", re.ASCII)
"""An amount or a quantity of a document, with its currency or unit."""
_NO_NAME = re.compile(r"[\s_]+")


def with_answer(evidence: Evidence, asked: Sequence[Question]) -> Evidence:
    """Return the evidence with a column of what the newest answer names; without one if it names nothing. `asked`: the
    questions about the list, newest first."""
    answered = next((question for question in asked if question.answer), None)
    named = list(_named(answered.answer)) if answered is not None else []
    values = [_value_of(row, named) for row in evidence.rows]
    if not any(values):
        return evidence
    column = (ANSWER, phrases.phrase("label", ANSWER))
    rows = [
        replace(
            row,
            texts=(*row.texts, value),
            differs=row.differs or contradicts(value, row.texts),
            answered=bool(value),
        )
        for row, value in zip(evidence.rows, values, strict=True)
    ]
    in_order = sorted(rows, key=lambda row: (not row.differs, not (row.answered or row.questioned)))
    return replace(evidence, columns=(*evidence.columns, column), rows=tuple(in_order))


def contradicts(value: str, texts: Sequence[str]) -> bool:
    """True if a value of an answer is none of what documents say, empty texts apart: a number of another amount, or
    words that neither stand in the document's nor hold them."""
    said = [text for text in texts if text]
    if not value or not said:
        return False
    amount = _NUMBER.search(value.replace(",", ""))
    amounts = [number for text in said if (number := _AMOUNT.fullmatch(text))]
    if len(amounts) == len(said):
        return amount is None or all(Decimal(amount[0]) != Decimal(number[1]) for number in amounts)
    plain = _plain(value)
    return not any(plain in _plain(text) or _plain(text) in plain for text in said)


def _named(answer: str) -> Iterator[tuple[str, str]]:
    """The names at the beginning of lines, each with what follows it."""
    for line in answer.splitlines():
        if match := _LINE.match(line):
            yield _plain(match[1]), match[2].strip().rstrip("。；;")[:MAX_VALUE]


def _value_of(row: ComparedValue, named: Sequence[tuple[str, str]]) -> str:
    """Return what is named last as the value of a row; empty if nothing is."""
    names = (row.name, row.words.zh, row.words.en)
    known = {_plain(name) for name in names} | {_plain(_IN_BRACKETS.sub("", name)) for name in names}
    return "".join([value for name, value in named if name in known][-1:])


def _plain(name: str) -> str:
    return _NO_NAME.sub("", name).casefold()
