"""Plays traffic in this process with participants that react to receipts, and checks every trade. Keeps all trades of
the period in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

from simulators import report
from simulators.entry import DAY_MILLISECONDS, SandboxSession, audit_differences, evening_of, minute_text, monotonic
from simulators.exports import judging as exported
from simulators.exports.course import NIGHTS as EXPORT_NIGHTS
from simulators.exports.course import ExportDay
from simulators.exports.trade import ExportTrade
from simulators.imports import judging as imported
from simulators.imports.arithmetic import POLICIES
from simulators.imports.bills import TaxTerms
from simulators.imports.day import NIGHTS as IMPORT_NIGHTS
from simulators.imports.day import ImportDay
from simulators.imports.trade import ImportTrade
from simulators.note_times import judge_notes
from simulators.played_day import NoDisplay, ProgressDisplay
from simulators.receipt_log import ReceiptLog
from simulators.receipt_sets import with_set_complaints
from simulators.traffic import making
from simulators.traffic.plan import TrafficPlan
from simulators.world import World

OPTIONS: Mapping[str, Any] = {"open": False, "automatic_officer": True}
"""Default options of the sandbox: unknown companies are refused, the automatic officer decides."""
TO_MIDNIGHT = DAY_MILLISECONDS // 6 - 1_000
"""Milliseconds from the evening, where a sandbox begins, to the last second of the day."""


@dataclass(slots=True)
class TrafficPlay:
    """Plays a period."""

    session: SandboxSession
    plan: TrafficPlan
    show: ProgressDisplay = field(default_factory=NoDisplay)
    receipt_log: ReceiptLog = field(default_factory=lambda: ReceiptLog(()))
    imports: list[ImportDay] = field(default_factory=list)
    exports: list[ExportDay] = field(default_factory=list)

    def play(self, shift: timedelta = timedelta()) -> None:
        """Play the period to the end of the last night; `shift`: offset of the sandbox's clock to the documents'
        times."""
        world, acts = self.plan.world(), list[tuple[int, int, Callable[[], None]]]()
        self.session.skip(world.mailboxes())
        for place, day in enumerate(self.plan.days):
            instant = evening_of(day.day + shift) + TO_MIDNIGHT
            bought, sold = self._day(world, place)
            acts.append((instant, place, partial(self._come, bought, sold)))
            for day_played, nights in ((bought, nights_of(bought)), (sold, EXPORT_NIGHTS if sold.trades else ())):
                for night in nights:
                    play_night = partial(day_played.play_night, night, self.receipt_log)
                    acts.append((instant + night * DAY_MILLISECONDS, place, play_night))
        for instant, _, act in sorted(acts, key=lambda act: act[:2]):
            self.session.wait(max(instant, self.session.now))
            act()

    def _day(self, world: World, place: int) -> tuple[ImportDay, ExportDay]:
        blocks = [block for block in self.plan.blocks() if block.place == place]
        bought = list(
            chain.from_iterable(making.imports(self.plan, world, block) for block in blocks if block.flow == "import")
        )
        sold = list(
            chain.from_iterable(making.exports(self.plan, world, block) for block in blocks if block.flow == "export")
        )
        self.receipt_log.expect(bought)
        self.receipt_log.expect(sold)
        self.imports.append(ImportDay(self.session, world, bought, self.plan.per_message, self.show))
        self.exports.append(ExportDay(self.session, world, sold, self.plan.per_message, self.show))
        return self.imports[-1], self.exports[-1]

    def _come(self, bought: ImportDay, sold: ExportDay) -> None:
        bought.play_day(self.receipt_log)
        if sold.trades:
            sold.play_day(self.receipt_log)


def nights_of(day: ImportDay) -> Sequence[int]:
    """The nights after which follow-ups of a day of imports may be sent."""
    return range(1, IMPORT_NIGHTS + 1) if day.trades else ()


def play_traffic(
    session: SandboxSession,
    plan: TrafficPlan,
    display: AbstractContextManager[ProgressDisplay],
    shift: timedelta = timedelta(),
    rounding: str = POLICIES[0],
) -> report.DayReport:
    """Play a plan's traffic and check every trade by its receipts; `rounding`: the sandbox's policy."""
    begun = monotonic()
    with display as show:
        play = TrafficPlay(session, plan, show)
        play.play(shift)
    bought: list[ImportTrade] = [trade for day in play.imports for trade in day.trades]
    sold: list[ExportTrade] = [trade for day in play.exports for trade in day.trades]
    verdicts = [
        with_set_complaints(
            imported.judge(trade, play.receipt_log, terms=TaxTerms(rounding, trade.day + shift)),
            trade,
            play.receipt_log,
        )
        for trade in bought
    ]
    verdicts += [
        with_set_complaints(exported.judge(trade, play.receipt_log), trade, play.receipt_log) for trade in sold
    ]
    verdicts += judge_notes(play.receipt_log)
    days: list[ImportDay | ExportDay] = [*play.imports, *play.exports]
    return report.make_report(
        bought,
        sold,
        verdicts,
        play.receipt_log,
        session.unfinished_deliveries(),
        audit_differences(session),
        {session.sandbox: session.digests()},
        messages=sum(day.messages for day in days),
        documents=sum(day.documents for day in days),
        until=minute_text(session.now),
        seconds=round(monotonic() - begun, 1),
    )
