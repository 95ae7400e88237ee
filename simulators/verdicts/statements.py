"""Values compared by a verdict: sent messages, and receipts without assigned numbers, guids, yearly totals and absent
partners, which differ between runs of the same traffic.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from simulators.entry.sending import ACCEPTED

NUMBERS = ("invtNo", "preNo", "rkdNo")
"""Elements with numbers assigned by the port and customs."""
_YEAR_TO_DATE = re.compile(r"(?<=totalPrice：)[\d,.]+")
"""A person's total of the year, which depends on the order in which his trades were decided."""
_ABSENT_PARTNERS = re.compile(r";对应[^;]*信息不存在")
"""Missing partners in the port's answer to a list, which depend on the order of arrival."""


@dataclass(slots=True)
class JournalEntry:
    """A sent message, and the response to each attempt (HTTP status, id); status 0: no response.

    `poison`: it is unreadable and must be refused. `kept`: (state of the stored message, whether its bytes are those
    sent); None: not queried.
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
        """The ids under which it was accepted; should be at most one."""
        return {number for status, number in self.answers if status == ACCEPTED}

    @property
    def only_trade(self) -> str:
        """The trade of a message that concerns only one; empty if several."""
        return self.trades[0] if len(self.trades) == 1 else ""

    def __str__(self) -> str:
        number = "/".join(map(str, sorted(self.ids))) or "without an id"
        content = f"{self.code}, {len(self.trades)} documents" if self.code else "poison"
        return f"message {number} ({content}, transmission {self.transmission})"


class ReceiptSubject(NamedTuple):
    """The subject of receipts of one type in one mailbox: a document of a trade, or another numbered object."""

    mailbox: str
    code: str
    trade: str
    key: str

    def __str__(self) -> str:
        return f"{self.code} about {self.trade or self.key} in {self.mailbox}"


class ReceiptStatement(NamedTuple):
    """A receipt: sequence, status and time, by which receipts are ordered, and its content without values that differ
    between runs."""

    sequence: int
    status: str
    time: str
    fields: tuple[tuple[str, str], ...]


def note_numbers(labels: dict[str, str], head: Mapping[str, Any]) -> None:
    """Record assigned numbers of a receipt, to be replaced by their order of assignment."""
    for name in NUMBERS:
        if number := head.get(name):
            labels.setdefault(number, f"#{name}{sum(label.startswith(f'#{name}') for label in labels.values()) + 1}")


def comparable(labels: dict[str, str], text: str) -> str:
    """A text without values that differ between runs."""
    for number, label in labels.items():
        text = text.replace(number, label)
    return _YEAR_TO_DATE.sub("…", _ABSENT_PARTNERS.sub("", text))
