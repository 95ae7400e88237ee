"""The course of the months: exports leave, months are summarised, papers follow day by day, officers approve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from simulators.companies import Company
from simulators.entry import SHANGHAI, evening
from simulators.exports import notes, summaries
from simulators.exports.course import ExportDay
from simulators.exports.summaries import AGAIN, COUNTED, Asking
from simulators.exports.trade import CODES, INVENTORY, ExportTrade
from simulators.imports.day import Place, Show, Silent
from simulators.messages import SyntheticMessage, messages
from simulators.receipt_log import ReceiptLog
from simulators.refunds.acts import acted, registrations
from simulators.refunds.cases import REPORT, Case
from simulators.refunds.items import items_of
from simulators.refunds.plots import CLAIM, DAYS, EXCHANGE, EXPORT, OFFICER, WHY, Step
from simulators.refunds.workers import Inline, Worker
from simulators.verdict import Verdict
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


class Ground(Place, Protocol):
    """A sandbox in which officers decide about claims."""

    def choose(self, **options: Any) -> None:
        """Change how the sandbox behaves from now on."""

    def settle(self) -> None:
        """Return when nothing is left that could be done now."""

    def decide_refund(self, number: str, action: str) -> bool:
        """File what a tax officer does with a claim. Whether it could be done."""

    def decide_exchange(self, number: str, action: str, reason: str) -> bool:
        """File what an officer of a bank does with a report of exchange. Whether it could be done."""


class Due(NamedTuple):
    """What happens on a day; `case` None: to all whose exports are of that day."""

    day: date
    rank: int
    do: str
    step: Step | None = None
    case: Case | None = None


@dataclass(slots=True)
class Course:
    """Cases in play, from registration to the end of the last of them.

    `undecided`: they are played up to their claims, and what officers would decide is left to them. `worker` makes
    everyday exports, of `seed`, and reads receipts. What is claimed and will not be spoken of again is let go.
    """

    outside: Ground
    world: World
    bank: Company
    cases: Sequence[Case]
    show: Show = field(default_factory=Silent)
    per_message: int = 20
    per_part: int = notes.PER_PART
    until: date | None = None
    receipt_log: ReceiptLog = field(default_factory=lambda: ReceiptLog(()))
    seed: int = 0
    worker: Worker = field(default_factory=Inline)
    requests: list[Verdict] = field(default_factory=list)
    """What the requests for summaries came to."""
    messages: int = 0
    documents: int = 0
    undecided: bool = False
    _judged: list[Asking] = field(default_factory=list)

    def play(self) -> ReceiptLog:
        """Play all to its end; gives all that was heard."""
        self.receipt_log.expect(self.cases)
        self.receipt_log.expect(Paper(case.second) for case in self.cases)
        self._register()
        due = [act for act in self._due() if not (self.undecided and act.rank > CLAIMED)]
        days = [list(of) for _, of in groupby(sorted(due, key=lambda act: act[:3]), key=lambda act: act.day)]
        self.show.begin("exports to refunds", len(days) + sum(case.planned or len(case.trades) for case in self.cases))
        for of in days:
            self._day(of)
            self.show.step(1, self.receipt_log, self.outside.now)
        if not self.undecided:
            self._wait(max(days[-1][0].day + REVIEWED, self.until or days[-1][0].day))
        self.requests += [
            Verdict(asking.id, asking.fault, "", late, (f"{late} came when it was judged",), "export")
            for asking in self._judged
            if (late := " ".join(f"{word.code}:{word.status}" for word in self.receipt_log.of(asking.id)))
        ]
        return self.receipt_log

    def _register(self) -> None:
        firms = list({case.firm.code: case.firm for case in self.cases}.values())
        self.receipt_log.expect(Paper(firm.code) for firm in firms)
        self._send(registrations(firms, self._when))

    def _due(self) -> Iterable[Due]:
        for first in {case.first for case in self.cases}:
            yield Due(first, 0, EXPORT)
            yield Due(first + timedelta(days=AFTER_EXPORTS), 1, SUMMARY)
        for case in self.cases:
            for step in case.plot.steps:
                yield Due(step.on(case.first), 2 + list(DAYS).index(step.do), step.do, step, case)

    def _day(self, of: Sequence[Due]) -> None:
        self._wait(of[0].day)
        if self.undecided and any(act.do == CLAIM for act in of):
            self.outside.choose(automatic_officer=False)
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

    def _act(self, steps: Sequence[tuple[Case, Step]]) -> None:
        """Send what a step asks for in each case. Everyday exports are claimed for once, and nothing follows."""
        self._send(
            [message for case, step in steps for message in acted(case, step, self.world, self.bank, self._when)]
        )
        for case, step in steps:
            if case.planned and step.do == CLAIM:
                case.close()

    def _export(self, cases: Sequence[Case]) -> None:
        trades = [trade for case in cases for trade in case.trades]
        self.receipt_log.expect(trades)
        day = ExportDay(
            self.outside,
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
        self.messages += day.messages
        self.documents += day.documents

    def _packed(self, cases: Sequence[Case], trades: list[ExportTrade]) -> Iterator[SyntheticMessage]:
        """The messages of exports: of plots together, of everyday ones case by case, as they are made."""
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
            self.show.step(len(sent.trades), self.receipt_log, self.outside.now)

    def _summarise(self, cases: Sequence[Case]) -> None:
        """Every exporter of the month has its lists summarised; then each case knows its items."""
        now = datetime.fromtimestamp(self.outside.now / 1000, SHANGHAI)
        trades = [trade for case in cases for trade in case.trades]
        window = (f"{now:%Y%m}01000000", f"{now:%Y%m%d%H%M%S}")
        askings = [
            asking
            for asking in summaries.askings(self.world, trades, self.receipt_log, f"{now:%y%m%d}", window)
            if asking.fault not in {AGAIN, COUNTED}
        ]
        self.receipt_log.expect(askings)
        self._send([request for each in askings for request in summaries.requests(self.world, each, self._when)])
        results = [word for asking in askings for word in self.receipt_log.of(asking.id, "792")]
        for case in cases:
            case.items = items_of(case.trades, self.receipt_log, results)
            if case.planned:
                self.receipt_log.forget(case.trades)
        self.requests += [summaries.judge(asking, self.receipt_log) for asking in askings]
        self._judged += askings
        for asking in askings:
            self.receipt_log.clear(asking.id)

    def _decide(self, same: Iterable[Due]) -> None:
        for act in same:
            if act.case and act.step:
                self._decide_about(act.case, act.step.more)
        self.outside.settle()
        self._fetch()

    def _decide_about(self, case: Case, more: Mapping[str, Any]) -> None:
        if more.get("about") == EXCHANGE:
            self.outside.decide_exchange(case.number_of(REPORT), more["action"], WHY)
        else:
            self.outside.decide_refund(case.id, more["action"])

    def _send(self, sent: Sequence[SyntheticMessage]) -> None:
        self.messages += len(sent)
        self.documents += sum(len(message.trades) for message in sent)
        for message in sent:
            self.receipt_log.note_sent(message)
        for _ in self.outside.send([message.body for message in sent]):
            pass
        self._fetch()

    def _wait(self, day: date) -> None:
        if evening(day) > self.outside.now:
            self.outside.wait(evening(day))
            self._fetch()
        self._approve()

    def _approve(self) -> None:
        """An officer approves what was drawn for a closer look."""
        if self.undecided:
            return
        for case in self.cases:
            path = self.receipt_log.statuses_of(case.id, "RefundClaimReturn")
            if path[-1:] == ["300"] and path.count("300") > case.plot.path.split().count("300"):
                self.outside.decide_refund(case.id, "approve")
        self.outside.settle()
        self._fetch()

    def _fetch(self) -> None:
        self._listen(self.receipt_log, True)

    def _listen(self, receipt_log: ReceiptLog, all_of_it: bool) -> None:
        self.worker.listen(
            self.outside, [participant.dxp_id for participant in self.world.participants()], receipt_log, all_of_it
        )

    @property
    def _when(self) -> str:
        return f"{datetime.fromtimestamp(self.outside.now / 1000, SHANGHAI):%Y%m%d%H%M%S}"


class Paper(NamedTuple):
    """Something else that receipts may be about, by its number."""

    id: str

    @property
    def numbers(self) -> Iterable[str]:
        """Its number."""
        yield self.id
