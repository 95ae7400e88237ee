"""Plays refund cases over months: exports, summary declarations, the messages of each step, officers' decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from simulators.beside import Beside
from simulators.companies import TradingCompany
from simulators.entry import SHANGHAI, evening_of
from simulators.exports import notes, summaries
from simulators.exports.course import ExportDay
from simulators.exports.summaries import ONLY_COUNTED, REPEATED, MonthRequest
from simulators.exports.trade import CODES, INVENTORY, ExportTrade
from simulators.messages import SyntheticMessage, pack_messages
from simulators.played_day import NoDisplay, PlayedSandbox, ProgressDisplay
from simulators.receipt_log import ReceiptLog
from simulators.refunds.acts import messages_of_step, registrations
from simulators.refunds.cases import REPORT_PREFIX, RefundCase
from simulators.refunds.items import items_of
from simulators.refunds.scenarios import BANK_REASON, CLAIM, EXCHANGE, EXPORT, OFFICER, USUAL_DAYS, RefundStep
from simulators.refunds.workers import ExportWorker, InlineWorker
from simulators.verdict import TradeVerdict
from simulators.world import World

NIGHTS = (1, 2, 3)
"""Nights after which follow-ups of exports are sent; then all of them have left."""
SUMMARY, BESIDE = "summary", "beside"
CLAIM_RANK = 2 + list(USUAL_DAYS).index(CLAIM)
"""The rank of the last step before officers decide."""
MINUTE = 60_000
"""In milliseconds."""
REVIEW_PERIOD = timedelta(days=50)
"""Time, including holidays, in which every review ends."""
SUMMARY_AFTER_DAYS = 4
"""Days after the exports on which their month is summarised."""


class RefundSandbox(PlayedSandbox, Protocol):
    """A sandbox in which officers decide about claims."""

    def set_options(self, **options: Any) -> None:
        """Change options of the sandbox."""

    def settle(self) -> None:
        """Wait until no delivery is due."""

    def decide_refund(self, number: str, action: str) -> bool:
        """File a tax officer's decision about a claim; returns whether it was carried out."""

    def decide_exchange(self, number: str, action: str, reason: str) -> bool:
        """File a bank officer's decision about an exchange report; returns whether it was carried out."""


class DueStep(NamedTuple):
    """A step that is due on a day; `case` None: it concerns all cases whose exports are due then. `rank`: the order of
    steps on one day, exports and summaries before those of cases, and those before what happens `beside` them."""

    day: date
    rank: int
    do: str
    step: RefundStep | None = None
    case: RefundCase | None = None
    beside: Beside | None = None


