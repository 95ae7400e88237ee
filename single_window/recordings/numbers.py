"""Translates numbers that the window issued: a message names those that the sandbox of the replay has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from single_window.cases.digests.outcomes import ASSIGNED_NUMBERS, LIST_NUMBER
from single_window.recordings.events import ReceiptEvent

NOT_NUMBERS = frozenset({"guid", "root", "body", "message"})
SHORTEST = 8
"""Minimum length of a number that is translated; a shorter text may be equal by chance."""


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

    def of(self, number: str, ask: Ask) -> str:
        """The number for a recorded one, or itself if no receipt so far has it. The number of an item of export data is
        that of its list followed by a line: only the list's is translated."""
        if number not in self._places and (listed := LIST_NUMBER.match(number)):
            return self._of(listed.group(), ask) + number[listed.end() :]
        return self._of(number, ask)

    def _of(self, number: str, ask: Ask) -> str:
        if (place := self._places.get(number)) is None:
            return number
        if number not in self._known and (number_now := ask(place)):
            self._known[number] = number_now
        return self._known.get(number, number)

    def forget(self) -> None:
        """Forget all translations, before the recording is played again."""
        self._known = {}


def comparable_receipt(receipt: ReceiptEvent) -> tuple[str, ...]:
    """The values that are equal in receipts which only their order distinguishes."""
    return (receipt.mailbox, receipt.code, receipt.kind, receipt.key, receipt.status)
