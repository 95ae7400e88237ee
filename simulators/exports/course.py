"""The course of a day of exports and of the nights that follow: what is sent when, by whom, in answer to what.

Orders, waybills and lists come in; accepted lists are consolidated and arrive at their site; what is released leaves on
the next night. What happens besides to single parcels, their stories, is told by a function each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from simulators.entry import DAY, local
from simulators.exports import notes, stories
from simulators.exports.notes import HOUR
from simulators.exports.trade import NOT_BROUGHT, OWN_ARRIVAL, ExportTrade
from simulators.imports.day import Place, Show, Silent
from simulators.messages import SyntheticMessage, messages
from simulators.receipt_log import ReceiptLog
from simulators.transport_notes import RECEIPT_OF
from simulators.world import World

NIGHTS = (1, 2, 3, 4, 5, 6, 9, 12, 15)
"""Nights on which people look: until then inspections, reviews and windows of arrival (14 days) are over."""


@dataclass(slots=True)
class ExportDay:
    """A day of exports in play. `nights` are those after which people look what became of their lists.

    `packed` gives the messages of the day's documents where they are made while they are sent, and adds their trades
    to `trades`. `listen` takes receipts in, at the latest all that came until now where it is told so.
    """

    outside: Place
    world: World
    trades: Sequence[ExportTrade]
    per_message: int
    show: Show = field(default_factory=Silent)
    nights: Sequence[int] = NIGHTS
    note: Callable[[SyntheticMessage], object] = lambda message: None
    per_part: int = notes.PER_PART
    packed: Callable[[], Iterable[SyntheticMessage]] | None = None
    listen: Callable[[ReceiptLog, bool], None] | None = None
    messages: int = 0
    documents: int = 0
    _gone: set[str] = field(default_factory=set)
    _told: set[tuple[str, str]] = field(default_factory=set)
    begun: int = 0
    """The sandbox's instant at which the day's messages came."""
    _accepted: Sequence[ExportTrade] = ()

    def play(self, into: ReceiptLog | None = None) -> ReceiptLog:
        """Play it to its end; gives all that was heard, which is kept in `into` where that is given."""
        receipt_log = into or ReceiptLog(self.trades)
        self.come(receipt_log)
        self.show.begin("nights of exports", len(self.nights))
        for night in self.nights:
            self.outside.wait(self.begun + night * DAY)
            self.follow(night, receipt_log)
            self.show.step(1, receipt_log, self.outside.now)
        return receipt_log

    def come(self, receipt_log: ReceiptLog) -> None:
        """What comes on the day itself: documents, and the notes about what was accepted."""
        self.begun = self.outside.now
        self._bring(receipt_log)
        self._accepted = accepted = [
            trade for trade in self.trades if "120" in receipt_log.statuses_of(trade.id, "604")
        ]
        self._send("told too early", self._early(accepted, receipt_log), receipt_log)
        brought = [trade for trade in accepted if trade.story not in NOT_BROUGHT]
        self._send(
            "consolidations (607)", notes.consolidations(self.world, brought, per_part=self.per_part), receipt_log
        )
        self._send("arrivals (507)", self._arrivals(brought, accepted), receipt_log)

    def _bring(self, receipt_log: ReceiptLog) -> None:
        """The documents of the trades, and what comes after all of them."""
        if self.packed is not None:
            self._post(self.packed(), receipt_log, lambda count: None)
            return
        waves = list(messages(self.trades, self.per_message))
        for number, title in enumerate(("exports: documents", "sent again, or declared")):
            self._send(title, [wave for wave in waves if wave.wave == number], receipt_log)

    def follow(self, night: int, receipt_log: ReceiptLog) -> None:
        """What follows after a night, which is over: late parts, departures, what happens to parcels on their way."""
        self._fetch(receipt_log)
        self._post(self._of_the_night(self._accepted, receipt_log, night), receipt_log, lambda count: None)

    def _early(self, accepted: Iterable[ExportTrade], receipt_log: ReceiptLog) -> list[SyntheticMessage]:
        """Departures of what has not arrived; withdrawals; returns of what was never exported."""
        leaving = [trade for trade in accepted if trade.story in {"leaves_first", "left_unreleased"}]
        self._gone.update(trade.id for trade in leaving)
        early = notes.departures(leaving)
        for trade in accepted:
            if trade.story == "cancelled":
                early.append(stories.cancellation(trade, _invt_no(trade, receipt_log)))
            elif trade.story == "returned_unexported":
                early.append(stories.refund(trade, _invt_no(trade, receipt_log), after=HOUR))
        return early

    def _arrivals(self, brought: Sequence[ExportTrade], accepted: Iterable[ExportTrade]) -> list[SyntheticMessage]:
        whole = [trade for trade in brought if trade.story not in OWN_ARRIVAL]
        arrivals = notes.arrivals(self.world, whole, per_part=self.per_part)
        for trade in accepted:
            if trade.story in OWN_ARRIVAL or trade.story == "part_missing":
                arrivals.append(notes.in_two_parts(self.world, trade, 1, after=2 * HOUR))
            if trade.story == "part_twice":
                arrivals.append(notes.in_two_parts(self.world, trade, 1, after=3 * HOUR))
                arrivals.append(notes.in_two_parts(self.world, trade, 2, after=2 * HOUR))
        return arrivals

    def _of_the_night(
        self, accepted: Sequence[ExportTrade], receipt_log: ReceiptLog, night: int
    ) -> list[SyntheticMessage]:
        """Late parts, departures of what was released since, and what happens to parcels that left before."""
        after = night * 24 * HOUR
        nightly: list[SyntheticMessage] = []
        leaving = []
        for trade in accepted:
            if trade.story == "arrives_in_parts" and self._first("part", trade):
                nightly.append(notes.in_two_parts(self.world, trade, 2, after=2 * HOUR))
            statuses = receipt_log.statuses_of(trade.id, "604")
            if "899" in statuses:
                nightly += self._afterwards(trade, receipt_log, night, after)
            elif "800" in statuses and trade.id not in self._gone:
                self._gone.add(trade.id)
                leaving.append(trade)
        return [*nightly, *notes.departures(leaving, night=night, after=after, per_part=self.per_part)]

    def _afterwards(
        self, trade: ExportTrade, receipt_log: ReceiptLog, night: int, after: int
    ) -> list[SyntheticMessage]:
        if trade.story == "cancelled_late" and self._first("cancel", trade):
            return [stories.cancellation(trade, _invt_no(trade, receipt_log), after=after)]
        if trade.story in {"returned", "returned_twice"} and self._first("return", trade):
            return [stories.refund(trade, _invt_no(trade, receipt_log), after=after)]
        if trade.story in {"returned", "returned_twice"} and self._first("tally", trade):
            invt_no = _invt_no(trade, receipt_log)
            twice = [stories.refund(trade, invt_no, letter="U", after=after)] if trade.story == "returned_twice" else []
            return [stories.tally(self.world, trade, invt_no, after=after), *twice]
        if trade.story == "returned_late" and night == max(self.nights[:-1]) and self._first("return", trade):
            return [stories.refund(trade, _invt_no(trade, receipt_log), after=after)]
        return []

    def _first(self, topic: str, trade: ExportTrade) -> bool:
        """True if this is told of a trade for the first time."""
        before = len(self._told)
        self._told.add((topic, trade.id))
        return len(self._told) > before

    def _send(self, title: str, sent: Sequence[SyntheticMessage], receipt_log: ReceiptLog) -> None:
        self.show.begin(title, len(sent))
        self._post(sent, receipt_log, lambda count: self.show.step(count, receipt_log, self.outside.now))

    def _post(self, sent: Iterable[SyntheticMessage], receipt_log: ReceiptLog, progress: Callable[[int], None]) -> None:
        for count in self.outside.send(self._noted(sent, receipt_log)):
            self._fetch(receipt_log, False)
            progress(count)
        self._fetch(receipt_log)

    def _noted(self, sent: Iterable[SyntheticMessage], receipt_log: ReceiptLog) -> Iterator[bytes]:
        """The bytes of messages, each noted before it goes out."""
        for message in sent:
            of_transport = message.code in RECEIPT_OF
            receipt_log.note_sent(message, local(self.outside.now) if of_transport else None)
            self.note(message)
            self.messages += 1
            self.documents += 1 if of_transport else len(message.trades)
            yield message.body

    def _fetch(self, receipt_log: ReceiptLog, all_of_it: bool = True) -> None:
        if self.listen is not None:
            self.listen(receipt_log, all_of_it)
            return
        for posted in self.outside.fetch([participant.dxp_id for participant in self.world.participants()]):
            receipt_log.read(posted.mailbox, posted.bodies)


def _invt_no(trade: ExportTrade, receipt_log: ReceiptLog) -> str:
    """The number that customs gave the list."""
    return next(word.head["invtNo"] for word in reversed(receipt_log.of(trade.id, "604")) if word.head.get("invtNo"))
