"""A recording as an auditor takes it: messages that came, and every receipt, made comparable with another run's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from simulators.audit.comparing import RECEIPT_OF
from simulators.audit.evidence import Statement, Subject, comparable, note_numbers
from simulators.audit.journal import Entry, digest
from simulators.entry.recordings import Came, Event, Told
from simulators.load.heard import Word
from simulators.load.heard import named as codes_in

ACCEPTED = 202
_OF_ITS_OWN = {"guid", "root"}
"""Values that name the messages of a receipt, and differ from run to run."""


class Heard(NamedTuple):
    """A statement, and how long after the message that it answers it was made, in milliseconds of the sandbox."""

    statement: Statement
    delay: int


class Run(NamedTuple):
    """What a recording holds: messages, receipts by subject in the order of their times, receipts by trade."""

    sent: tuple[Entry, ...]
    heard: Mapping[Subject, Sequence[Heard]]
    words: Mapping[str, Sequence[Word]]
    receipts: int

    def statements(self) -> dict[Subject, list[Statement]]:
        """The receipts without their delays."""
        return {subject: [one.statement for one in heard] for subject, heard in self.heard.items()}


def read(events: Iterable[Event]) -> Run:
    """Read a recording's events."""
    found = list(events)
    came = [one for one in found if isinstance(one, Came)]
    told = [one for one in found if isinstance(one, Told)]
    since = _Since(came)
    heard: dict[Subject, list[Heard]] = {}
    words: dict[str, list[Word]] = {}
    known: dict[str, dict[str, str]] = {}
    for place, one in sorted(enumerate(told, 1), key=lambda pair: (pair[1].at, pair[0])):
        names = known.setdefault(one.trade or one.key, {})
        note_numbers(names, one.fields)
        subject = Subject(one.mailbox, one.code, one.trade, comparable(names, one.key))
        said = tuple((name, comparable(names, text)) for name, text in _said(one))
        statement = Statement(place, one.status, f"{one.at:016d}.{place:09d}", said)
        heard.setdefault(subject, []).append(Heard(statement, one.at - since.sent(one)))
        codes = tuple(filter(None, (one.rule, *_codes(one.words))))
        words.setdefault(one.trade, []).append(
            Word(one.at / 1_000, one.mailbox, place, one.code, one.key, one.trade, one.status, codes)
        )
    return Run(tuple(_entry(one) for one in came if one.status == ACCEPTED), heard, words, len(told))


class _Since:
    """When the message came that a receipt answers: the one of its document, else the first of its trade."""

    def __init__(self, came: Sequence[Came]) -> None:
        self._first: dict[tuple[str, str], int] = {}
        for one in came:
            for trade in one.trades:
                for code in (RECEIPT_OF.get(one.code, ""), ""):
                    self._first.setdefault((trade, code), one.at)

    def sent(self, told: Told) -> int:
        """The instant; of what nobody asked for, the receipt's own."""
        return self._first.get((told.trade, told.code), self._first.get((told.trade, ""), told.at))


def _entry(one: Came) -> Entry:
    body = (one.body or one.base64).encode()
    return Entry(
        one.transmission or digest(body), one.code, one.sender, one.trades, digest(body), answers=[(ACCEPTED, one.id)]
    )


def _said(one: Told) -> Iterator[tuple[str, str]]:
    yield "rule", one.rule
    yield from _flat("", {name: value for name, value in one.fields.items() if name not in _OF_ITS_OWN})
    yield from _flat("words", one.words or "")


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Values within values as names and texts."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value, 1):
            yield from _flat(f"{name}[{place}]", inner)
    else:
        yield name, str(value)


def _codes(words: Any) -> list[str]:
    """The codes that stand in the words of a receipt, which keeps them as values."""
    if isinstance(words, Mapping):
        own = [str(value) for key, value in words.items() if key in {"code", "rule"}]
        return own + [code for value in words.values() for code in _codes(value)]
    if isinstance(words, list | tuple):
        return [code for value in words for code in _codes(value)]
    return codes_in(str(words or ""))
