"""The course of a day of trades and of the weeks that follow: what is sent when, by whom, in answer to what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from simulators.entry import DAY, Posted, local
from simulators.imports import stories
from simulators.imports.trade import Document, Trade
from simulators.messages import SyntheticMessage, message, messages
from simulators.receipt_log import ReceiptLog
from simulators.transport_notes import INTAKE
from simulators.world import World

NIGHTS = 40
"""Until then every list has ended, every bill is collected or void: 31 days after the latest release, and some."""
UNSIGNED = 16
"""Of so many parcels one is never signed for: its list closes when its days are over."""
RETURN = ["2", "120", "399", "800"]
"""The statuses of a return whose goods are back."""
BEGINS = {stories.SLOW: 29, stories.LATE: 38}
"""After so many nights these returns are applied for: in time, whatever holds the goods; too late, whatever held the
release."""
DELIVERED_AFTER = 2
"""Nights after which a released parcel is signed for."""


Pack = Callable[[Sequence[Trade]], Iterable[SyntheticMessage]]
"""What puts trades into messages."""


class Place(Protocol):
    """The sandbox that a day is played in: one in this process, or one that answers over HTTP."""

    def send(self, bodies: Iterable[bytes]) -> Iterator[int]:
        """Send messages and see them through; gives now and then how many were sent since."""

    def fetch(self, mailboxes: Sequence[str]) -> Iterator[Posted]:
        """What came for these participants since the last time, in order."""

    def skip(self, mailboxes: Sequence[str]) -> None:
        """Leave aside what came before now."""

    @property
    def now(self) -> int:
        """The sandbox's instant."""

    def wait(self, until: int) -> None:
        """Let the sandbox's time pass until an instant, doing on the way all that falls due."""


class Show(Protocol):
    """Where a day says how far it has come."""

    def begin(self, what: str, total: int) -> None:
        """A part of the day begins, of so many steps."""

    def step(self, count: int, receipt_log: ReceiptLog, now: int) -> None:
        """So many steps were done; `now` is the sandbox's instant."""


class Silent:
    """Shows nothing."""

    def begin(self, what: str, total: int) -> None:
        """Nothing."""

    def step(self, count: int, receipt_log: ReceiptLog, now: int) -> None:
        """Nothing."""


