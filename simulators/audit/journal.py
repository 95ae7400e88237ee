"""What an outsider did and saw in a run, as he can prove it: messages sent, answers, receipts fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from simulators.messages import SyntheticMessage
from simulators.receipt_log import MESSAGE_GUID

ACCEPTED = 202


@dataclass(slots=True)
class Entry:
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

    def __str__(self) -> str:
        number = "/".join(map(str, sorted(self.ids))) or "without an id"
        content = f"{self.code}, {len(self.trades)} documents" if self.code else "poison"
        return f"message {number} ({content}, transmission {self.transmission})"


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
        self.sent: dict[str, Entry] = {}
        self.fetched: list[Fetched] = []
        self.again: list[Fetched] = []
        """The same questions asked once more at the end."""
        self.brought: list[Brought] = []
        self.confirmed: dict[str, Entry] = {}
        """What RabbitMQ confirmed for the window, by an id of each attempt, and what the window has answered to."""
        self.replied: set[str] = set()

    def note(self, message: SyntheticMessage) -> Entry:
        """A message that is about to be sent; the same one again is the same entry."""
        return self._enter(message.body, message.code, message.sender, message.trades)

    def entry(self, body: bytes) -> Entry:
        """The entry of these bytes; what nobody noted is poison."""
        return self._enter(body, "", "", (), poison=True)

    def _enter(self, body: bytes, code: str, sender: str, trades: Sequence[str], poison: bool = False) -> Entry:
        transmission = transmission_of(body)
        made = Entry(transmission, code, sender, tuple(trades), digest(body), poison)
        return self.sent.setdefault(transmission, made)


def transmission_of(body: bytes) -> str:
    """The id by which a bare message is known again: the root's guid; of what has none, a digest of its bytes."""
    match = MESSAGE_GUID.search(body[:2_000])
    return match[1].decode() if match else digest(body)


def digest(body: bytes) -> str:
    """A short name for bytes."""
    return blake2b(body, digest_size=16).hexdigest()
