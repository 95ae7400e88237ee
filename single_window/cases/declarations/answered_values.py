"""The values that a declarant names in an answer, as a column of their own beside his documents.

A line of an answer that begins with the name of a compared value and a colon, as `运费：10.00` or `freight: 10.00`,
names it; of goods lines without the line's number if the list has one line, or one whose value is questioned.
Everything else of an answer stays where its words are shown.
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
_OF_LINE = re.compile(r"\s*\d+$")
"""The number of a goods line behind the name of a value."""
_SECOND = re.compile(r"(?:与| and )[^\d\s]+")
"""The second half of a name as `总价与币制 1`."""
_NO_NAME = re.compile(r"[\s_]+")


def with_answer(evidence: Evidence, asked: Sequence[Question]) -> Evidence:
    """Return the evidence with a column of what the newest answer names; without one if it names nothing. `asked`: the
    questions about the list, newest first."""
    answered = next((question for question in asked if question.answer), None)
    named = list(_named(answered.answer)) if answered is not None else []
    alone = _alone(evidence.rows)
    values = [_value_of(row, named, row.name in alone) for row in evidence.rows]
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


def _alone(rows: Sequence[ComparedValue]) -> set[str]:
    """The values of goods lines that can be named without the line: the only one of their kind, or the only questioned
    one."""
    of_kind: dict[str, list[ComparedValue]] = {}
    for row in rows:
        if _OF_LINE.search(row.name):
            of_kind.setdefault(_OF_LINE.sub("", row.name), []).append(row)
    chosen = ([row for row in some if row.questioned] or some for some in of_kind.values())
    return {some[0].name for some in chosen if len(some) == 1}


def _value_of(row: ComparedValue, named: Sequence[tuple[str, str]], alone: bool) -> str:
    """Return what is named last as the value of a row; empty if nothing is. `alone`: the line need not be named."""
    names = [row.name, row.words.zh, row.words.en]
    names += [_IN_BRACKETS.sub("", name) for name in names]
    names += [_SECOND.sub("", name) for name in names]
    names += [_OF_LINE.sub("", name) for name in names if alone]
    known = set(map(_plain, names))
    return "".join([value for name, value in named if name in known][-1:])


def _plain(name: str) -> str:
    return _NO_NAME.sub("", name).casefold()