@dataclass(slots=True)
class Day:
    """A day in play.

    `pack` puts trades into messages; without it, `per_message` documents go into each. `nights` are those after which
    people look what became of their lists. `note` is told of every message before it goes out.
    """

    outside: Place
    world: World
    trades: Sequence[Trade]
    per_message: int
    show: Show = field(default_factory=Silent)
    nights: Sequence[int] = range(1, NIGHTS + 1)
    pack: Pack | None = None
    note: Callable[[SyntheticMessage], object] = lambda message: None
    messages: int = 0
    documents: int = 0
    begun: int = 0
    """The sandbox's instant at which the day's messages came."""
    _returned: set[str] = field(default_factory=set)
    _delivered: set[str] = field(default_factory=set)

    def play(self, into: ReceiptLog | None = None) -> ReceiptLog:
        """Play it to its end; gives all that was heard, which is kept in `into` where that is given."""
        mailboxes = [participant.dxp_id for participant in self.world.participants()]
        self.outside.skip(mailboxes)
        receipt_log = into or ReceiptLog(self.trades)
        self.come(receipt_log)
        self.show.begin("the nights that follow", len(self.nights))
        for night in self.nights:
            self.outside.wait(self.begun + night * DAY)
            self.follow(night, receipt_log)
            self.show.step(1, receipt_log, self.outside.now)
        return receipt_log

    def come(self, receipt_log: ReceiptLog) -> None:
        """What comes on the day itself: documents, arrivals, cancellations."""
        mailboxes = [participant.dxp_id for participant in self.world.participants()]
        self.begun = self.outside.now
        pack = self.pack or partial(messages, per_message=self.per_message)
        waves = list(pack(self.trades))
        for number, title in enumerate(("the four documents", "sent again, or declared")):
            self._send(title, [wave for wave in waves if wave.wave == number], receipt_log, mailboxes)
        self._send("arrivals (711)", stories.intakes(self.world, self.trades), receipt_log, mailboxes)
        self._send("cancellations (623)", self._cancellations(receipt_log), receipt_log, mailboxes)

    def follow(self, night: int, receipt_log: ReceiptLog) -> None:
        """What follows after a night, which is over: returns and deliveries of what is released by now."""
        mailboxes = [participant.dxp_id for participant in self.world.participants()]
        self._fetch(receipt_log, mailboxes)
        follow = self._refunds(receipt_log, self._returned, night)
        if night >= DELIVERED_AFTER:
            follow += self._deliveries(receipt_log, self._delivered, night)
        if follow:
            self._post(follow, receipt_log, mailboxes, lambda count: None)

    def _send(
        self, title: str, sent: Sequence[SyntheticMessage], receipt_log: ReceiptLog, mailboxes: Sequence[str]
    ) -> None:
        self.show.begin(title, len(sent))
        self._post(sent, receipt_log, mailboxes, lambda count: self.show.step(count, receipt_log, self.outside.now))

    def _post(
        self,
        sent: Iterable[SyntheticMessage],
        receipt_log: ReceiptLog,
        mailboxes: Sequence[str],
        progress: Callable[[int], None],
    ) -> None:
        bodies = []
        for synthetic_message in sent:
            intake = synthetic_message.code == INTAKE
            receipt_log.note_sent(synthetic_message, local(self.outside.now) if intake else None)
            self.note(synthetic_message)
            bodies.append(synthetic_message.body)
            self.documents += 1 if intake else len(synthetic_message.trades)
        self.messages += len(bodies)
        for count in self.outside.send(bodies):
            self._fetch(receipt_log, mailboxes)
            progress(count)
        self._fetch(receipt_log, mailboxes)
        progress(0)

    def _fetch(self, receipt_log: ReceiptLog, mailboxes: Sequence[str]) -> None:
        for posted in self.outside.fetch(mailboxes):
            receipt_log.read(posted.mailbox, posted.bodies)

    def _cancellations(self, receipt_log: ReceiptLog) -> list[SyntheticMessage]:
        """Lists that an officer looks at and whose buyers think better of it."""
        made = []
        for trade in self.trades:
            if trade.story == "cancelled" and "300" in receipt_log.statuses_of(trade.id):
                invt_no, pre_no = _numbers(trade, receipt_log)
                made.append(stories.cancellation(trade, invt_no, pre_no=pre_no))
        return made

    def _refunds(self, receipt_log: ReceiptLog, answered: set[str], night: int) -> list[SyntheticMessage]:
        """Returns of what is released by now, each once; what comes back twice again, once it is back."""
        made = []
        for trade in self.trades:
            if not trade.story.startswith("returned") or not _released(trade, receipt_log):
                continue
            if trade.id not in answered and night >= BEGINS.get(trade.story, 0):
                answered.add(trade.id)
                made.append(_returned(trade, receipt_log, night))
            elif trade.story in stories.SECOND and receipt_log.statuses_of(trade.id, "626") == RETURN:
                made.append(_returned(trade, receipt_log, night, "U"))
        return made

    def _deliveries(self, receipt_log: ReceiptLog, answered: set[str], night: int) -> list[SyntheticMessage]:
        """Carriers' words (513) that parcels released by now were signed for, packed as their other messages are."""
        by_carrier: dict[str, list[Trade]] = {}
        for trade in self.trades:
            if trade.number % UNSIGNED == 0 or trade.waybill is None or trade.id in answered:
                continue
            if _released(trade, receipt_log):
                answered.add(trade.id)
                by_carrier.setdefault(trade.parties.carrier.code, []).append(trade)
        after = night * 24 * stories.HOUR
        made = []
        for of_carrier in by_carrier.values():
            for start in range(0, len(of_carrier), self.per_message):
                part = of_carrier[start : start + self.per_message]
                documents: list[Document] = [stories.signed(trade, after=after) for trade in part]
                made.append(message("513", documents, part[0].parties.carrier, tuple(trade.id for trade in part)))
        return made


def _returned(trade: Trade, receipt_log: ReceiptLog, night: int, letter: str = "") -> SyntheticMessage:
    tell, (invt_no, pre_no) = stories.STORIES.get(trade.story, stories.refund), _numbers(trade, receipt_log)
    lettered = {"letter": letter} if letter else {}
    return tell(trade, invt_no, pre_no=pre_no, after=night * 24 * stories.HOUR, **lettered)


def _released(trade: Trade, receipt_log: ReceiptLog) -> bool:
    return "800" in receipt_log.statuses_of(trade.id)


def _numbers(trade: Trade, receipt_log: ReceiptLog) -> tuple[str, str]:
    """The list number and the port's number that the list's receipts gave it."""
    head = next(word.head for word in reversed(receipt_log.of(trade.id, "622")) if word.head.get("invtNo"))
    return head["invtNo"], head.get("preNo", "")
