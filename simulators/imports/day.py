"""Plays a day of import trades and the following weeks: what is sent when, by whom, and in response to what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from simulators.imports import stories
from simulators.imports.trade import Document, ImportTrade
from simulators.messages import SyntheticMessage, make_message, pack_messages
from simulators.played_day import PlayedDay
from simulators.receipt_log import ReceiptLog

NIGHTS = 40
"""Nights after which every list is final and every bill collected or void: 31 days after the latest release, and a
margin."""
UNSIGNED_ONE_IN = 16
"""One in 16 parcels is never signed for; its list closes at its deadline."""
RETURN_COMPLETED_PATH = ["2", "120", "399", "800"]
"""The statuses of a completed return."""
FIRST_NIGHT_OF = {stories.SLOW: 29, stories.LATE: 38}
"""Story → first night of its return request: in time, even if an inspection delays the goods; too late, even if one
delayed the release."""
DELIVERED_AFTER_NIGHTS = 2
"""Nights after which a released parcel is signed for."""


Pack = Callable[[Sequence[ImportTrade]], Iterable[SyntheticMessage]]
"""Packs trades into messages."""


@dataclass(slots=True)
class ImportDay(PlayedDay):
    """Plays a day of imports. `pack` packs trades into messages; without it, each gets `per_message` documents."""

    trades: Sequence[ImportTrade]
    nights: Sequence[int] = range(1, NIGHTS + 1)
    pack: Pack | None = None
    _return_sent: set[str] = field(default_factory=set)
    _delivery_sent: set[str] = field(default_factory=set)
    title: ClassVar[str] = "the nights that follow"

    def play(self, into: ReceiptLog | None = None) -> ReceiptLog:
        """Play the day as `PlayedDay` does; earlier receipts of its participants are skipped."""
        self.session.skip(self.world.mailboxes())
        return PlayedDay.play(self, into)

    def play_day(self, receipt_log: ReceiptLog) -> None:
        """Play the day itself: documents, arrivals, cancellations."""
        self.began_at = self.session.now
        pack = self.pack or partial(pack_messages, per_message=self.per_message)
        waves = list(pack(self.trades))
        for number, title in enumerate(("the four documents", "sent again, or declared")):
            self._send(title, [wave for wave in waves if wave.wave == number], receipt_log)
        self._send("arrivals (711)", stories.intakes(self.world, self.trades), receipt_log)
        self._send("cancellations (623)", self._cancellations(receipt_log), receipt_log)

    def play_night(self, night: int, receipt_log: ReceiptLog) -> None:
        """Send what follows a night that is over: returns and deliveries of released goods."""
        self._fetch(receipt_log)
        follow = self._refunds(receipt_log, self._return_sent, night)
        if night >= DELIVERED_AFTER_NIGHTS:
            follow += self._deliveries(receipt_log, self._delivery_sent, night)
        if follow:
            self._post(follow, receipt_log)

    def _cancellations(self, receipt_log: ReceiptLog) -> list[SyntheticMessage]:
        """Send cancellations of lists that are in review."""
        requests = []
        for trade in self.trades:
            if trade.story == "cancelled" and "300" in receipt_log.statuses_of(trade.id):
                invt_no, pre_no = _list_numbers(trade, receipt_log)
                requests.append(stories.cancellation(trade, invt_no, pre_no=pre_no))
        return requests

    def _refunds(self, receipt_log: ReceiptLog, sent_trades: set[str], night: int) -> list[SyntheticMessage]:
        """Returns of released goods, each once; stories with a second return get it when the first is completed."""
        requests = []
        for trade in self.trades:
            if not trade.story.startswith("returned") or not _is_released(trade, receipt_log):
                continue
            if trade.id not in sent_trades and night >= FIRST_NIGHT_OF.get(trade.story, 0):
                sent_trades.add(trade.id)
                requests.append(_return_request(trade, receipt_log, night))
            elif trade.story in stories.SECOND and receipt_log.statuses_of(trade.id, "626") == RETURN_COMPLETED_PATH:
                requests.append(_return_request(trade, receipt_log, night, "U"))
        return requests

    def _deliveries(self, receipt_log: ReceiptLog, sent_trades: set[str], night: int) -> list[SyntheticMessage]:
        """Send carriers' delivery reports (513) for released parcels, packed like their other messages."""
        by_carrier: dict[str, list[ImportTrade]] = {}
        for trade in self.trades:
            if trade.number % UNSIGNED_ONE_IN == 0 or trade.waybill is None or trade.id in sent_trades:
                continue
            if _is_released(trade, receipt_log):
                sent_trades.add(trade.id)
                by_carrier.setdefault(trade.parties.carrier.code, []).append(trade)
        return [
            _delivery_report(parcels[start : start + self.per_message], night)
            for parcels in by_carrier.values()
            for start in range(0, len(parcels), self.per_message)
        ]


def _delivery_report(parcels: Sequence[ImportTrade], night: int) -> SyntheticMessage:
    """A carrier's message (513) that parcels were signed for."""
    documents: list[Document] = [
        stories.report_of_delivery(trade, after=night * 24 * stories.HOUR) for trade in parcels
    ]
    return make_message("513", documents, parcels[0].parties.carrier, tuple(trade.id for trade in parcels))


def _return_request(trade: ImportTrade, receipt_log: ReceiptLog, night: int, letter: str = "") -> SyntheticMessage:
    write, (invt_no, pre_no) = stories.STORIES.get(trade.story, stories.refund), _list_numbers(trade, receipt_log)
    letter_option = {"letter": letter} if letter else {}
    return write(trade, invt_no, pre_no=pre_no, after=night * 24 * stories.HOUR, **letter_option)


def _is_released(trade: ImportTrade, receipt_log: ReceiptLog) -> bool:
    return "800" in receipt_log.statuses_of(trade.id)


def _list_numbers(trade: ImportTrade, receipt_log: ReceiptLog) -> tuple[str, str]:
    """The list number and the port's number from the list's receipts."""
    head = next(receipt.head for receipt in reversed(receipt_log.of(trade.id, "622")) if receipt.head.get("invtNo"))
    return head["invtNo"], head.get("preNo", "")
