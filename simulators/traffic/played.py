"""Traffic played in process, with participants who answer what they hear: days, the nights that follow, and a verdict
about every trade. Holds every trade of the period in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

from simulators import report
from simulators.entry import DAY, Outside, audited, ended, evening, monotonic
from simulators.exports import judging as exported
from simulators.exports.course import NIGHTS as EXPORT_NIGHTS
from simulators.exports.course import ExportDay
from simulators.exports.trade import ExportTrade
from simulators.imports import judging as imported
from simulators.imports.arithmetic import POLICIES
from simulators.imports.bills import TaxTerms
from simulators.imports.day import NIGHTS as IMPORT_NIGHTS
from simulators.imports.day import Day, Show, Silent
from simulators.imports.trade import Trade
from simulators.note_times import judge_notes
from simulators.receipt_log import ReceiptLog
from simulators.receipt_sets import whole
from simulators.traffic import making
from simulators.traffic.plan import Plan
from simulators.world import World

OPTIONS: Mapping[str, Any] = {"open": False, "automatic_officer": True}
"""How a sandbox of traffic behaves where the caller does not say: closed, officers decide by keyed draw."""
TO_MIDNIGHT = DAY // 6 - 1_000
"""From a day's evening, where a sandbox begins, to the last second of the day: all its documents are written."""


@dataclass(slots=True)
class Play:
    """A period in play."""

    outside: Outside
    plan: Plan
    show: Show = field(default_factory=Silent)
    receipt_log: ReceiptLog = field(default_factory=lambda: ReceiptLog(()))
    imports: list[Day] = field(default_factory=list)
    exports: list[ExportDay] = field(default_factory=list)

    def play(self, shift: timedelta = timedelta()) -> None:
        """Play the period to the end of the last night; `shift`: so much later in the sandbox than documents say."""
        world, acts = self.plan.world(), list[tuple[int, int, Callable[[], None]]]()
        self.outside.skip([participant.dxp_id for participant in world.participants()])
        for place, day in enumerate(self.plan.days):
            instant = evening(day.day + shift) + TO_MIDNIGHT
            bought, sold = self._day(world, place)
            acts.append((instant, place, partial(self._come, bought, sold)))
            acts += [
                (instant + night * DAY, place, partial(bought.follow, night, self.receipt_log))
                for night in nights_of(bought)
            ]
            acts += [
                (instant + night * DAY, place, partial(sold.follow, night, self.receipt_log))
                for night in EXPORT_NIGHTS
                if sold.trades
            ]
        for instant, _, act in sorted(acts, key=lambda act: act[:2]):
            self.outside.wait(max(instant, self.outside.now))
            act()

    def _day(self, world: World, place: int) -> tuple[Day, ExportDay]:
        blocks = [block for block in self.plan.blocks() if block.place == place]
        bought = list(
            chain.from_iterable(making.imports(self.plan, world, block) for block in blocks if block.flow == "import")
        )
        sold = list(
            chain.from_iterable(making.exports(self.plan, world, block) for block in blocks if block.flow == "export")
        )
        self.receipt_log.expect(bought)
        self.receipt_log.expect(sold)
        self.imports.append(Day(self.outside, world, bought, self.plan.per_message, self.show))
        self.exports.append(ExportDay(self.outside, world, sold, self.plan.per_message, self.show))
        return self.imports[-1], self.exports[-1]

    def _come(self, bought: Day, sold: ExportDay) -> None:
        bought.come(self.receipt_log)
        if sold.trades:
            sold.come(self.receipt_log)


def nights_of(day: Day) -> Sequence[int]:
    """The nights after which something may follow a day of imports."""
    return range(1, IMPORT_NIGHTS + 1) if day.trades else ()


def played(
    outside: Outside,
    plan: Plan,
    display: AbstractContextManager[Show],
    shift: timedelta = timedelta(),
    rounding: str = POLICIES[0],
) -> report.Report:
    """Play a plan's traffic and judge every trade by its receipts; `rounding` is that of the sandbox's taxes."""
    begun = monotonic()
    with display as show:
        play = Play(outside, plan, show)
        play.play(shift)
    bought: list[Trade] = [trade for day in play.imports for trade in day.trades]
    sold: list[ExportTrade] = [trade for day in play.exports for trade in day.trades]
    verdicts = [
        whole(
            imported.judge(trade, play.receipt_log, terms=TaxTerms(rounding, trade.day + shift)),
            trade,
            play.receipt_log,
        )
        for trade in bought
    ]
    verdicts += [whole(exported.judge(trade, play.receipt_log), trade, play.receipt_log) for trade in sold]
    verdicts += judge_notes(play.receipt_log)
    days: list[Day | ExportDay] = [*play.imports, *play.exports]
    return report.made(
        bought,
        sold,
        verdicts,
        play.receipt_log,
        outside.stuck(),
        audited(outside),
        {outside.sandbox: outside.digests()},
        messages=sum(day.messages for day in days),
        documents=sum(day.documents for day in days),
        until=ended(outside.now),
        seconds=round(monotonic() - begun, 1),
    )