@dataclass(slots=True)
class Course:
    """Plays cases from registration to the end of the last claim.

    `undecided`: play up to the claims, and leave the decisions to officers. `worker` makes the everyday exports of
    `seed` and reads receipts. The data of a claimed case are dropped if no message refers to them later. `beside`: the
    stories that are played with the cases.
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
    summary_verdicts: list[TradeVerdict] = field(default_factory=list)
    """Verdicts about the requests for summary declarations."""
    messages: int = 0
    documents: int = 0
    undecided: bool = False
    beside: Sequence[Beside] = ()
    _judged_requests: list[MonthRequest] = field(default_factory=list)
    """Requests whose receipts are complete: one that comes later is a fault."""

    def play(self) -> ReceiptLog:
        """Play all cases to their ends; returns the receipts."""
        self.receipt_log.expect(self.cases)
        self.receipt_log.expect(NumberedPaper(case.second_claim_no) for case in self.cases)
        self.receipt_log.expect(trade for story in self.beside for trade in story.expected())
        self._register()
        due_steps = [step for step in self._due_steps() if not (self.undecided and step.rank > CLAIM_RANK)]
        days = [
            list(steps) for _, steps in groupby(sorted(due_steps, key=lambda step: step[:3]), key=lambda step: step.day)
        ]
        self.show.begin("exports to refunds", len(days) + sum(case.planned or len(case.trades) for case in self.cases))
        for steps in days:
            self._play_steps(steps)
            self.show.step(1, self.receipt_log, self.session.now)
        if not self.undecided:
            self._wait(max(days[-1][0].day + REVIEW_PERIOD, self.until or days[-1][0].day))
        self.summary_verdicts += [
            TradeVerdict(request.id, request.case, "", late, (f"{late} came when it was judged",), "export")
            for request in self._judged_requests
            if (late := " ".join(f"{word.code}:{word.status}" for word in self.receipt_log.of(request.id)))
        ]
        return self.receipt_log

    def _register(self) -> None:
        firms = list({case.firm.code: case.firm for case in self.cases}.values())
        self.receipt_log.expect(NumberedPaper(firm.code) for firm in firms)
        self._send(registrations(firms, self._when))

    def _due_steps(self) -> Iterable[DueStep]:
        for first in {case.first for case in self.cases}:
            yield DueStep(first, 0, EXPORT)
            yield DueStep(first + timedelta(days=SUMMARY_AFTER_DAYS), 1, SUMMARY)
        for case in self.cases:
            for step in case.scenario.steps:
                yield DueStep(step.on(case.first), 2 + list(USUAL_DAYS).index(step.do), step.do, step, case)
        for story in self.beside:
            yield from (DueStep(day, 2 + len(USUAL_DAYS), BESIDE, beside=story) for day in story.days)

    def _play_steps(self, steps: Sequence[DueStep]) -> None:
        self._wait(steps[0].day)
        if self.undecided and any(step.do == CLAIM for step in steps):
            self.session.set_options(automatic_officer=False)
        for do, same_action in groupby(steps, key=lambda step: step.do):
            if do == EXPORT:
                self._play_exports([case for case in self.cases if case.first == steps[0].day])
            elif do == SUMMARY:
                self._summarise(
                    [case for case in self.cases if case.first == steps[0].day - timedelta(days=SUMMARY_AFTER_DAYS)]
                )
            elif do == OFFICER:
                self._decide(same_action)
            elif do == BESIDE:
                self._play_beside([step.beside for step in same_action if step.beside], steps[0].day)
            else:
                self._send_step([(step.case, step.step) for step in same_action if step.case and step.step])

    def _send_step(self, steps: Sequence[tuple[RefundCase, RefundStep]]) -> None:
        """Send the messages of a step for each case, reports of payments of a company in turn, since each names the
        sum until then. A case of everyday exports ends with its claim."""
        sent = [messages_of_step(case, step, self.world, self.bank, self._when) for case, step in steps]
        if steps and steps[0][1].do == EXCHANGE:
            self._send_in_turn(sent)
        else:
            self._send([message for messages in sent for message in messages])
        for case, step in steps:
            if case.planned and step.do == CLAIM:
                case.close()

    def _play_beside(self, stories: Sequence[Beside], day: date) -> None:
        """Send what stories send on a day, each its messages in turn, since a notice may depend on the one
        before; and let their officers act."""
        self._send_in_turn([story.messages(day, self.receipt_log) for story in stories])
        for story in stories:
            story.act(day)
        self.session.settle()
        self._fetch()

    def _play_exports(self, cases: Sequence[RefundCase]) -> None:
        trades = [trade for case in cases for trade in case.trades]
        self.receipt_log.expect(trades)
        day = ExportDay(
            self.session,
            self.world,
            trades,
            self.per_message,
            nights=NIGHTS,
            on_send=self._show_sent,
            per_part=self.per_part,
            packed_messages=lambda: self._export_messages(cases, trades),
            read_receipts=self._listen,
        )
        day.play(self.receipt_log)
        self._count(day.messages, day.documents)

    def _export_messages(self, cases: Sequence[RefundCase], trades: list[ExportTrade]) -> Iterator[SyntheticMessage]:
        """The messages of exports: first those of scenarios, then everyday ones, generated case by case."""
        yield from pack_messages(list(trades), self.per_message)
        everyday = [case for case in cases if case.planned]
        for case, exports in zip(
            everyday, self.worker.exports(self.world, self.seed, everyday, self.per_message), strict=True
        ):
            case.trades = exports.trades
            trades += exports.trades
            self.receipt_log.expect(exports.trades)
            yield from exports.messages

    def _show_sent(self, sent: SyntheticMessage) -> None:
        if sent.code == CODES[INVENTORY]:
            self.show.step(len(sent.trades), self.receipt_log, self.session.now)

    def _summarise(self, cases: Sequence[RefundCase]) -> None:
        """Send the exporters' requests for summary declarations, and set the items of each case from the results."""
        now = datetime.fromtimestamp(self.session.now / 1000, SHANGHAI)
        trades = [trade for case in cases for trade in case.trades]
        window = (f"{now:%Y%m}01000000", f"{now:%Y%m%d%H%M%S}")
        summary_requests = [
            request
            for request in summaries.summary_requests(self.world, trades, self.receipt_log, f"{now:%y%m%d}", window)
            if request.case not in {REPEATED, ONLY_COUNTED}
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
            if case.planned:  # everyday exports: their receipts are not needed any more, and there are many
                self.receipt_log.forget(case.trades)
        self.summary_verdicts += [summaries.judge(request, self.receipt_log) for request in summary_requests]
        self._judged_requests += summary_requests
        for request in summary_requests:  # so that what is in the log at the end came after the judgement
            self.receipt_log.clear(request.id)

    def _decide(self, steps: Iterable[DueStep]) -> None:
        for step in steps:
            if step.case and step.step:
                self._decide_about(step.case, step.step.more)
        self.session.settle()
        self._fetch()

    def _decide_about(self, case: RefundCase, more: Mapping[str, Any]) -> None:
        if more.get("about") == EXCHANGE:
            self.session.decide_exchange(case.number_of(REPORT_PREFIX), more["action"], BANK_REASON)
        else:
            self.session.decide_refund(case.id, more["action"])

    def _send_in_turn(self, sent: Sequence[Sequence[SyntheticMessage]]) -> None:
        """Send the first of each sequence, a minute later the second of each, and so on."""
        for place in range(max(map(len, sent), default=0)):
            if place:
                self.session.wait(self.session.now + MINUTE)
            self._send([messages[place] for messages in sent if place < len(messages)])

    def _send(self, messages: Sequence[SyntheticMessage]) -> None:
        self._count(len(messages), sum(len(message.trades) for message in messages))
        for message in messages:
            self.receipt_log.note_sent(message)
        for _ in self.session.send([message.body for message in messages]):
            pass
        self._fetch()

    def _count(self, messages: int, documents: int) -> None:
        self.messages += messages
        self.documents += documents

    def _wait(self, day: date) -> None:
        if evening_of(day) > self.session.now:
            self.session.wait(evening_of(day))
            self._fetch()
        self._approve()

    def _approve(self) -> None:
        """Approve claims that were selected at random for an officer's review."""
        if self.undecided:
            return
        claims = [(case.id, case.scenario.path) for case in self.cases]
        claims += [(case.second_claim_no, case.scenario.again) for case in self.cases if case.scenario.again]
        for number, promise in claims:
            path = self.receipt_log.statuses_of(number, "RefundClaimReturn")
            if path[-1:] == ["300"] and path.count("300") > promise.split().count("300"):
                self.session.decide_refund(number, "approve")
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
    """Another subject of receipts, identified by its number."""

    id: str

    @property
    def numbers(self) -> Iterable[str]:
        """Its number."""
        yield self.id
