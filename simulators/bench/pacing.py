"""Sends messages over HTTP at a fixed rate without waiting for answers; receives their first receipts by long polls.

What is late counts from the instant at which it should have been sent: a window that stands still for a second makes
every message of that second late, not only the one that it stood still for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from threading import Event, Lock
from typing import NamedTuple

from simulators.bench.spool import read_bodies
from simulators.entry.sending import ACCEPTED, SENDERS, SentAnswer, TimedMessage, Timetable
from simulators.machine import processor_use
from simulators.receipt_polls import ReceiptPolls, Receipts

PATIENCE = 30.0
"""Seconds to wait for receipts after the last message."""
_GUID = re.compile(rb"<(?:\w+:)?guid>([^<]+)<")
_COP_NO = re.compile(rb"<(?:\w+:)?copNo>([^<]+)<")
_RELEASED = re.compile(rb"<copNo>([^<]+)</(?:(?!<copNo>).)*?<returnStatus>800<", re.DOTALL)
_LIST = b":InventoryHead>"
_MAILBOX = re.compile(rb"<(?:\w+:)?dxpId>([^<]+)<")


class Paced(NamedTuple):
    """Milliseconds from the planned sending: to the 202 of each message, to the first receipt of each document, to the
    release of each list, which goes last of its trade."""

    accepted: list[float]
    first_receipts: list[float]
    released: list[float]
    refused: int
    without_receipt: int
    seconds: float
    processor: float
    """Seconds of processor time used for sending and polling."""


class Planned(NamedTuple):
    """A message, the guid of its document, its sender's mailbox, when it is to be sent (seconds after the start)."""

    body: bytes
    guid: str
    mailbox: str
    due: float


def plan_messages(file: Path, rate: float) -> Iterator[Planned]:
    """The messages of a traffic file, with one document each, and the times at which they are due at a rate."""
    for number, body in enumerate(read_bodies(file)):
        guid, box = _GUID.search(body), _MAILBOX.search(body)
        assert guid is not None and box is not None
        yield Planned(body, guid[1].decode(), box[1].decode(), number / rate)


def send_paced(
    url: str, sandbox: str, file: Path, rate: float, senders: int = SENDERS, polls: int = 0, released: bool = False
) -> Paced:
    """Send a spool file's messages at a rate (a second), and wait for the first receipt of each.

    `polls`: so many of those who send most are listened to, lists first, and nobody else (0: all). `released`: wait for
    the releases of their lists, too.
    """
    timetable = list(plan_messages(file, rate))
    boxes = _busiest(timetable)[: polls or None]
    spent = processor_use()
    paced = _PacedRun(url, sandbox, timetable, boxes, released).run(senders)
    return paced._replace(processor=processor_use().since(spent).own)


def _busiest(timetable: Sequence[Planned]) -> list[str]:
    """Mailboxes of all senders: by turns one of a sender of lists and one of another, those who send most first."""
    lists = Counter(due.mailbox for due in timetable if _LIST in due.body)
    others = Counter(due.mailbox for due in timetable if due.mailbox not in lists)
    turns = zip_longest((box for box, _ in lists.most_common()), (box for box, _ in others.most_common()))
    return [box for pair in turns for box in pair if box is not None]


class _PacedRun:
    def __init__(
        self, url: str, sandbox: str, timetable: Sequence[Planned], mailboxes: Sequence[str], released: bool
    ) -> None:
        self._listening = ReceiptPolls(url, sandbox, mailboxes, self._note, bodies=True)
        messages = (TimedMessage(due.body, due.due) for due in timetable)
        self._timetable = Timetable(url, sandbox, messages, self._answered)
        expected = [due for due in timetable if due.mailbox in set(mailboxes)]
        self._due = {due.guid: due.due for due in expected}
        numbered = ((due, _COP_NO.search(due.body)) for due in expected if _LIST in due.body)
        lists = [(due, number[1].decode()) for due, number in numbered if number]
        self._to_release = {cop_no: due.due for due, cop_no in lists} if released else {}
        self._lock, self._over = Lock(), Event()
        self._accepted: list[float] = []
        self._first_receipts: list[float] = []
        self._released: list[float] = []
        self._refused = 0

    def run(self, senders: int) -> Paced:
        self._listening.start()
        seconds = self._timetable.run(senders)
        self._over.wait(PATIENCE)
        self._listening.stop()
        without_receipt = len(self._due) + len(self._to_release)
        return Paced(
            self._accepted, self._first_receipts, self._released, self._refused, without_receipt, round(seconds, 2), 0.0
        )

    def _answered(self, answered: SentAnswer) -> None:
        with self._lock:
            if answered.status == ACCEPTED:
                self._accepted.append(answered.late)
            else:
                self._refused += 1

    def _note(self, mailbox: str, receipts: Receipts) -> None:
        body = "".join(receipt["xml"] for receipt in receipts).encode()
        with self._lock:
            for element in _GUID.findall(body):
                due = self._due.pop(element.decode(), None)
                if due is not None:
                    self._first_receipts.append(self._timetable.since(due))
            for element in _RELEASED.findall(body):
                due = self._to_release.pop(element.decode(), None)
                if due is not None:
                    self._released.append(self._timetable.since(due))
            if not self._due and not self._to_release:
                self._over.set()
