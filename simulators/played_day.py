"""Plays a day of trades: sends messages, fetches receipts, and sends follow-up documents night by night."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from simulators.entry import DAY_MILLISECONDS, FetchedReceipts, local_time
from simulators.messages import SyntheticMessage
from simulators.receipt_log import ReceiptLog
from simulators.transport_notes import RECEIPT_OF
from simulators.world import World


class PlayedSandbox(Protocol):
    """The sandbox that a day is played in: one in this process, or one that answers over HTTP."""

    def send(self, bodies: Iterable[bytes]) -> Iterator[int]:
        """Send messages and handle them completely; yields numbers of messages sent."""

    def fetch(self, mailboxes: Sequence[str]) -> Iterator[FetchedReceipts]:
        """Fetch the receipts for these mailboxes since the last call, in order."""

    def skip(self, mailboxes: Sequence[str]) -> None:
        """Ignore all receipts up to now."""

    @property
    def now(self) -> int:
        """The sandbox's instant."""

    def wait(self, until: int) -> None:
        """Advance the sandbox's clock to an instant, handling all deadlines."""


class ProgressDisplay(Protocol):
    """Progress display of a day that is played."""

    def family(self, name: str) -> AbstractContextManager[Callable[[str], None]]:
        """Begin a family of parts, shown as one line; yields the function that takes what the line says in the end."""

    def begin(self, what: str, total: int) -> None:
        """Begin a part of the day with `total` steps."""

    def step(self, count: int, receipt_log: ReceiptLog, now: int) -> None:
        """Record `count` steps; `now`: the sandbox's instant."""


class NoDisplay:
    """Shows nothing."""

    def family(self, name: str) -> AbstractContextManager[Callable[[str], None]]:
        """Nothing."""
        return nullcontext(lambda said: None)

    def begin(self, what: str, total: int) -> None:
        """Nothing."""

    def step(self, count: int, receipt_log: ReceiptLog, now: int) -> None:
        """Nothing."""


@dataclass(slots=True)
class PlayedDay(ABC):
    """A day of trades. `nights`: days after which participants react to receipts; `note` is called with every message
    before it is sent."""

    session: PlayedSandbox
    world: World
    trades: Sequence[Any]
    per_message: int
    display: ProgressDisplay = field(default_factory=NoDisplay)
    nights: Sequence[int] = ()
    on_send: Callable[[SyntheticMessage], object] = lambda message: None
    messages: int = field(default=0, init=False)
    documents: int = field(default=0, init=False)
    began_at: int = field(default=0, init=False)
    """The sandbox's instant at which the day's messages were sent."""
    title: ClassVar[str] = "nights"
    """Title of the nights on the progress display."""

    def play(self, into: ReceiptLog | None = None) -> ReceiptLog:
        """Play the day to its end; returns the received receipts, in `into` if given."""
        receipt_log = into or ReceiptLog(self.trades)
        self.play_day(receipt_log)
        self.display.begin(self.title, len(self.nights))
        for night in self.nights:
            self.session.wait(self.began_at + night * DAY_MILLISECONDS)
            self.play_night(night, receipt_log)
            self.display.step(1, receipt_log, self.session.now)
        return receipt_log

    @abstractmethod
    def play_day(self, receipt_log: ReceiptLog) -> None:
        """Play the day itself."""

    @abstractmethod
    def play_night(self, night: int, receipt_log: ReceiptLog) -> None:
        """Send follow-up documents after a night."""

    def _send(self, title: str, messages: Sequence[SyntheticMessage], receipt_log: ReceiptLog) -> None:
        self.display.begin(title, len(messages))
        self._post(messages, receipt_log, lambda count: self.display.step(count, receipt_log, self.session.now))

    def _post(
        self,
        messages: Iterable[SyntheticMessage],
        receipt_log: ReceiptLog,
        progress: Callable[[int], None] = lambda count: None,
    ) -> None:
        for count in self.session.send(self._log_sent(messages, receipt_log)):
            self._fetch(receipt_log, all_of_it=False)
            progress(count)
        self._fetch(receipt_log)
        progress(0)

    def _log_sent(self, messages: Iterable[SyntheticMessage], receipt_log: ReceiptLog) -> Iterator[bytes]:
        """The bytes of messages; logs each before it is sent."""
        for message in messages:
            of_transport = message.code in RECEIPT_OF
            receipt_log.note_sent(message, local_time(self.session.now) if of_transport else None)
            self.on_send(message)
            self.messages += 1
            self.documents += 1 if of_transport else len(message.trades)
            yield message.body

    def _fetch(self, receipt_log: ReceiptLog, all_of_it: bool = True) -> None:
        """Fetch and parse receipts: all of them, or those parsed so far."""
        for fetched in self.session.fetch(self.world.mailboxes()):
            receipt_log.read(fetched.mailbox, fetched.bodies)
