"""Reads a recording's messages and receipts in a form that is comparable between runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from simulators.entry import SHANGHAI
from simulators.entry.recordings import Event, MessageEvent, ReceiptEvent
from simulators.entry.sending import ACCEPTED
from simulators.imports.arithmetic import POLICIES
from simulators.load.measurement import BILL, TimedReceipt
from simulators.load.measurement import codes_in as codes_in
from simulators.messages import digest
from simulators.verdicts.comparing import RECEIPT_OF
from simulators.verdicts.statements import JournalEntry, ReceiptStatement, ReceiptSubject, comparable, note_numbers

_OF_ITS_OWN = {"guid", "root"}
"""Fields of receipts that differ between runs."""


class TimedStatement(NamedTuple):
    """A statement, and its delay after the answered message in milliseconds of the sandbox."""

    statement: ReceiptStatement
    delay: int


class Run(NamedTuple):
    """A recorded run: messages, receipts by subject in time order, receipts by trade; `rounding`: policy of its
    taxes.
    """

    sent: tuple[JournalEntry, ...]
    answers: Mapping[ReceiptSubject, Sequence[TimedStatement]]
    receipts: Mapping[str, Sequence[TimedReceipt]]
    counted: int
    rounding: str = POLICIES[0]

    def statements(self) -> dict[ReceiptSubject, list[ReceiptStatement]]:
        """The receipts without their delays."""
        return {subject: [receipt.statement for receipt in received] for subject, received in self.answers.items()}


def read(events: Iterable[Event], rounding: str = POLICIES[0]) -> Run:
    """Read a recording's events."""
    recorded = list(events)
    messages = [event for event in recorded if isinstance(event, MessageEvent)]
    replies = [event for event in recorded if isinstance(event, ReceiptEvent)]
    since = _Since(messages)
    answers: dict[ReceiptSubject, list[TimedStatement]] = {}
    receipts: dict[str, list[TimedReceipt]] = {}
    known: dict[str, dict[str, str]] = {}
    for place, reply in sorted(enumerate(replies, 1), key=lambda pair: (pair[1].at, pair[0])):
        names = known.setdefault(reply.trade or reply.key, {})
        note_numbers(names, reply.fields)
        subject = ReceiptSubject(reply.mailbox, reply.code, reply.trade, comparable(names, reply.key))
        content = tuple((name, comparable(names, text)) for name, text in _fields(reply))
        statement = ReceiptStatement(place, reply.status, f"{reply.at:016d}.{place:09d}", content)
        answers.setdefault(subject, []).append(TimedStatement(statement, reply.at - since.sent(reply)))
        codes = tuple(filter(None, (reply.rule, *_codes(reply.words))))
        receipts.setdefault(reply.trade, []).append(
            TimedReceipt(
                at=reply.at / 1_000,
                mailbox=reply.mailbox,
                sequence=place,
                code=reply.code,
                key=reply.key,
                trade=reply.trade,
                status=reply.status,
                codes=codes,
                bill=reply.fields if reply.code == BILL else {},
                time=f"{datetime.fromtimestamp(reply.at / 1_000, SHANGHAI):%Y%m%d%H%M%S}",
            )
        )
    return Run(
        tuple(_entry(message) for message in messages if message.status == ACCEPTED),
        answers,
        receipts,
        len(replies),
        rounding,
    )


class _Since:
    """Finds when the message answered by a receipt arrived: that of its document, else the first of its trade."""

    def __init__(self, messages: Sequence[MessageEvent]) -> None:
        self._first: dict[tuple[str, str], int] = {}
        for event in messages:
            for trade in event.trades:
                for code in (RECEIPT_OF.get(event.code, ""), ""):
                    self._first.setdefault((trade, code), event.at)

    def sent(self, reply: ReceiptEvent) -> int:
        """The instant; for an unsolicited receipt its own time."""
        return self._first.get((reply.trade, reply.code), self._first.get((reply.trade, ""), reply.at))


def _entry(message: MessageEvent) -> JournalEntry:
    body = (message.body or message.base64).encode()
    return JournalEntry(
        message.transmission or digest(body),
        message.code,
        message.sender,
        message.trades,
        digest(body),
        answers=[(ACCEPTED, message.id)],
    )


def _fields(reply: ReceiptEvent) -> Iterator[tuple[str, str]]:
    yield "rule", reply.rule
    yield from _flat("", {name: value for name, value in reply.fields.items() if name not in _OF_ITS_OWN})
    yield from _flat("words", reply.words or "")


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Flatten nested values to (name, text)."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value, 1):
            yield from _flat(f"{name}[{place}]", inner)
    else:
        yield name, str(value)


def _codes(words: Any) -> list[str]:
    """The codes in the text of a receipt."""
    if isinstance(words, Mapping):
        own = [str(value) for key, value in words.items() if key in {"code", "rule"}]
        return own + [code for value in words.values() for code in _codes(value)]
    if isinstance(words, list | tuple):
        return [code for value in words for code in _codes(value)]
    return codes_in(str(words or ""))
