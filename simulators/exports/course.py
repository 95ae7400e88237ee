"""Plays a day of exports and the following nights: what is sent when, by whom, and in response to what.

Orders, waybills and lists come in; accepted lists are consolidated and arrive at their site; what is released leaves on
the next night. Further events of single parcels are their stories, one function for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from simulators.exports import notes, stories
from simulators.exports.notes import HOUR
from simulators.exports.trade import STORIES_NOT_ARRIVING, STORIES_SPLIT_ARRIVAL, ExportTrade
from simulators.messages import SyntheticMessage, pack_messages
from simulators.played_day import PlayedDay
from simulators.receipt_log import ReceiptLog

NIGHTS = (1, 2, 3, 4, 5, 6, 9, 12, 15)
"""Nights after which follow-ups are sent; by the last, inspections, reviews and arrival deadlines (14 days) are
over.
"""


@dataclass(slots=True)
class ExportDay(PlayedDay):
    """Plays a day of exports.

    `packed` yields the messages of the day's documents if these are generated while they are sent, and adds their
    trades to `trades`. `listen` reads receipts; if its second argument is true, all that have come so far.
    """

    trades: Sequence[ExportTrade]
    nights: Sequence[int] = NIGHTS
    per_part: int = notes.PER_PART
    packed_messages: Callable[[], Iterable[SyntheticMessage]] | None = None
    read_receipts: Callable[[ReceiptLog, bool], None] | None = None
    _departed: set[str] = field(default_factory=set)
    _sent_once: set[tuple[str, str]] = field(default_factory=set)
    _accepted: Sequence[ExportTrade] = ()
    title: ClassVar[str] = "nights of exports"

    def play_day(self, receipt_log: ReceiptLog) -> None:
        """Play the day itself: documents, and notes about accepted lists."""
        self.began_at = self.session.now
        self._send_documents(receipt_log)
        self._accepted = accepted = [
            trade for trade in self.trades if "120" in receipt_log.statuses_of(trade.id, "604")
        ]
        self._send("told too early", self._early_messages(accepted, receipt_log), receipt_log)
        brought = [trade for trade in accepted if trade.story not in STORIES_NOT_ARRIVING]
        self._send(
            "consolidations (607)", notes.consolidations(self.world, brought, per_part=self.per_part), receipt_log
        )
        self._send("arrivals (507)", self._arrivals(brought, accepted), receipt_log)

    def _send_documents(self, receipt_log: ReceiptLog) -> None:
        """Send the documents of the trades and what follows them."""
        if self.packed_messages is not None:
            self._post(self.packed_messages(), receipt_log)
            return
        waves = list(pack_messages(self.trades, self.per_message))
        for number, title in enumerate(("exports: documents", "sent again, or declared")):
            self._send(title, [wave for wave in waves if wave.wave == number], receipt_log)

    def play_night(self, night: int, receipt_log: ReceiptLog) -> None:
        """Send what follows a night that is over: late parts, departures, events of parcels on their way."""
        self._fetch(receipt_log)
        self._post(self._night_messages(receipt_log, night), receipt_log)

    def _early_messages(self, accepted: Iterable[ExportTrade], receipt_log: ReceiptLog) -> list[SyntheticMessage]:
        """Send departures of parcels that have not arrived, withdrawals, and returns of goods never exported."""
        leaving = [trade for trade in accepted if trade.story in {"leaves_first", "left_unreleased"}]
        self._departed.update(trade.id for trade in leaving)
        messages = notes.departures(leaving)
        for trade in accepted:
            if trade.story == "cancelled":
                messages.append(stories.cancellation(trade, _invt_no(trade, receipt_log)))
            elif trade.story == "returned_unexported":
                messages.append(stories.refund(trade, _invt_no(trade, receipt_log), after=HOUR))
        return messages

    def _arrivals(self, brought: Sequence[ExportTrade], accepted: Iterable[ExportTrade]) -> list[SyntheticMessage]:
        complete = [trade for trade in brought if trade.story not in STORIES_SPLIT_ARRIVAL]
        arrivals = notes.arrivals(self.world, complete, per_part=self.per_part)
        for trade in accepted:
            if trade.story in STORIES_SPLIT_ARRIVAL or trade.story == "part_missing":
                arrivals.append(notes.in_two_parts(self.world, trade, 1, after=2 * HOUR))
            if trade.story == "part_twice":
                arrivals.append(notes.in_two_parts(self.world, trade, 1, after=3 * HOUR))
                arrivals.append(notes.in_two_parts(self.world, trade, 2, after=2 * HOUR))
        return arrivals

    def _night_messages(self, receipt_log: ReceiptLog, night: int) -> list[SyntheticMessage]:
        """Send late parts, departures of newly released parcels, and events of departed parcels."""
        after = night * 24 * HOUR
        messages: list[SyntheticMessage] = []
        leaving = []
        for trade in self._accepted:
            if trade.story == "arrives_in_parts" and self._is_first("part", trade):
                messages.append(notes.in_two_parts(self.world, trade, 2, after=2 * HOUR))
            statuses = receipt_log.statuses_of(trade.id, "604")
            if "899" in statuses:
                messages += self._story_messages(trade, receipt_log, night, after)
            elif "800" in statuses and trade.id not in self._departed:
                self._departed.add(trade.id)
                leaving.append(trade)
        return [*messages, *notes.departures(leaving, night=night, after=after, per_part=self.per_part)]

    def _story_messages(
        self, trade: ExportTrade, receipt_log: ReceiptLog, night: int, after: int
    ) -> list[SyntheticMessage]:
        if trade.story == "cancelled_late" and self._is_first("cancel", trade):
            return [stories.cancellation(trade, _invt_no(trade, receipt_log), after=after)]
        if trade.story in {"returned", "returned_twice"} and self._is_first("return", trade):
            return [stories.refund(trade, _invt_no(trade, receipt_log), after=after)]
        if trade.story in {"returned", "returned_twice"} and self._is_first("tally", trade):
            invt_no = _invt_no(trade, receipt_log)
            twice = [stories.refund(trade, invt_no, letter="U", after=after)] if trade.story == "returned_twice" else []
            return [stories.tally(self.world, trade, invt_no, after=after), *twice]
        if trade.story == "returned_late" and night == max(self.nights[:-1]) and self._is_first("return", trade):
            return [stories.refund(trade, _invt_no(trade, receipt_log), after=after)]
        return []

    def _is_first(self, topic: str, trade: ExportTrade) -> bool:
        """True the first time this is sent about a trade."""
        count = len(self._sent_once)
        self._sent_once.add((topic, trade.id))
        return len(self._sent_once) > count

    def _fetch(self, receipt_log: ReceiptLog, all_of_it: bool = True) -> None:
        if self.read_receipts is not None:
            self.read_receipts(receipt_log, all_of_it)
        else:
            PlayedDay._fetch(self, receipt_log, all_of_it)


def _invt_no(trade: ExportTrade, receipt_log: ReceiptLog) -> str:
    """The number that customs assigned to the list."""
    return next(word.head["invtNo"] for word in reversed(receipt_log.of(trade.id, "604")) if word.head.get("invtNo"))
