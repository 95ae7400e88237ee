"""The scenes of the demo, one after the other: imports, exports, a batch, refunds, and sandboxes of earlier days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from simulators import elsewhere
from simulators.entry import DAY_MILLISECONDS, SHANGHAI, evening_of
from simulators.exports import judging as export_judging
from simulators.exports import summaries
from simulators.exports.course import ExportDay
from simulators.exports.samples import MASTER, SAMPLED, SAMPLING, sampled_batches
from simulators.exports.shop import ExportShop
from simulators.exports.trade import ExportTrade
from simulators.exports.traffic import dated_exports, export_trades, faulty_export, known_fault_exports
from simulators.imports import envelopes, limits
from simulators.imports import judging as import_judging
from simulators.imports.arithmetic import POLICIES
from simulators.imports.bills import TaxTerms
from simulators.imports.day import NIGHTS, ImportDay, Pack
from simulators.imports.differences import differing_trades
from simulators.imports.shop import Shop
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import known_fault_imports, trades
from simulators.known_faults import known_fault, known_faults
from simulators.messages import SyntheticMessage
from simulators.officers.acts import ActsDay
from simulators.played_day import ProgressDisplay
from simulators.receipt_log import ReceiptLog
from simulators.receipt_sets import with_set_complaints
from simulators.refunds import exporting as refund_exporting
from simulators.refunds.course import Course
from simulators.refunds.judging import judge
from simulators.refunds.judging import trade_verdict as refund_verdict
from simulators.report import DEPARTED, ROUNDED, TOGETHER
from simulators.scene_sandbox import SceneSandbox
from simulators.traded import Expected
from simulators.verdict import TradeVerdict, with_complaints
from simulators.world import World

DECEMBER = 12
BATCH_NIGHTS = (2, 4, 6, 8)
"""Nights that are played after a batch: it is declared automatically after a day, then its samples are inspected."""
LAST_SALE_DAY = 24
"""Goods sold up to this day of the month leave in the same month, even if they are inspected."""
SOUND_TRADES = 40
"""Number of trades without a fault in a scene of known faults, and of trades with the other rounding policy."""
FIRST_ROUNDING_NUMBER = 960_000
"""First number of the trades with the other rounding policy; no other trades use this range."""


@dataclass(slots=True)
class Scenes:
    """Plays scenes and collects their trades, receipts and verdicts.

    `expected`: (direction, fault; "" for trades without one) → outcome that replaces the expected one. `audit` and
    `digests`: audit differences, and digests by sandbox name, of the additional sandboxes.
    """

    session: SceneSandbox
    world: World
    seed: int
    per_message: int
    show: ProgressDisplay
    options: Mapping[str, Any]
    expected: Mapping[tuple[str, str], Expected] = field(default_factory=dict)
    nights: Sequence[int] = range(1, NIGHTS + 1)
    """Nights after which follow-up documents of imports are sent."""
    receipt_log: ReceiptLog = field(default_factory=lambda: ReceiptLog(()))
    imports: list[ImportTrade] = field(default_factory=list)
    exports: list[ExportTrade] = field(default_factory=list)
    verdicts: list[TradeVerdict] = field(default_factory=list)
    unfinished_deliveries: dict[str, int] = field(default_factory=dict)
    audit: list[str] = field(default_factory=list)
    digests: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    messages: int = 0
    documents: int = 0

    def play_imports(self, count: int) -> None:
        """Play a day of imports, and the 40 nights that follow."""
        # Each day has different buyers, because a buyer's yearly allowance would be used up.
        imports = trades(self.world, count, seed=self._seed(self.session.day), day=self.session.day)
        self.play_trades(list(imports))

    def play_known(self) -> None:
        """Play a trade with each known fault, and trades without one: first imports, then exports."""
        day = self._today()
        seed = self._seed(day)
        self.play_trades(known_fault_imports(Shop(self.world, seed, day), SOUND_TRADES))
        shop = ExportShop(self.world, seed, self._today())
        self._play_exports(self.session, known_fault_exports(shop, self.session.sandbox, SOUND_TRADES))

    def play_rounding(self) -> None:
        """Play imports of all kinds of goods under the other rounding policy, and the imports of `differing_trades`."""
        day, own_policy = self._today(), self.options["rounding"]
        other_policy = next(policy for policy in POLICIES if policy != own_policy)
        shop = Shop(self.world, self._seed(day) + 3, day)
        imports = [
            replace(shop.trade(number), fault=ROUNDED)
            for number in range(FIRST_ROUNDING_NUMBER, FIRST_ROUNDING_NUMBER + SOUND_TRADES)
        ]
        imports += differing_trades(shop)
        self.session.set_options(rounding=other_policy)
        self.play_trades(imports, other_policy)
        self.session.set_options(rounding=own_policy)

    def play_envelopes(self) -> None:
        """Play a message of 100 orders, and imports to whose receipts another participant subscribes."""
        shop, subscriber = Shop(self.world, self._seed(day := self._today()) + 6, day), self.world.stranger.dxp_id
        self.verdicts += envelopes.full_message(self.session, shop)
        self.session.skip([subscriber])
        imports = envelopes.subscribed_lists(shop)
        day_played = self._play_import_day(imports, partial(envelopes.messages_with_subscriber, subscriber=subscriber))
        self._judge_imports(imports)
        self.verdicts += envelopes.check_subscriber(self.session, day_played, self.receipt_log, subscriber)

    def play_trades(self, imports: Sequence[ImportTrade], rounding: str = "") -> None:
        """Play imports, and the nights that follow; judge them under a rounding policy (default: the sandbox's)."""
        self._play_import_day(imports)
        self._judge_imports(imports, rounding)

    def _play_import_day(self, imports: Sequence[ImportTrade], pack: Pack | None = None) -> ImportDay:
        self.receipt_log.expect(imports)
        day = ImportDay(self.session, self.world, imports, self.per_message, self.show, self.nights, pack=pack)
        day.play(self.receipt_log)
        self.imports += imports
        self._add_counts(day)
        return day

    def play_acts(self) -> None:
        """Play allowed and forbidden acts of officers; on the first day, also the application of a company."""
        today = self._today()
        day = ActsDay(
            self.session, self.world, self._seed(today) + 4, today, self.receipt_log, self.options["rounding"]
        )
        self.verdicts += day.play()
        if not self.session.played_before:
            self.verdicts += day.apply(self.world.export_warehouse.company)
        self.imports += day.trades
        self._add_counts(day)
        self.session.set_options(
            inspection=self.options["inspection"], automatic_officer=self.options["automatic_officer"]
        )

    def play_limits(self) -> None:
        """Play buyers who reach their yearly limits, return goods, and buy the same amount again in the same year."""
        if self._today().month == DECEMBER:
            self.session.wait(evening_of(date(self._today().year + 1, 1, 2)))
        self.session.set_options(inspection=False)
        second_day = (first_day := self._today()) + timedelta(days=limits.NIGHTS)
        steps = limits.limit_trades(self.world, self._seed(first_day), (first_day, first_day, second_day, second_day))
        days = [ImportDay(self.session, self.world, trades, self.per_message, self.show) for trades in steps]
        self.receipt_log.expect(trade for day in days for trade in day.trades)
        self._play_days(days[:2], days[:2], [*(night for night in self.nights if night < limits.NIGHTS), limits.NIGHTS])
        self._play_days(days[2:], days, self.nights)
        self.session.set_options(inspection=self.options["inspection"])
        for day in days:
            self.imports += day.trades
            self._add_counts(day)
            self._judge_imports(day.trades)

    def _play_days(
        self, new_days: Sequence[ImportDay], followed_days: Sequence[ImportDay], nights: Sequence[int]
    ) -> None:
        """Play the new days one after the other; then, after each night, send the follow-ups of `followed_days`."""
        for day in new_days:
            day.play_day(self.receipt_log)
        began_at = self.session.now
        for night in nights:
            self.session.wait(began_at + night * DAY_MILLISECONDS)
            for day in followed_days:
                day.play_night(night, self.receipt_log)

    def _judge_imports(self, imports: Sequence[ImportTrade], rounding: str = "") -> None:
        terms = TaxTerms(rounding or self.options["rounding"])
        for trade in imports:
            verdict = import_judging.judge(trade, self.receipt_log, self.expected.get(("import", trade.fault)), terms)
            self.verdicts.append(with_set_complaints(verdict, trade, self.receipt_log))

    def play_exports(self, count: int) -> None:
        """Play a day of exports, and the fortnight that follows."""
        seed, sandbox = self._seed(day := self._today()), self.session.sandbox
        self._play_exports(self.session, list(export_trades(self.world, count, seed=seed, day=day, sandbox=sandbox)))

    def play_batch(self, count: int) -> None:
        """Play `count` exports on one master waybill, for which the sandbox opens a batch."""
        shop = ExportShop(self.world, self._seed(day := self._today()) + 1, day, MASTER, aboard=count, together=True)
        exports = [replace(shop.trade(number), fault=TOGETHER, story="in_batch") for number in range(count)]
        self.session.set_options(batches="master_waybill")
        self._play_exports(self.session, exports, BATCH_NIGHTS)
        self.session.set_options(batches="")

    def play_departure(self) -> None:
        """Play two parcels of one departure note, sent before their arrival; the goods of one are inspected."""
        day = self._today()
        shop = ExportShop(self.world, self._seed(day) + 5, day, MASTER, aboard=2, together=True)
        parcels = (
            shop.trade(0, flag="B"),
            faulty_export(shop, 1, known_fault("export", "drawn"), self.session.sandbox),
        )
        self._play_exports(self.session, [replace(trade, fault=DEPARTED, story="leaves_first") for trade in parcels])

    def play_month(self) -> None:
        """Request summary declarations for the month's closed lists, by period and by list numbers."""
        now = datetime.fromtimestamp(self.session.now / 1000, SHANGHAI)
        first_day = min((export.day for export in self.exports), default=now.date()).replace(day=1)
        period = (f"{first_day:%Y%m%d}000000", f"{now:%Y%m%d%H%M%S}")
        requests = summaries.summary_requests(self.world, self.exports, self.receipt_log, f"{now:%y%m%d}", period)
        self.receipt_log.expect(requests)
        messages = (summaries.messages_of(self.world, request, period[1]) for request in requests)
        self._send_summaries(list(chain.from_iterable(messages)))
        self.verdicts += [
            summaries.judge(request, self.receipt_log, self.expected.get(("export", request.case)))
            for request in requests
        ]

    def _send_summaries(self, messages: Sequence[SyntheticMessage]) -> None:
        self.show.begin("summaries (701)", len(messages))
        for count in self.session.send([message.body for message in messages]):
            self.show.step(count, self.receipt_log, self.session.now)
        for posted in self.session.fetch(self.world.mailboxes()):
            self.receipt_log.read(posted.mailbox, posted.bodies)
        self.messages += len(messages)
        self.documents += len(messages)

    def play_refunds(self) -> None:
        """Play refunds: exporters register, export, send invoices and claim a month later; banks report payments."""
        if (today := self._today()).day > LAST_SALE_DAY:  # goods that leave in the next month are claimed a month later
            self.session.wait(evening_of((today.replace(day=1) + timedelta(days=31)).replace(day=1)))
        cases = refund_exporting.demo_cases(self.world, self._seed(self._today()) + 2, self._today())
        self.session.set_options(inspection=False)
        course = Course(
            self.session,
            self.world,
            self.world.payment_providers[0],
            cases,
            self.show,
            self.per_message,
            receipt_log=self.receipt_log,
        )
        course.play()
        self.session.set_options(inspection=self.options["inspection"])
        self._add_counts(course)
        expected_paths = {
            name: expected.outcome for (flow, name), expected in self.expected.items() if flow == "refund"
        }
        self.verdicts += [
            refund_verdict(judge(case, self.receipt_log, expected_paths.get(case.scenario.name, ""))) for case in cases
        ]

    def play_elsewhere(self) -> None:
        """Send requests about lists of this sandbox to another one."""
        name, options = f"{self.session.sandbox}-elsewhere", {**self.options, "signatures": "off"}
        other_sandbox = self.session.another_sandbox(name, self.world, options, self._today())
        self.verdicts += elsewhere.check_requests(
            other_sandbox, self.world, self.imports, self.exports, self.receipt_log
        )
        self.audit += other_sandbox.audit_differences()

    def play_earlier_days(self) -> None:
        """Play faults of earlier law, each day in its own sandbox, unless it was played before."""
        faults = sorted((fault for fault in known_faults("export") if fault.day), key=attrgetter("day"))
        for day, faults_of_day in groupby(faults, key=attrgetter("day")):
            options = {**self.options, "signatures": "off"}
            sandbox = self.session.another_sandbox(f"{self.session.sandbox}-{day}", self.world, options, day)
            if not sandbox.played_before:
                planned_faults = list(faults_of_day)
                shop = ExportShop(self.world, self._seed(day), day)
                exports = list(dated_exports(shop, planned_faults, sandbox.sandbox))
                self._play_exports(sandbox, exports, max((trade.nights for trade in planned_faults), key=max))
                self.audit += sandbox.audit_differences()
                self.digests[sandbox.sandbox] = sandbox.digests()

    def _play_exports(
        self, sandbox: SceneSandbox, exports: Sequence[ExportTrade], nights: Sequence[int] | None = None
    ) -> None:
        self.receipt_log.expect(exports)
        day = ExportDay(sandbox, self.world, exports, self.per_message, self.show)
        if nights is not None:
            day.nights = nights
        day.play(self.receipt_log)
        self._add_counts(day)
        self.exports += exports
        for trade in exports:
            verdict = export_judging.judge(trade, self.receipt_log, self.expected.get(("export", trade.fault)))
            self.verdicts.append(with_set_complaints(verdict, trade, self.receipt_log))
        self.unfinished_deliveries |= sandbox.unfinished_deliveries()

    def play_sampled(self) -> None:
        """Play batches under the law of 2018, which required samples of every batch."""
        options = {**self.options, **SAMPLED}
        sandbox = self.session.another_sandbox(f"{self.session.sandbox}-sampled", self.world, options, SAMPLING)
        if sandbox.played_before:
            return
        for batch in sampled_batches(self.world, self._seed(SAMPLING), sandbox.sandbox):
            first = len(self.verdicts)
            self._play_exports(sandbox, batch.trades, BATCH_NIGHTS)
            complaints = export_judging.check_samples(batch.trades, self.receipt_log, batch.least, batch.most)
            self.verdicts[first] = with_complaints(self.verdicts[first], complaints)
        self.audit += sandbox.audit_differences()

    def _add_counts(self, day: ImportDay | ExportDay | ActsDay | Course) -> None:
        self.messages += day.messages
        self.documents += day.documents

    def _seed(self, day: date) -> int:
        return self.seed * 100_000 + day.toordinal()

    def _today(self) -> date:
        """The sandbox's day."""
        return datetime.fromtimestamp(self.session.now / 1000, SHANGHAI).date()
