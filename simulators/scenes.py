"""The scenes of the demo, one after the other: imports, exports, a batch, refunds, and sandboxes of earlier days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from simulators import elsewhere
from simulators.entry import DAY, SHANGHAI, evening
from simulators.exports import judging as exported
from simulators.exports import summaries
from simulators.exports.course import ExportDay
from simulators.exports.samples import MASTER, SAMPLED, SAMPLING, sampled_batches
from simulators.exports.shop import ExportShop
from simulators.exports.trade import ExportTrade
from simulators.exports.traffic import dated_exports, export_trades, faulty_export, good_exports
from simulators.imports import envelopes, limits
from simulators.imports import judging as imported
from simulators.imports.arithmetic import POLICIES
from simulators.imports.bills import TaxTerms
from simulators.imports.day import NIGHTS, ImportDay, Pack
from simulators.imports.differences import differing
from simulators.imports.shop import Shop
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import faulty_trade, trades
from simulators.known_faults import known_fault, known_faults
from simulators.officers.acts import ActsDay
from simulators.played_day import ProgressDisplay
from simulators.receipt_log import ReceiptLog
from simulators.receipt_sets import whole
from simulators.refunds import exporting as refunded
from simulators.refunds.course import Course
from simulators.refunds.judging import judge
from simulators.refunds.judging import verdict as refund_verdict
from simulators.report import DEPARTED, ROUNDED, TOGETHER
from simulators.scene_sandbox import SceneSandbox
from simulators.traded import Expected
from simulators.verdict import TradeVerdict, with_complaints
from simulators.world import World

DECEMBER = 12
BATCH_NIGHTS = (2, 4, 6, 8)
"""A batch is declared by itself after a day; its samples are inspected in the days after."""
LAST_SOLD = 24
"""The last day of a month on which what is sold leaves in the same month, whatever holds it."""
SOUND = 40
"""Sound trades beside those with known faults, or with taxes that are rounded otherwise."""
OTHERWISE = 960_000
"""The numbers of trades whose taxes are rounded otherwise are nobody else's."""


