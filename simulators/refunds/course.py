"""The course of the months: exports leave, months are summarised, papers follow day by day, officers approve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from simulators.companies import TradingCompany
from simulators.entry import SHANGHAI, evening
from simulators.exports import notes, summaries
from simulators.exports.course import ExportDay
from simulators.exports.summaries import AGAIN, COUNTED, MonthRequest
from simulators.exports.trade import CODES, INVENTORY, ExportTrade
from simulators.messages import SyntheticMessage, messages
from simulators.played_day import NoDisplay, PlayedSandbox, ProgressDisplay
from simulators.receipt_log import ReceiptLog
from simulators.refunds.acts import acted, registrations
from simulators.refunds.cases import REPORT, RefundCase
from simulators.refunds.items import items_of
from simulators.refunds.scenarios import CLAIM, DAYS, EXCHANGE, EXPORT, OFFICER, WHY, RefundStep
from simulators.refunds.workers import ExportWorker, InlineWorker
from simulators.verdict import TradeVerdict
from simulators.world import World

NIGHTS = (1, 2, 3)
"""After these the exports of a day have left."""
SUMMARY, LOOK = "summary", "look"
FIRST_STEPS = {EXPORT: 0, SUMMARY: 1}
CLAIMED = 2 + list(DAYS).index(CLAIM)
"""The rank of the last step before officers decide."""
REVIEWED = timedelta(days=50)
"""Days after which the slowest review has ended, holidays included."""
AFTER_EXPORTS = 4
"""Days after the exports on which their month is summarised."""


class RefundSandbox(PlayedSandbox, Protocol):
    """A sandbox in which officers decide about claims."""

    def choose(self, **options: Any) -> None:
        """Change how the sandbox behaves from now on."""

    def settle(self) -> None:
        """Return when nothing is left that could be done now."""

    def decide_refund(self, number: str, action: str) -> bool:
        """File what a tax officer does with a claim. Whether it could be done."""

    def decide_exchange(self, number: str, action: str, reason: str) -> bool:
        """File what an officer of a bank does with a report of exchange. Whether it could be done."""


class DueStep(NamedTuple):
    """A step that is due on a day; `case` None: it concerns all whose exports are of that day."""

    day: date
    rank: int
    do: str
    step: RefundStep | None = None
    case: RefundCase | None = None


@dataclass(slots=True)
class Course:
    """Cases in play, from registration to the end of the last of them.

    `undecided`: they are played up to their claims, and what officers would decide is left to them. `worker` makes
    everyday exports, of `seed`, and reads receipts. What is claimed and will not be spoken of again is let go.
    """

    session: RefundSandbox
    world: World
    bank: TradingCompany
    cases: Sequence[RefundCase]
    show: ProgressDisplay = field(default_factory=NoDisplay)
    per_message: int = 20
    per_part: int = notes.PER_PART
    until: date | None = None
    receipt_log: ReceiptLog = field(default_factory=lambda: ReceiptLog(()))
    seed: int = 0
    worker: ExportWorker = field(default_factory=InlineWorker)
    requests: list[TradeVerdict] = field(default_factory=list)
    """What the requests for summaries came to."""
    messages: int = 0
    documents: int = 0
    undecided: bool = False
    _judged: list[MonthRequest] = field(default_factory=list)

    def play(self) -> ReceiptLog:
        """Play all to its end; gives all that was heard."""
        self.receipt_log.expect(self.cases)
        self.receipt_log.expect(NumberedPaper(case.second) for case in self.cases)
        self._register()
        due = [act for act in self._due() if not (self.undecided and act.rank > CLAIMED)]
        days = [list(of) for _, of in groupby(sorted(due, key=lambda act: act[:3]), key=lambda act: act.day)]
        self.show.begin("exports to refunds", len(days) + sum(case.planned or len(case.trades) for case in self.cases))
        for of in days:
            self._day(of)
            self.show.step(1, self.receipt_log, self.session.now)
        if not self.undecided:
            self._wait(max(days[-1][0].day + REVIEWED, self.until or days[-1][0].day))
        self.requests += [
            TradeVerdict(request.id, request.fault, "", late, (f"{late} came when it was judged",), "export")
            for request in self._judged
            if (late := " ".join(f"{word.code}:{word.status}" for word in self.receipt_log.of(request.id)))
        ]
        return self.receipt_log

    def _register(self) -> None:
        firms = list({case.firm.code: case.firm for case in self.cases}.values())
        self.receipt_log.expect(NumberedPaper(firm.code) for firm in firms)
        self._send(registrations(firms, self._when))

    def _due(self) -> Iterable[DueStep]:
        for first in {case.first for case in self.cases}:
            yield DueStep(first, 0, EXPORT)
            yield DueStep(first + timedelta(days=AFTER_EXPORTS), 1, SUMMARY)
        for case in self.cases:
            for step in case.scenario.steps:
                yield DueStep(step.on(case.first), 2 + list(DAYS).index(step.do), step.do, step, case)

    def _day(self, of: Sequence[DueStep]) -> None:
        self._wait(of[0].day)
        if self.undecided and any(act.do == CLAIM for act in of):
            self.session.choose(automatic_officer=False)
        for do, same in groupby(of, key=lambda act: act.do):
            if do == EXPORT:
                self._export([case for case in self.cases if case.first == of[0].day])
            elif do == SUMMARY:
                self._summarise(
                    [case for case in self.cases if case.first == of[0].day - timedelta(days=AFTER_EXPORTS)]
                )
            elif do == OFFICER:
                self._decide(same)
            else:
                self._act([(act.case, act.step) for act in same if act.case and act.step])

    def _act(self, steps: Sequence[tuple[RefundCase, RefundStep]]) -> None:
        """Send what a step asks for in each case. Everyday exports are claimed for once, and nothing follows."""
        self._send(
            [message for case, step in steps for message in acted(case, step, self.world, self.bank, self._when)]
        )
        for case, step in steps:
            if case.planned and step.do == CLAIM:
                case.close()

    def _export(self, cases: Sequence[RefundCase]) -> None:
        trades = [trade for case in cases for trade in case.trades]
        self.receipt_log.expect(trades)
        day = ExportDay(
            self.session,
            self.world,
            trades,
            self.per_message,
            nights=NIGHTS,
            note=self._shown,
            per_part=self.per_part,
            packed=lambda: self._packed(cases, trades),
            listen=self._listen,
        )
        day.play(self.receipt_log)
        self._count(day.messages, day.documents)

    def _packed(self, cases: Sequence[RefundCase], trades: list[ExportTrade]) -> Iterator[SyntheticMessage]:
        """The messages of exports: of scenarios together, of everyday ones case by case, as they are made."""
        yield from messages(list(trades), self.per_message)
        everyday = [case for case in cases if case.planned]
        for case, made in zip(
            everyday, self.worker.exports(self.world, self.seed, everyday, self.per_message), strict=True
        ):
            case.trades = made.trades
            trades += made.trades
            self.receipt_log.expect(made.trades)
            yield from made.messages

    def _shown(self, sent: SyntheticMessage) -> None:
        if sent.code == CODES[INVENTORY]:
            self.show.step(len(sent.trades), self.receipt_log, self.session.now)

    def _summarise(self, cases: Sequence[RefundCase]) -> None:
        """Every exporter of the month has its lists summarised; then each case knows its items."""
        now = datetime.fromtimestamp(self.session.now / 1000, SHANGHAI)
        trades = [trade for case in cases for trade in case.trades]
        window = (f"{now:%Y%m}01000000", f"{now:%Y%m%d%H%M%S}")
        summary_requests = [
            request
            for request in summaries.summary_requests(self.world, trades, self.receipt_log, f"{now:%y%m%d}", window)
            if request.fault not in {AGAIN, COUNTED}
        ]
        self.receipt_log.expect(summary_requests)
        self._send(
            [
                message
                for request in summary_requests
                for message in summaries.messages_of(self.world, request, self._when)
            ]
        )
        results = [word for request in summary_requests for word in self.receipt_log.of(request.id, "792")]
        for case in cases:
            case.items = items_of(case.trades, self.receipt_log, results)
            if case.planned:
                self.receipt_log.forget(case.trades)
        self.requests += [summaries.judge(request, self.receipt_log) for request in summary_requests]
        self._judged += summary_requests
        for request in summary_requests:
            self.receipt_log.clear(request.id)

    def _decide(self, same: Iterable[DueStep]) -> None:
        for act in same:
            if act.case and act.step:
                self._decide_about(act.case, act.step.more)
        self.session.settle()
        self._fetch()

    def _decide_about(self, case: RefundCase, more: Mapping[str, Any]) -> None:
        if more.get("about") == EXCHANGE:
            self.session.decide_exchange(case.number_of(REPORT), more["action"], WHY)
        else:
            self.session.decide_refund(case.id, more["action"])

    def _send(self, sent: Sequence[SyntheticMessage]) -> None:
        self._count(len(sent), sum(len(message.trades) for message in sent))
        for message in sent:
            self.receipt_log.note_sent(message)
        for _ in self.session.send([message.body for message in sent]):
            pass
        self._fetch()

    def _count(self, messages: int, documents: int) -> None:
        self.messages += messages
        self.documents += documents

    def _wait(self, day: date) -> None:
        if evening(day) > self.session.now:
            self.session.wait(evening(day))
            self._fetch()
        self._approve()

    def _approve(self) -> None:
        """An officer approves what was drawn for a closer look."""
        if self.undecided:
            return
        for case in self.cases:
            path = self.receipt_log.statuses_of(case.id, "RefundClaimReturn")
            if path[-1:] == ["300"] and path.count("300") > case.scenario.path.split().count("300"):
                self.session.decide_refund(case.id, "approve")
        self.session.settle()
        self._fetch()

    def _fetch(self) -> None:
        self._listen(self.receipt_log, True)

    def _listen(self, receipt_log: ReceiptLog, all_of_it: bool) -> None:
        self.worker.listen(self.session, self.world.mailboxes(), receipt_log, all_of_it)

    @property
    def _when(self) -> str:
        return f"{datetime.fromtimestamp(self.session.now / 1000, SHANGHAI):%Y%m%d%H%M%S}"


class NumberedPaper(NamedTuple):
    """Something else that receipts may be about, by its number."""

    id: str

    @property
    def numbers(self) -> Iterable[str]:
        """Its number."""
        yield self.id
