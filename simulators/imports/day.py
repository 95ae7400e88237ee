"""Plays a day of import trades and the following weeks: what is sent when, by whom, and in response to what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from simulators.imports import stories
from simulators.imports.trade import Document, ImportTrade
from simulators.messages import SyntheticMessage, message, messages
from simulators.played_day import PlayedDay
from simulators.receipt_log import ReceiptLog

NIGHTS = 40
"""Nights after which every list is final and every bill collected or void: 31 days after the latest release, and a
margin."""
UNSIGNED = 16
"""One in so many parcels is never signed for: its list closes at its deadline."""
RETURN = ["2", "120", "399", "800"]
"""The statuses of a return whose goods are back."""
BEGINS = {stories.SLOW: 29, stories.LATE: 38}
"""After so many nights these returns are applied for: in time, whatever holds the goods; too late, whatever held the
release."""
DELIVERED_AFTER = 2
"""Nights after which a released parcel is signed for."""


Pack = Callable[[Sequence[ImportTrade]], Iterable[SyntheticMessage]]
"""Packs trades into messages."""


@dataclass(slots=True)
class ImportDay(PlayedDay):
    """Plays a day of imports. `pack` packs trades into messages; without it, each gets `per_message` documents."""

    trades: Sequence[ImportTrade]
    nights: Sequence[int] = range(1, NIGHTS + 1)
    pack: Pack | None = None
    _returned: set[str] = field(default_factory=set)
    _delivered: set[str] = field(default_factory=set)
    title: ClassVar[str] = "the nights that follow"

    def play(self, into: ReceiptLog | None = None) -> ReceiptLog:
        """Play it as every day; what came to its participants before is left aside."""
        self.session.skip(self.world.mailboxes())
        return PlayedDay.play(self, into)

    def come(self, receipt_log: ReceiptLog) -> None:
        """Play the day itself: documents, arrivals, cancellations."""
        self.begun = self.session.now
        pack = self.pack or partial(messages, per_message=self.per_message)
        waves = list(pack(self.trades))
        for number, title in enumerate(("the four documents", "sent again, or declared")):
            self._send(title, [wave for wave in waves if wave.wave == number], receipt_log)
        self._send("arrivals (711)", stories.intakes(self.world, self.trades), receipt_log)
        self._send("cancellations (623)", self._cancellations(receipt_log), receipt_log)

    def follow(self, night: int, receipt_log: ReceiptLog) -> None:
        """Send what follows a night that is over: returns and deliveries of released goods."""
        self._fetch(receipt_log)
        follow = self._refunds(receipt_log, self._returned, night)
        if night >= DELIVERED_AFTER:
            follow += self._deliveries(receipt_log, self._delivered, night)
        if follow:
            self._post(follow, receipt_log)

    def _cancellations(self, receipt_log: ReceiptLog) -> list[SyntheticMessage]:
        """Send cancellations of lists that are in review."""
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
        """Send carriers' delivery reports (513) for released parcels, packed like their other messages."""
        by_carrier: dict[str, list[ImportTrade]] = {}
        for trade in self.trades:
            if trade.number % UNSIGNED == 0 or trade.waybill is None or trade.id in answered:
                continue
            if _released(trade, receipt_log):
                answered.add(trade.id)
                by_carrier.setdefault(trade.parties.carrier.code, []).append(trade)
        return [
            _signed_for(of_carrier[start : start + self.per_message], night)
            for of_carrier in by_carrier.values()
            for start in range(0, len(of_carrier), self.per_message)
        ]


def _signed_for(parcels: Sequence[ImportTrade], night: int) -> SyntheticMessage:
    """A carrier's message (513) that parcels were signed for."""
    documents: list[Document] = [stories.signed(trade, after=night * 24 * stories.HOUR) for trade in parcels]
    return message("513", documents, parcels[0].parties.carrier, tuple(trade.id for trade in parcels))


def _returned(trade: ImportTrade, receipt_log: ReceiptLog, night: int, letter: str = "") -> SyntheticMessage:
    tell, (invt_no, pre_no) = stories.STORIES.get(trade.story, stories.refund), _numbers(trade, receipt_log)
    lettered = {"letter": letter} if letter else {}
    return tell(trade, invt_no, pre_no=pre_no, after=night * 24 * stories.HOUR, **lettered)


def _released(trade: ImportTrade, receipt_log: ReceiptLog) -> bool:
    return "800" in receipt_log.statuses_of(trade.id)


def _numbers(trade: ImportTrade, receipt_log: ReceiptLog) -> tuple[str, str]:
    """The list number and the port's number from the list's receipts."""
    head = next(word.head for word in reversed(receipt_log.of(trade.id, "622")) if word.head.get("invtNo"))
    return head["invtNo"], head.get("preNo", "")
