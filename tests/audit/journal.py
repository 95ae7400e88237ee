"""What an outsider did and saw in a run, as he can prove it: messages sent, answers, receipts fetched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from simulators.messages import SyntheticMessage, digest, transmission_of
from simulators.verdicts.statements import JournalEntry


class Fetched(NamedTuple):
    """One message of receipts: it was asked for after a place, and the next question is to be after another."""

    mailbox: str
    after: int
    next: int
    body: bytes


class Brought(NamedTuple):
    """One message of receipts that came by itself: by which way, its first and last place, an id of its delivery."""

    way: str
    mailbox: str
    first: int
    last: int
    key: str
    body: bytes


class Journal:
    """Everything that was sent and fetched, in the order in which it happened."""

    def __init__(self) -> None:
        self.sent: dict[str, JournalEntry] = {}
        self.fetched: list[Fetched] = []
        self.again: list[Fetched] = []
        """The same questions asked once more at the end."""
        self.brought: list[Brought] = []
        self.confirmed: dict[str, JournalEntry] = {}
        """What RabbitMQ confirmed for the window, by an id of each attempt, and what the window has answered to."""
        self.replied: set[str] = set()

    def note(self, message: SyntheticMessage) -> JournalEntry:
        """A message that is about to be sent; the same one again is the same entry."""
        return self._enter(message.body, message.code, message.sender, message.trades)

    def entry(self, body: bytes) -> JournalEntry:
        """The entry of these bytes; what nobody noted is poison."""
        return self._enter(body, "", "", (), poison=True)

    def _enter(self, body: bytes, code: str, sender: str, trades: Sequence[str], poison: bool = False) -> JournalEntry:
        transmission = transmission_of(body)
        made = JournalEntry(transmission, code, sender, tuple(trades), digest(body), poison)
        return self.sent.setdefault(transmission, made)
