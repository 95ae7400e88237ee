"""Stories of a year beside exports and claims: on some days messages are sent and calls are made, and in the end
it is judged by arithmetic of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from simulators.entry.windows import CallRefused
from simulators.messages import SyntheticMessage
from simulators.receipt_log import ReceiptLog
from simulators.traded import Numbered

REASON = "模拟：已核实"
"""An officer's reason."""


class OperatorCalls(Protocol):
    """A sandbox as programs call it."""

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Call a path below /api/v1; gives the answer."""

    def decide(self, number: str, action: str, reason: str, about: str) -> Any:
        """File an officer's decision about a case."""

    def import_master_data(self, kind: str, rows: str) -> Any:
        """Bring in master data as CSV."""


def decided(calls: OperatorCalls, number: str, action: str, about: str) -> list[str]:
    """File an officer's decision about a case; returns what is to be said if it is refused."""
    try:
        calls.decide(number, action, REASON, about)
    except CallRefused as refused:
        return [f"{action} {number} is refused: {refused}"]
    return []


class Beside(Protocol):
    """A story beside the claims of a year."""

    @property
    def days(self) -> Collection[date]:
        """The days on which something is sent or done."""

    def expected(self) -> Iterable[Numbered]:
        """The trades of which receipts are to be kept."""

    def messages(self, day: date, receipt_log: ReceiptLog) -> Sequence[SyntheticMessage]:
        """Return the messages that are sent in the evening of a day."""

    def act(self, day: date) -> None:
        """Do what officers do then, once the messages are dealt with."""


class JudgedStory(NamedTuple):
    """A story, and what tells from all receipts, when the year is over, what was not as it must have been."""

    story: Beside
    complaints: Callable[[ReceiptLog], Iterator[str]]
