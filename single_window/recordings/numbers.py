"""Translates numbers that the window issued: a message names those that the sandbox of the replay has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from single_window.cases.digests.outcomes import ASSIGNED_NUMBERS, COMBINED_KINDS, common_fields
from single_window.receipts.rows import INTERNAL_FIELDS
from single_window.recordings.events import ReceiptEvent

NOT_NUMBERS = frozenset({"guid", "root", "body", "message"})
_encode = msgspec.json.Encoder(order="sorted").encode
SHORTEST = 8
"""Minimum length of a number that is translated; a shorter text may be equal by chance."""
_WORD = re.compile(rf"[0-9A-Za-z]{{{SHORTEST},}}")
"""A part of a text that may be a number, or begin with one."""


class IssuedNumber(NamedTuple):
    """The receipt in which a number was issued: the `nth` of those that are alike, and the name of its field."""

    receipt: ReceiptEvent
    nth: int
    name: str


Ask = Callable[[IssuedNumber], str]
"""A function from a number's place to the number at that place in another sandbox; empty if there is none yet."""


class Numbers:
    """The numbers in the receipts of a recording that were played so far."""

    def __init__(self) -> None:
        self._places: dict[str, IssuedNumber] = {}
        self._lengths: list[int] = []
        self._alike = Counter[tuple[str, ...]]()
        self._known: dict[str, str] = {}

    def receive(self, receipt: ReceiptEvent) -> None:
        """Add the numbers of a recorded receipt."""
        nth = self._alike[comparable_receipt(receipt)]
        self._alike[comparable_receipt(receipt)] += 1
        for name, value in receipt.fields.items():
            is_number = name in ASSIGNED_NUMBERS and name not in NOT_NUMBERS
            if is_number and isinstance(value, str) and len(value) >= SHORTEST:
                self._places.setdefault(value, IssuedNumber(receipt, nth, name))
                if len(value) not in self._lengths:
                    self._lengths = sorted([*self._lengths, len(value)], reverse=True)

    def of(self, text: str, ask: Ask) -> str:
        """A text with the numbers of this sandbox for recorded ones; unchanged if no receipt so far has any of them.

        A number may stand among words, and be followed by other digits: an item of export data is the number of a list
        or of a summary declaration, followed by a line."""
        if text in self._places:
            return self._of(text, ask)
        return _WORD.sub(lambda word: self._begun(word.group(), ask), text) if self._lengths else text

    def _begun(self, word: str, ask: Ask) -> str:
        """A word whose beginning is translated, if that is a number: the longest that is."""
        number = next((word[:length] for length in self._lengths if word[:length] in self._places), "")
        return self._of(number, ask) + word[len(number) :] if number else word

    def _of(self, number: str, ask: Ask) -> str:
        place = self._places[number]
        if number not in self._known and (number_now := ask(place)):
            self._known[number] = number_now
        return self._known.get(number, number)

    def forget(self) -> None:
        """Forget all translations, before the recording is played again."""
        self._known = {}


def comparable_receipt(receipt: ReceiptEvent) -> tuple[str, ...]:
    """The values that are equal in receipts which only their order distinguishes."""
    subject = subject_of(receipt.kind, receipt.key, receipt.fields)
    return (receipt.mailbox, receipt.code, receipt.kind, subject, receipt.status)


def subject_of(kind: str, key: str, fields: Mapping[str, Any]) -> str:
    """The subject of a receipt, the same in every sandbox: its key, or its content if the window assigns its key."""
    if kind not in COMBINED_KINDS:
        return key
    shown = {name: value for name, value in fields.items() if name not in INTERNAL_FIELDS and value != ""}
    return _encode(common_fields(kind, shown)).decode()
