"""Collects every receipt of a run as an outsider can prove it: with its place in the mailbox, and made comparable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from simulators.imports.trade import Elements, ImportTrade
from simulators.messages import SyntheticMessage
from simulators.receipt_log import ReceiptLog
from simulators.verdicts.statements import NUMBERS, ReceiptStatement, ReceiptSubject, comparable, note_numbers

_OF_ITS_OWN = {"guid", "returnTime", "returnStatus", "status"}
"""Elements that differ from run to run, or that stand apart in a statement."""
_WHEN_HANDLED = {"SpotCheckNotice": ("dueTime", "returnInfo")}
"""Code of a receipt → what it says of days that are counted from the instant at which work was done, late or not."""

NAMING = ("sampleNo", "caseNo", "recallNo", "noticeNo")
"""Elements that name what an agency's receipt is about."""


class GivenNumber(NamedTuple):
    """A number that was given, and to what."""

    name: str
    number: str
    to: str


class _Raw(NamedTuple):
    mailbox: str
    sequence: int
    code: str
    head: Elements
    lines: Sequence[Elements]


class Evidence(ReceiptLog):
    """All receipts of a run; hears them in each mailbox's order, from its first place on."""

    def __init__(self, trades: Iterable[ImportTrade]) -> None:
        super().__init__(trades)
        self._raw: list[_Raw] = []
        self._places: dict[str, int] = {}

    def note_sent(self, message: SyntheticMessage, at: datetime | None = None) -> None:
        """Remember what a message was about. Notes of transport are compared by their number, whoever knows when they
        were sent: the reference knows, who listens to mailboxes alone does not."""
        super().note_sent(message)

    def hear_at(self, mailbox: str, after: int, body: bytes) -> int:
        """Hear one message of receipts whose first stands right after this place; gives how many it held."""
        self._places[mailbox] = after
        before = len(self._raw)
        self.read(mailbox, [body])
        return len(self._raw) - before

    def add_receipt(self, mailbox: str, code: str, head: Elements, lines: list[Elements]) -> None:
        place = self._places[mailbox] = self._places.get(mailbox, 0) + 1
        self._raw.append(_Raw(mailbox, place, code, head, lines))
        super().add_receipt(mailbox, code, head, lines)

    def by_place(self) -> dict[tuple[str, int], object]:
        """What stands at each place of a mailbox, whole."""
        return {(raw.mailbox, raw.sequence): (raw.code, raw.head, raw.lines) for raw in self._raw}

    def statements(self) -> dict[ReceiptSubject, list[ReceiptStatement]]:
        """What was said about each subject, in the order of the return times."""
        by_subject: dict[ReceiptSubject, list[ReceiptStatement]] = {}
        names: dict[str, dict[str, str]] = {}
        for raw in sorted(self._raw, key=lambda raw: (raw.head["returnTime"], raw.sequence)):
            trade = self.trade_of(raw.head) or ""
            own = next((raw.head[name] for name in NAMING if raw.head.get(name)), "")
            key = own or ("" if trade and "taxNo" in raw.head else self.key_of(raw.head))
            subject = ReceiptSubject(raw.mailbox, raw.code, trade, key)
            known = names.setdefault(subject.trade or subject.key, {})
            status = raw.head.get("returnStatus") or raw.head.get("status", "")
            by_subject.setdefault(subject, []).append(
                ReceiptStatement(raw.sequence, status, raw.head["returnTime"], tuple(_fields(raw, known)))
            )
        return by_subject

    def numbers(self) -> set[GivenNumber]:
        """Every number that was given, and to what."""
        return {
            GivenNumber(name, raw.head[name], self._holder(name, raw))
            for raw in self._raw
            for name in (*NUMBERS, "taxNo")
            if raw.head.get(name)
        }

    def _holder(self, name: str, raw: _Raw) -> str:
        trade = self.trade_of(raw.head) or self.key_of(raw.head)
        return f"{self.key_of(raw.head)} of {trade}" if name == "preNo" else trade


def _fields(raw: _Raw, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Head and lines without guid and time; each number by the order in which its subject was given it."""
    note_numbers(known, raw.head)
    for name, text in raw.head.items():
        if name not in _OF_ITS_OWN and name not in _WHEN_HANDLED.get(raw.code, ()):
            yield name, comparable(known, text)
    for place, line in enumerate(raw.lines, 1):
        yield from ((f"{name} of line {place}", text) for name, text in line.items())