@dataclass(slots=True)
class Scenes:
    """Scenes in play; `expected` gives faults of either direction ("" for sound trades) other outcomes. `audit` is what
    the audit found in the sandboxes of earlier days, `digests` are theirs, by name."""

    session: SceneSandbox
    world: World
    seed: int
    per_message: int
    show: ProgressDisplay
    options: Mapping[str, Any]
    expected: Mapping[tuple[str, str], Expected] = field(default_factory=dict)
    nights: Sequence[int] = range(1, NIGHTS + 1)
    """After which people look what became of their imports."""
    receipt_log: ReceiptLog = field(default_factory=lambda: ReceiptLog(()))
    imports: list[ImportTrade] = field(default_factory=list)
    exports: list[ExportTrade] = field(default_factory=list)
    verdicts: list[TradeVerdict] = field(default_factory=list)
    stuck: dict[str, int] = field(default_factory=dict)
    audit: list[str] = field(default_factory=list)
    digests: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    messages: int = 0
    documents: int = 0

    def play_imports(self, count: int) -> None:
        """A day of imports, and the 40 nights that follow."""
        # Another day has other buyers: the yearly allowance of the same ones would be used up.
        made = trades(self.world, count, seed=self._seed(self.session.day), day=self.session.day)
        self.play_these(list(made))

    def play_known(self) -> None:
        """An import with each known fault, and sound ones of all kinds of goods; then exports in the same way."""
        day = self._today()
        shop, seed = Shop(self.world, self._seed(day), day), self._seed(day)
        faulty = [faulty_trade(shop, number, known) for number, known in enumerate(known_faults("import"))]
        self.play_these([*faulty, *(shop.trade(number) for number in range(len(faulty), len(faulty) + SOUND))])
        abroad = ExportShop(self.world, seed, self._today())
        wanted = [known for known in known_faults("export") if known.day is None]
        made = [faulty_export(abroad, number, known, self.session.sandbox) for number, known in enumerate(wanted)]
        made += good_exports(abroad, range(len(made), len(made) + SOUND), self.session.sandbox)
        self._play_exports(self.session, made)

    def play_rounding(self) -> None:
        """Imports of all kinds of goods whose taxes are rounded by the other policy, and some that differ."""
        day, own = self._today(), self.options["rounding"]
        other = next(policy for policy in POLICIES if policy != own)
        shop = Shop(self.world, self._seed(day) + 3, day)
        made = [replace(shop.trade(number), fault=ROUNDED) for number in range(OTHERWISE, OTHERWISE + SOUND)]
        made += differing(shop)
        self.session.choose(rounding=other)
        self.play_these(made, other)
        self.session.choose(rounding=own)

    def play_envelopes(self) -> None:
        """A full message of orders, and imports to whose receipts another participant subscribes."""
        shop, subscriber = Shop(self.world, self._seed(day := self._today()) + 6, day), self.world.stranger.dxp_id
        self.verdicts += envelopes.full_message(self.session, shop)
        self.session.skip([subscriber])
        made = envelopes.subscribed(shop)
        play = self._played(made, partial(envelopes.packed, subscriber=subscriber))
        self._judge_imports(made)
        self.verdicts += envelopes.about_subscriber(self.session, play, self.receipt_log, subscriber)

    def play_these(self, made: Sequence[ImportTrade], rounding: str = "") -> None:
        """These imports, and the nights that follow."""
        self._played(made)
        self._judge_imports(made, rounding)

    def _played(self, made: Sequence[ImportTrade], pack: Pack | None = None) -> ImportDay:
        self.receipt_log.expect(made)
        play = ImportDay(self.session, self.world, made, self.per_message, self.show, self.nights, pack=pack)
        play.play(self.receipt_log)
        self.imports += made
        self._count(play)
        return play

    def play_acts(self) -> None:
        """Officers do what they may and try what they may not; once in a sandbox a company applies."""
        day = self._today()
        play = ActsDay(self.session, self.world, self._seed(day) + 4, day, self.receipt_log, self.options["rounding"])
        self.verdicts += play.play()
        if not self.session.again:
            self.verdicts += play.apply(self.world.export_warehouse.company)
        self.imports += play.trades
        self._count(play)
        self.session.choose(inspection=self.options["inspection"], automatic_officer=self.options["automatic_officer"])

    def play_limits(self) -> None:
        """Buyers come up to their limits, give goods back, and buy as much again; it all happens in one year."""
        if self._today().month == DECEMBER:
            self.session.wait(evening(date(self._today().year + 1, 1, 2)))
        self.session.choose(inspection=False)
        again = (first := self._today()) + timedelta(days=limits.NIGHTS)
        made = limits.steps(self.world, self._seed(first), (first, first, again, again))
        days = [ImportDay(self.session, self.world, several, self.per_message, self.show) for several in made]
        self.receipt_log.expect(trade for play in days for trade in play.trades)
        self._course(days[:2], days[:2], [*(night for night in self.nights if night < limits.NIGHTS), limits.NIGHTS])
        self._course(days[2:], days, self.nights)
        self.session.choose(inspection=self.options["inspection"])
        for play in days:
            self.imports += play.trades
            self._count(play)
            self._judge_imports(play.trades)

    def _course(self, come: Sequence[ImportDay], follow: Sequence[ImportDay], nights: Sequence[int]) -> None:
        """Days whose trades come one after the other, and nights after which all of some days are looked after."""
        for play in come:
            play.come(self.receipt_log)
        begun = self.session.now
        for night in nights:
            self.session.wait(begun + night * DAY)
            for play in follow:
                play.follow(night, self.receipt_log)

    def _judge_imports(self, judged: Sequence[ImportTrade], rounding: str = "") -> None:
        terms = TaxTerms(rounding or self.options["rounding"])
        for trade in judged:
            verdict = imported.judge(trade, self.receipt_log, self.expected.get(("import", trade.fault)), terms)
            self.verdicts.append(whole(verdict, trade, self.receipt_log))

    def play_exports(self, count: int) -> None:
        """A day of exports, and the fortnight that follows."""
        seed, sandbox = self._seed(day := self._today()), self.session.sandbox
        self._play_exports(self.session, list(export_trades(self.world, count, seed=seed, day=day, sandbox=sandbox)))

    def play_batch(self, count: int) -> None:
        """So many exports on one master waybill in a sandbox that opens a batch for it."""
        shop = ExportShop(self.world, self._seed(day := self._today()) + 1, day, MASTER, aboard=count, together=True)
        made = [replace(shop.trade(number), fault=TOGETHER, story="in_batch") for number in range(count)]
        self.session.choose(batches="master_waybill")
        self._play_exports(self.session, made, BATCH_NIGHTS)
        self.session.choose(batches="")

    def play_departure(self) -> None:
        """Two parcels leave together, before either has arrived; the goods of one are inspected first."""
        day = self._today()
        shop = ExportShop(self.world, self._seed(day) + 5, day, MASTER, aboard=2, together=True)
        both = (shop.trade(0, flag="B"), faulty_export(shop, 1, known_fault("export", "drawn"), self.session.sandbox))
        self._play_exports(self.session, [replace(trade, fault=DEPARTED, story="leaves_first") for trade in both])

    def play_month(self) -> None:
        """The month's closed lists are summarised, by window and by list numbers."""
        now = datetime.fromtimestamp(self.session.now / 1000, SHANGHAI)
        first = min((export.day for export in self.exports), default=now.date()).replace(day=1)
        summary_requests = summaries.summary_requests(
            self.world,
            self.exports,
            self.receipt_log,
            f"{now:%y%m%d}",
            (f"{first:%Y%m%d}000000", f"{now:%Y%m%d%H%M%S}"),
        )
        self.receipt_log.expect(summary_requests)
        sent = [
            message
            for request in summary_requests
            for message in summaries.messages_of(self.world, request, f"{now:%Y%m%d%H%M%S}")
        ]
        self.show.begin("summaries (701)", len(sent))
        for count in self.session.send([message.body for message in sent]):
            self.show.step(count, self.receipt_log, self.session.now)
        for posted in self.session.fetch(self.world.mailboxes()):
            self.receipt_log.read(posted.mailbox, posted.bodies)
        self.messages += len(sent)
        self.documents += len(sent)
        self.verdicts += [
            summaries.judge(request, self.receipt_log, self.expected.get(("export", request.fault)))
            for request in summary_requests
        ]

    def play_refunds(self) -> None:
        """Exporters register, sell abroad, hand in invoices and claim a month later; banks report what they collect."""
        if (today := self._today()).day > LAST_SOLD:  # what leaves in the next month is claimed a month later still
            self.session.wait(evening((today.replace(day=1) + timedelta(days=31)).replace(day=1)))
        made = refunded.short(self.world, self._seed(self._today()) + 2, self._today())
        self.session.choose(inspection=False)
        course = Course(
            self.session,
            self.world,
            self.world.payment_providers[0],
            made,
            self.show,
            self.per_message,
            receipt_log=self.receipt_log,
        )
        course.play()
        self.session.choose(inspection=self.options["inspection"])
        self._count(course)
        others = {name: expected.outcome for (flow, name), expected in self.expected.items() if flow == "refund"}
        self.verdicts += [
            refund_verdict(judge(case, self.receipt_log, others.get(case.scenario.name, ""))) for case in made
        ]

    def play_elsewhere(self) -> None:
        """Requests in another sandbox about lists of this one."""
        name, options = f"{self.session.sandbox}-elsewhere", {**self.options, "signatures": "off"}
        place = self.session.another_sandbox(name, self.world, options, self._today())
        self.verdicts += elsewhere.about_requests(place, self.world, self.imports, self.exports, self.receipt_log)
        self.audit += place.audited()

    def play_earlier_days(self) -> None:
        """Play days that need the law of their time: each in a sandbox of its own, unless it was played."""
        dated = sorted((fault for fault in known_faults("export") if fault.day), key=attrgetter("day"))
        for day, of_the_day in groupby(dated, key=attrgetter("day")):
            options = {**self.options, "signatures": "off"}
            place = self.session.another_sandbox(f"{self.session.sandbox}-{day}", self.world, options, day)
            if not place.again:
                planned = list(of_the_day)
                made = list(dated_exports(ExportShop(self.world, self._seed(day), day), planned, place.sandbox))
                self._play_exports(place, made, max((trade.nights for trade in planned), key=max))
                self.audit += place.audited()
                self.digests[place.sandbox] = place.digests()

    def _play_exports(
        self, place: SceneSandbox, made: Sequence[ExportTrade], nights: Sequence[int] | None = None
    ) -> None:
        self.receipt_log.expect(made)
        play = ExportDay(place, self.world, made, self.per_message, self.show)
        if nights is not None:
            play.nights = nights
        play.play(self.receipt_log)
        self._count(play)
        self.exports += made
        for trade in made:
            verdict = exported.judge(trade, self.receipt_log, self.expected.get(("export", trade.fault)))
            self.verdicts.append(whole(verdict, trade, self.receipt_log))
        self.stuck |= place.stuck()

    def play_sampled(self) -> None:
        """Batches under the law of 2018, which had every batch sampled."""
        options = {**self.options, **SAMPLED}
        place = self.session.another_sandbox(f"{self.session.sandbox}-sampled", self.world, options, SAMPLING)
        if place.again:
            return
        for batch in sampled_batches(self.world, self._seed(SAMPLING), place.sandbox):
            first = len(self.verdicts)
            self._play_exports(place, batch.trades, BATCH_NIGHTS)
            about = exported.about_samples(batch.trades, self.receipt_log, batch.least, batch.most)
            self.verdicts[first] = with_complaints(self.verdicts[first], about)
        self.audit += place.audited()

    def _count(self, play: ImportDay | ExportDay | ActsDay | Course) -> None:
        self.messages += play.messages
        self.documents += play.documents

    def _seed(self, day: date) -> int:
        return self.seed * 100_000 + day.toordinal()

    def _today(self) -> date:
        """The sandbox's day."""
        return datetime.fromtimestamp(self.session.now / 1000, SHANGHAI).date()
