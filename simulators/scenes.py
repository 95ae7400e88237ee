"""What the demo plays, scene after scene: imports, exports, a batch, refunds, and beside it what earlier days had."""

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
from simulators.exports.faults import export_fault, export_faults
from simulators.exports.samples import MASTER, SAMPLED, SAMPLING, sampled_batches
from simulators.exports.shop import ExportShop
from simulators.exports.trade import ExportTrade
from simulators.exports.traffic import dated_exports, export_trades, faulty_export, good_exports
from simulators.grounds import Grounds
from simulators.imports import envelopes, limits
from simulators.imports import judging as imported
from simulators.imports.arithmetic import POLICIES
from simulators.imports.bills import TaxTerms
from simulators.imports.day import NIGHTS, Day, Pack, Show
from simulators.imports.differences import differing
from simulators.imports.faults import faults
from simulators.imports.shop import Shop
from simulators.imports.trade import Trade
from simulators.imports.traffic import faulty_trade, trades
from simulators.officers.acts import ActsDay
from simulators.receipt_log import ReceiptLog
from simulators.receipt_sets import whole
from simulators.refunds import exporting as refunded
from simulators.refunds.course import Course
from simulators.refunds.judging import judge, verdict
from simulators.report import DEPARTED, ROUNDED, TOGETHER
from simulators.traded import Expected
from simulators.verdict import Verdict, with_complaints
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

    outside: Grounds
    world: World
    seed: int
    per_message: int
    show: Show
    options: Mapping[str, Any]
    expected: Mapping[tuple[str, str], Expected] = field(default_factory=dict)
    nights: Sequence[int] = range(1, NIGHTS + 1)
    """After which people look what became of their imports."""
    receipt_log: ReceiptLog = field(default_factory=lambda: ReceiptLog(()))
    imports: list[Trade] = field(default_factory=list)
    exports: list[ExportTrade] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    stuck: dict[str, int] = field(default_factory=dict)
    audit: list[str] = field(default_factory=list)
    digests: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    messages: int = 0
    documents: int = 0

    def play_imports(self, count: int) -> None:
        """A day of imports, and the 40 nights that follow."""
        # Another day has other buyers: the yearly allowance of the same ones would be used up.
        made = trades(self.world, count, seed=self._seed(self.outside.day), day=self.outside.day)
        self.play_these(list(made))

    def play_known(self) -> None:
        """An import with each known fault, and sound ones of all kinds of goods; then exports in the same way."""
        day = self._today()
        shop, seed = Shop(self.world, self._seed(day), day), self._seed(day)
        faulty = [faulty_trade(shop, number, known) for number, known in enumerate(faults())]
        self.play_these([*faulty, *(shop.trade(number) for number in range(len(faulty), len(faulty) + SOUND))])
        abroad = ExportShop(self.world, seed, self._today())
        wanted = [known for known in export_faults() if known.day is None]
        made = [faulty_export(abroad, number, known, self.outside.sandbox) for number, known in enumerate(wanted)]
        sound = good_exports(abroad, range(len(made), len(made) + SOUND), self.outside.sandbox)
        self._play_exports(self.outside, [*made, *sound])

    def play_rounding(self) -> None:
        """Imports of all kinds of goods whose taxes are rounded by the other policy, and some that differ."""
        day, own = self._today(), self.options["rounding"]
        other = next(policy for policy in POLICIES if policy != own)
        shop = Shop(self.world, self._seed(day) + 3, day)
        made = [replace(shop.trade(number), fault=ROUNDED) for number in range(OTHERWISE, OTHERWISE + SOUND)]
        made += differing(shop)
        self.outside.choose(rounding=other)
        self.play_these(made, other)
        self.outside.choose(rounding=own)

    def play_envelopes(self) -> None:
        """A full message of orders, and imports to whose receipts another participant subscribes."""
        shop, subscriber = Shop(self.world, self._seed(day := self._today()) + 6, day), self.world.stranger.dxp_id
        self.verdicts += envelopes.full_message(self.outside, shop)
        self.outside.skip([subscriber])
        made = envelopes.subscribed(shop)
        play = self._played(made, partial(envelopes.packed, subscriber=subscriber))
        self._judge_imports(made)
        self.verdicts += envelopes.about_subscriber(self.outside, play, self.receipt_log, subscriber)

    def play_these(self, made: Sequence[Trade], rounding: str = "") -> None:
        """These imports, and the nights that follow."""
        self._played(made)
        self._judge_imports(made, rounding)

    def _played(self, made: Sequence[Trade], pack: Pack | None = None) -> Day:
        self.receipt_log.expect(made)
        play = Day(self.outside, self.world, made, self.per_message, self.show, self.nights, pack)
        play.play(self.receipt_log)
        self.imports += made
        self._count(play)
        return play

    def play_acts(self) -> None:
        """Officers do what they may and try what they may not; once in a sandbox a company applies."""
        day = self._today()
        play = ActsDay(self.outside, self.world, self._seed(day) + 4, day, self.receipt_log, self.options["rounding"])
        self.verdicts += play.play()
        if not self.outside.again:
            self.verdicts += play.apply(self.world.export_warehouse.company)
        self.imports += play.trades
        self._count(play)
        self.outside.choose(inspection=self.options["inspection"], automatic_officer=self.options["automatic_officer"])

    def play_limits(self) -> None:
        """Buyers come up to their limits, give goods back, and buy as much again; it all happens in one year."""
        if self._today().month == DECEMBER:
            self.outside.wait(evening(date(self._today().year + 1, 1, 2)))
        self.outside.choose(inspection=False)
        first = self._today()
        again = first + timedelta(days=limits.NIGHTS)
        made = list(limits.steps(self.world, self._seed(first), (first, first, again, again)))
        for several in made:
            self.receipt_log.expect(several)
        days = [Day(self.outside, self.world, several, self.per_message, self.show) for several in made]
        self._course(days[:2], days[:2], [*(night for night in self.nights if night < limits.NIGHTS), limits.NIGHTS])
        self._course(days[2:], days, self.nights)
        self.outside.choose(inspection=self.options["inspection"])
        for play in days:
            self.imports += play.trades
            self._count(play)
            self._judge_imports(play.trades)

    def _course(self, come: Sequence[Day], follow: Sequence[Day], nights: Sequence[int]) -> None:
        """Days whose trades come one after the other, and nights after which all of some days are looked after."""
        for play in come:
            play.come(self.receipt_log)
        begun = self.outside.now
        for night in nights:
            self.outside.wait(begun + night * DAY)
            for play in follow:
                play.follow(night, self.receipt_log)

    def _judge_imports(self, judged: Sequence[Trade], rounding: str = "") -> None:
        terms = TaxTerms(rounding or self.options["rounding"])
        self.verdicts += [
            whole(
                imported.judge(trade, self.receipt_log, self.expected.get(("import", trade.fault)), terms),
                trade,
                self.receipt_log,
            )
            for trade in judged
        ]

    def play_exports(self, count: int) -> None:
        """A day of exports, and the fortnight that follows."""
        seed, sandbox = self._seed(day := self._today()), self.outside.sandbox
        self._play_exports(self.outside, list(export_trades(self.world, count, seed=seed, day=day, sandbox=sandbox)))

    def play_batch(self, count: int) -> None:
        """So many exports on one master waybill in a sandbox that opens a batch for it."""
        day = self._today()
        shop = ExportShop(self.world, self._seed(day) + 1, day, {"9610": 100}, aboard=count, together=True)
        made = [replace(shop.trade(number), fault=TOGETHER, story="in_batch") for number in range(count)]
        self.outside.choose(batches="master_waybill")
        self._play_exports(self.outside, made, BATCH_NIGHTS)
        self.outside.choose(batches="")

    def play_departure(self) -> None:
        """Two parcels leave together, before either has arrived; the goods of one are inspected first."""
        day = self._today()
        shop = ExportShop(self.world, self._seed(day) + 5, day, MASTER, aboard=2, together=True)
        both = (shop.trade(0, flag="B"), faulty_export(shop, 1, export_fault("drawn"), self.outside.sandbox))
        made = [replace(trade, fault=DEPARTED, story="leaves_first") for trade in both]
        self._play_exports(self.outside, made)

    def play_month(self) -> None:
        """The month's closed lists are summarised, by window and by list numbers."""
        now = datetime.fromtimestamp(self.outside.now / 1000, SHANGHAI)
        first = min((export.day for export in self.exports), default=now.date()).replace(day=1)
        askings = summaries.askings(
            self.world,
            self.exports,
            self.receipt_log,
            f"{now:%y%m%d}",
            (f"{first:%Y%m%d}000000", f"{now:%Y%m%d%H%M%S}"),
        )
        self.receipt_log.expect(askings)
        sent = [
            request for asking in askings for request in summaries.requests(self.world, asking, f"{now:%Y%m%d%H%M%S}")
        ]
        self.show.begin("summaries (701)", len(sent))
        mailboxes = [participant.dxp_id for participant in self.world.participants()]
        for count in self.outside.send([message.body for message in sent]):
            self.show.step(count, self.receipt_log, self.outside.now)
        for posted in self.outside.fetch(mailboxes):
            self.receipt_log.read(posted.mailbox, posted.bodies)
        self.messages += len(sent)
        self.documents += len(sent)
        self.verdicts += [
            summaries.judge(asking, self.receipt_log, self.expected.get(("export", asking.fault))) for asking in askings
        ]

    def play_refunds(self) -> None:
        """Exporters register, sell abroad, hand in invoices and claim a month later; banks report what they collect."""
        if (today := self._today()).day > LAST_SOLD:  # what leaves in the next month is claimed a month later still
            self.outside.wait(evening((today.replace(day=1) + timedelta(days=31)).replace(day=1)))
        made = refunded.short(self.world, self._seed(self._today()) + 2, self._today())
        self.outside.choose(inspection=False)
        course = Course(
            self.outside,
            self.world,
            self.world.payment_providers[0],
            made,
            self.show,
            self.per_message,
            receipt_log=self.receipt_log,
        )
        course.play()
        self.outside.choose(inspection=self.options["inspection"])
        self.messages += course.messages
        self.documents += course.documents
        others = {name: expected.outcome for (flow, name), expected in self.expected.items() if flow == "refund"}
        self.verdicts += [verdict(judge(case, self.receipt_log, others.get(case.plot.name, ""))) for case in made]

    def play_elsewhere(self) -> None:
        """Requests in another sandbox about lists of this one."""
        name, options = f"{self.outside.sandbox}-elsewhere", {**self.options, "signatures": "off"}
        place = self.outside.beside(name, self.world, options, self._today())
        self.verdicts += elsewhere.about_requests(place, self.world, self.imports, self.exports, self.receipt_log)
        self.audit += place.audited()

    def play_earlier_days(self) -> None:
        """What can only be seen under the law of its day: each day in a sandbox of its own, unless it was played."""
        dated = sorted((export_fault for export_fault in export_faults() if export_fault.day), key=attrgetter("day"))
        for day, of_the_day in groupby(dated, key=attrgetter("day")):
            options = {**self.options, "signatures": "off"}
            place = self.outside.beside(f"{self.outside.sandbox}-{day}", self.world, options, day)
            if not place.again:
                planned = list(of_the_day)
                made = list(dated_exports(ExportShop(self.world, self._seed(day), day), planned, place.sandbox))
                self._play_exports(place, made, max((trade.nights for trade in planned), key=max))
                self.audit += place.audited()
                self.digests[place.sandbox] = place.digests()

    def _play_exports(self, place: Grounds, made: Sequence[ExportTrade], nights: Sequence[int] | None = None) -> None:
        self.receipt_log.expect(made)
        play = ExportDay(place, self.world, made, self.per_message, self.show)
        if nights is not None:
            play.nights = nights
        play.play(self.receipt_log)
        self._count(play)
        self.exports += made
        self.verdicts += [
            whole(
                exported.judge(trade, self.receipt_log, self.expected.get(("export", trade.fault))),
                trade,
                self.receipt_log,
            )
            for trade in made
        ]
        self.stuck |= place.stuck()

    def play_sampled(self) -> None:
        """Batches under the law of 2018, which had every batch sampled."""
        options = {**self.options, **SAMPLED}
        place = self.outside.beside(f"{self.outside.sandbox}-sampled", self.world, options, SAMPLING)
        if place.again:
            return
        for batch in sampled_batches(self.world, self._seed(SAMPLING), place.sandbox):
            first = len(self.verdicts)
            self._play_exports(place, batch.trades, BATCH_NIGHTS)
            about = exported.about_samples(batch.trades, self.receipt_log, batch.least, batch.most)
            self.verdicts[first] = with_complaints(self.verdicts[first], about)
        self.audit += place.audited()

    def _count(self, play: Day | ExportDay | ActsDay) -> None:
        self.messages += play.messages
        self.documents += play.documents

    def _seed(self, day: date) -> int:
        return self.seed * 100_000 + day.toordinal()

    def _today(self) -> date:
        """The sandbox's day."""
        return datetime.fromtimestamp(self.outside.now / 1000, SHANGHAI).date()
