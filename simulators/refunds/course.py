"""The course of the months: exports leave, months are summarised, papers follow day by day, officers approve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from simulators.companies import Company
from simulators.entry import SHANGHAI, Outside, evening
from simulators.exports import notes, summaries
from simulators.exports.course import ExportDay
from simulators.exports.summaries import AGAIN, COUNTED, Asking
from simulators.exports.trade import CODES, INVENTORY, ExportTrade
from simulators.hearing import Hearing
from simulators.imports.day import Show, Silent
from simulators.messages import SyntheticMessage, messages
from simulators.refunds.acts import acted, registrations
from simulators.refunds.cases import Case
from simulators.refunds.items import items_of
from simulators.refunds.plots import CLAIM, DAYS, EXPORT, OFFICER, Step
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

    outside: Outside
    world: World
    bank: Company
    cases: Sequence[Case]
    show: Show = field(default_factory=Silent)
    per_message: int = 20
    per_part: int = notes.PER_PART
    until: date | None = None
    hearing: Hearing = field(default_factory=lambda: Hearing(()))
    seed: int = 0
    worker: Worker = field(default_factory=Inline)
    asked: list[Verdict] = field(default_factory=list)
    """What the requests for summaries came to."""
    messages: int = 0
    documents: int = 0
    undecided: bool = False
    _judged: list[Asking] = field(default_factory=list)

    def play(self) -> Hearing:
        """Play all to its end; gives all that was heard."""
        self.hearing.expect(self.cases)
        self.hearing.expect(_Paper(one.second) for one in self.cases)
        self._register()
        due = [one for one in self._due() if not (self.undecided and one.rank > CLAIMED)]
        days = [list(of) for _, of in groupby(sorted(due, key=lambda one: one[:3]), key=lambda one: one.day)]
        self.show.begin("exports to refunds", len(days) + sum(one.planned or len(one.trades) for one in self.cases))
        for of in days:
            self._day(of)
            self.show.step(1, self.hearing, self.outside.now)
        if not self.undecided:
            self._wait(max(days[-1][0].day + REVIEWED, self.until or days[-1][0].day))
        self.asked += [
            Verdict(one.id, one.fault, "", late, (f"{late} came when it was judged",), "export")
            for one in self._judged
            if (late := " ".join(f"{word.code}:{word.status}" for word in self.hearing.of(one.id)))
        ]
        return self.hearing

    def _register(self) -> None:
        firms = list({one.firm.code: one.firm for one in self.cases}.values())
        self.hearing.expect(_Paper(one.code) for one in firms)
        self._send(registrations(firms, self._when))

    def _due(self) -> Iterable[Due]:
        for first in {one.first for one in self.cases}:
            yield Due(first, 0, EXPORT)
            yield Due(first + timedelta(days=AFTER_EXPORTS), 1, SUMMARY)
        for case in self.cases:
            for step in case.plot.steps:
                yield Due(step.on(case.first), 2 + list(DAYS).index(step.do), step.do, step, case)

    def _day(self, of: Sequence[Due]) -> None:
        self._wait(of[0].day)
        if self.undecided and any(one.do == CLAIM for one in of):
            self.outside.choose(automatic_officer=False)
        for do, same in groupby(of, key=lambda one: one.do):
            if do == EXPORT:
                self._export([one for one in self.cases if one.first == of[0].day])
            elif do == SUMMARY:
                self._summarise([one for one in self.cases if one.first == of[0].day - timedelta(days=AFTER_EXPORTS)])
            elif do == OFFICER:
                self._decide(same)
            else:
                self._act([(one.case, one.step) for one in same if one.case and one.step])

    def _act(self, steps: Sequence[tuple[Case, Step]]) -> None:
        """Send what a step asks for in each case. Everyday exports are claimed for once, and nothing follows."""
        self._send(
            [message for case, step in steps for message in acted(case, step, self.world, self.bank, self._when)]
        )
        for case, step in steps:
            if case.planned and step.do == CLAIM:
                case.close()

    def _export(self, cases: Sequence[Case]) -> None:
        trades = [trade for one in cases for trade in one.trades]
        self.hearing.expect(trades)
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
        day.play(self.hearing)
        self.messages += day.messages
        self.documents += day.documents

    def _packed(self, cases: Sequence[Case], trades: list[ExportTrade]) -> Iterator[SyntheticMessage]:
        """The messages of exports: of plots together, of everyday ones case by case, as they are made."""
        yield from messages(list(trades), self.per_message)
        everyday = [one for one in cases if one.planned]
        for case, made in zip(
            everyday, self.worker.exports(self.world, self.seed, everyday, self.per_message), strict=True
        ):
            case.trades = made.trades
            trades += made.trades
            self.hearing.expect(made.trades)
            yield from made.messages

    def _shown(self, sent: SyntheticMessage) -> None:
        if sent.code == CODES[INVENTORY]:
            self.show.step(len(sent.trades), self.hearing, self.outside.now)

    def _summarise(self, cases: Sequence[Case]) -> None:
        """Every exporter of the month has its lists summarised; then each case knows its items."""
        now = datetime.fromtimestamp(self.outside.now / 1000, SHANGHAI)
        trades = [trade for one in cases for trade in one.trades]
        window = (f"{now:%Y%m}01000000", f"{now:%Y%m%d%H%M%S}")
        asked = [
            one
            for one in summaries.askings(self.world, trades, self.hearing, f"{now:%y%m%d}", window)
            if one.fault not in {AGAIN, COUNTED}
        ]
        self.hearing.expect(asked)
        self._send([one for each in asked for one in summaries.requests(self.world, each, self._when)])
        results = [word for one in asked for word in self.hearing.of(one.id, "792")]
        for case in cases:
            case.items = items_of(case.trades, self.hearing, results)
            if case.planned:
                self.hearing.forget(case.trades)
        self.asked += [summaries.judge(one, self.hearing) for one in asked]
        self._judged += asked
        for one in asked:
            self.hearing.clear(one.id)

    def _decide(self, same: Iterable[Due]) -> None:
        for one in same:
            if one.case and one.step:
                self.outside.decide_refund(one.case.id, one.step.more["action"])
        self.outside.settle()
        self._fetch()

    def _send(self, sent: Sequence[SyntheticMessage]) -> None:
        self.messages += len(sent)
        self.documents += sum(len(one.trades) for one in sent)
        for one in sent:
            self.hearing.note_sent(one)
        for _ in self.outside.send([one.body for one in sent]):
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
            path = self.hearing.statuses_of(case.id, "RefundClaimReturn")
            if path[-1:] == ["300"] and "300" not in case.plot.path:
                self.outside.decide_refund(case.id, "approve")
        self.outside.settle()
        self._fetch()

    def _fetch(self) -> None:
        self._listen(self.hearing, True)

    def _listen(self, hearing: Hearing, all_of_it: bool) -> None:
        self.worker.listen(self.outside, [one.dxp_id for one in self.world.participants()], hearing, all_of_it)

    @property
    def _when(self) -> str:
        return f"{datetime.fromtimestamp(self.outside.now / 1000, SHANGHAI):%Y%m%d%H%M%S}"


class _Paper(NamedTuple):
    """Something else that receipts may be about, by its number."""

    id: str

    @property
    def numbers(self) -> Iterable[str]:
        """Its number."""
        yield self.id
