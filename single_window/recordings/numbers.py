"""Numbers that the window gave: in a message that answers a receipt stands that of the sandbox it is played in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from single_window.cases.digests.outcomes import ASSIGNED_NUMBERS, LIST_NUMBER
from single_window.recordings.events import ReceiptEvent

NOT_NUMBERS = frozenset({"guid", "root", "body", "message"})
SHORTEST = 8
"""Characters that a number of the window has at least: anything shorter may be something else by chance."""


class IssuedPlace(NamedTuple):
    """The place at which a number was issued: in which of the receipts that are alike (`nth`), under which name."""

    receipt: ReceiptEvent
    nth: int
    name: str


Ask = Callable[[IssuedPlace], str]
"""A function from the place of a number to the number that stands there in another sandbox; empty: none yet."""


class Numbers:
    """The numbers that a recording's receipts carry, as far as it was played."""

    def __init__(self) -> None:
        self._places: dict[str, IssuedPlace] = {}
        self._alike = Counter[tuple[str, ...]]()
        self._known: dict[str, str] = {}

    def receive(self, receipt: ReceiptEvent) -> None:
        """Note the numbers in a receipt of the recording."""
        nth = self._alike[alike(receipt)]
        self._alike[alike(receipt)] += 1
        for name, value in receipt.fields.items():
            is_number = name in ASSIGNED_NUMBERS and name not in NOT_NUMBERS
            if is_number and isinstance(value, str) and len(value) >= SHORTEST:
                self._places.setdefault(value, IssuedPlace(receipt, nth, name))

    def of(self, number: str, ask: Ask) -> str:
        """The number that stands for a recorded one; itself where no receipt that came carries it. In the number of an
        item of export data, which is that of its list with a line behind it, that of the list."""
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
        """Forget what stands for what: the recording is played once more."""
        self._known = {}


def alike(receipt: ReceiptEvent) -> tuple[str, ...]:
    """The values that receipts have in common which only their order distinguishes."""
    return (receipt.mailbox, receipt.code, receipt.kind, receipt.key, receipt.status)
