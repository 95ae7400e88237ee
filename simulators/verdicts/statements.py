"""Values that a verdict compares: messages that were sent, and receipts without what differs from run to run.

Two runs of the same traffic hand out other numbers, guids and times; what is left without them must be the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from simulators.entry.sending import ACCEPTED

NUMBERS = ("invtNo", "preNo", "rkdNo")
"""Numbers that the port and customs give, each list and request once."""
_YEAR_TO_DATE = re.compile(r"(?<=totalPrice：)[\d,.]+")
"""What a person has bought so far this year: that depends on which of his trades was decided first."""
_ABSENT_PARTNERS = re.compile(r";对应[^;]*信息不存在")
"""Which partners were not there yet when the port answered a list: that depends on what was read first."""


@dataclass(slots=True)
class JournalEntry:
    """One message: what went out, and how each attempt was answered (HTTP status, id); 0 is no answer at all.

    `poison`: it cannot be read, and must be refused. `kept` is what the window says it has under the id: the
    message's state and whether its bytes are the ones that were sent; None where nobody asked.
    """

    transmission: str
    code: str
    sender: str
    trades: tuple[str, ...]
    digest: str
    poison: bool = False
    answers: list[tuple[int, int]] = field(default_factory=list)
    kept: tuple[str, bool] | None = None

    @property
    def ids(self) -> set[int]:
        """The ids under which it was accepted: one, or none."""
        return {number for status, number in self.answers if status == ACCEPTED}

    @property
    def only_trade(self) -> str:
        """The trade of a message that concerns one alone; empty where it concerns several."""
        return self.trades[0] if len(self.trades) == 1 else ""

    def __str__(self) -> str:
        number = "/".join(map(str, sorted(self.ids))) or "without an id"
        content = f"{self.code}, {len(self.trades)} documents" if self.code else "poison"
        return f"message {number} ({content}, transmission {self.transmission})"


class ReceiptSubject(NamedTuple):
    """The subject of receipts of one type in one mailbox: a document of a trade, or what else has a number."""

    mailbox: str
    code: str
    trade: str
    key: str

    def __str__(self) -> str:
        return f"{self.code} about {self.trade or self.key} in {self.mailbox}"


class ReceiptStatement(NamedTuple):
    """One receipt: its place in the mailbox, status, time, and all else that it says, without what runs differ in."""

    sequence: int
    status: str
    time: str
    fields: tuple[tuple[str, str], ...]


def note_numbers(known: dict[str, str], head: Mapping[str, Any]) -> None:
    """Remember the numbers that were given in a receipt by the order in which its subject was given them."""
    for name in NUMBERS:
        if number := head.get(name):
            known.setdefault(number, f"#{name}{sum(label.startswith(f'#{name}') for label in known.values()) + 1}")


def comparable(known: dict[str, str], text: str) -> str:
    """A text of a receipt without what differs from run to run."""
    for number, name in known.items():
        text = text.replace(number, name)
    return _YEAR_TO_DATE.sub("…", _ABSENT_PARTNERS.sub("", text))
