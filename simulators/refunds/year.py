"""`single-window year`: plays a virtual year of exports and refunds, judges every claim and audits the ledgers."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click
from rich.console import Console

from simulators import published_months
from simulators.beside import JudgedStory, OperatorCalls
from simulators.entry import SandboxSession, audit_differences, minute_text, monotonic, open_sandbox, settings_for
from simulators.entry.commands import language_of
from simulators.entry.folders import temporary_folder
from simulators.live import Live
from simulators.machine import MemoryPeak, processor_use
from simulators.played_day import NoDisplay, ProgressDisplay
from simulators.published_months import PublishedMonths
from simulators.recalls import judging as recalls_judged
from simulators.recalls.lot import RecalledLot
from simulators.receipt_log import ReceiptLog
from simulators.refunds import abroad_judged, ledger
from simulators.refunds.abroad import GoodsAbroad
from simulators.refunds.cases import RefundCase
from simulators.refunds.course import Course
from simulators.refunds.exporting import month, trader_count, year_cases
from simulators.refunds.firms import Market
from simulators.refunds.judging import RefundVerdict, judge
from simulators.refunds.last_days import check_days
from simulators.refunds.scenarios import RECONCILE, TOLD, RefundScenario, refund_scenarios
from simulators.refunds.workers import ExportWorker, InlineWorker, ProcessWorker
from simulators.sailings import judging as sailings_judged
from simulators.sailings.sailings import OPTIONS as SHIPS_SAIL
from simulators.sailings.sailings import Sailings

SANDBOX = "year"
FIRST_DAY_OF_YEAR = date(2026, 1, 2)
OPTIONS = {"open": False, "automatic_officer": False, "inspection": False, "open_data": "on", **SHIPS_SAIL}
"""Options of the year's sandbox: unknown companies are refused, nothing is inspected, officers are simulated, and ships
sail to Korea."""
MAX_TRADES = 1_000_000
PER_MESSAGE = 100
"""Maximum number of documents in a message, and of parcels in a part of a note."""
MIN_TRADES_FOR_PROCESS = 1_000
"""Number of everyday exports from which a second process saves time."""
KEPT_ELEMENTS = {
    **dict.fromkeys(("304", "404", "506", "508", "510", "608"), ()),
    "604": ("orderNo", "copNo", "invtNo", "returnStatus", "returnTime"),
}
"""Elements that are stored of receipts of exports, because a year has many; receipts without any are only counted."""
TOLD_ALONE = abroad_judged.TOLD_ALONE | recalls_judged.TOLD_ALONE | sailings_judged.TOLD_ALONE
"""Types of receipts that name no trade, all of which are kept."""
MONTHS_PLAYED = 17
"""Number of months that are played: until 30 April and 1 May of the next year are over."""


class YearOptions(NamedTuple):
    """The year to play: seed of companies and exports, number of everyday exports, scenarios."""

    seed: int
    trades: int
    scenarios: Sequence[RefundScenario]


class PlayedYear(NamedTuple):
    """The result of a year: verdicts about cases, audit differences, unfinished deliveries by state, other
    complaints, figures."""

    outcomes: tuple[RefundVerdict, ...]
    audit: tuple[str, ...]
    stuck: dict[str, int]
    wrong: tuple[str, ...]
    totals: dict[str, Any]

    @property
    def complaints(self) -> list[str]:
        """Everything that was not as expected."""
        listed = [
            f"{outcome.case} ({outcome.scenario}): {complaint}"
            for outcome in self.outcomes
            for complaint in outcome.complaints
        ]
        return [
            *listed,
            *(f"audit: {complaint}" for complaint in self.audit),
            *self.wrong,
            *(f"{count} deliveries are {state}" for state, count in self.stuck.items()),
        ]

    @property
    def ok(self) -> bool:
        """True if every claim had its expected end and every ledger balances."""
        return not self.complaints


@click.command(short_help="Play a virtual year of exports and refunds, and audit it.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the companies and their exports.")
@click.option(
    "--trades",
    type=click.IntRange(0, MAX_TRADES),
    default=2_400,
    show_default=True,
    help="Number of everyday exports, in addition to those of the scenarios.",
)
@click.option("--only", multiple=True, metavar="SCENARIO", help="Play only this scenario; may be repeated.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Empty or new folder for the data of the completed year. Without it, the data are deleted.",
)
@click.option("--quiet", is_flag=True, help="No progress display.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, and nothing else on standard output.")
def year(seed: int, trades: int, only: tuple[str, ...], data: Path | None, quiet: bool, as_json: bool) -> None:
    """Play a virtual year in the sandbox "year": exporters register, export every month, request summary declarations,
    report payments, send invoices, claim, reconcile and repay, until after 30 April of the next year. Then each claim
    is compared with the expected result of its scenario, to the fen, and the ledgers are audited.

    Exit status 0: every claim is in its expected state, and the audit found no difference.
    """
    console = Console(stderr=as_json)
    chosen = _choose_scenarios(only)
    with ExitStack() as closing:
        settings = settings_for(closing.enter_context(_folder(data)), synchronous="NORMAL", readers=0)
        market = Market(seed, len(chosen) + trader_count(trades))
        session = closing.enter_context(open_sandbox(settings, SANDBOX, market, OPTIONS, FIRST_DAY_OF_YEAR))
        display: Any = nullcontext(NoDisplay()) if quiet or as_json else Live(console)
        outcome = play_year(session, market, YearOptions(seed, trades, chosen), display, worker_for(session, trades))
        if as_json:
            click.echo(json.dumps(ledger.as_json(outcome), ensure_ascii=False, indent=1))
        else:
            ledger.print_report(outcome, console, language_of(os.environ))
    sys.exit(0 if outcome.ok else 1)


def play_year(
    session: SandboxSession,
    market: Market,
    options: YearOptions,
    display: Any,
    worker_context: AbstractContextManager[ExportWorker],
) -> PlayedYear:
    """Play a year's cases to their ends and judge them; `worker_context` provides the worker."""
    begun, before = monotonic(), processor_use()
    with MemoryPeak() as peak:
        with display as show, show.family("year"), worker_context as worker:
            course = _make_course(session, market, options, show, worker)
            stories = tuple(_stories(course.cases, market, options, session.client))
            course.beside = tuple(judged.story for judged in stories)
            receipt_log = course.play()
            processor = processor_use().since(before)
        outcomes = tuple(judge(case, receipt_log) for case in course.cases)
        audit = tuple(audit_differences(session))
    totals = {
        **_totals(course, outcomes),
        "until": minute_text(session.now),
        "seconds": round(monotonic() - begun, 1),
        "processor_seconds": round(processor.own + processor.others, 1),
        "processor_seconds_own": processor.own,
        "memory": peak.highest,
    }
    beside = (complaint for judged in stories for complaint in judged.complaints(course.receipt_log))
    wrong = (*_other_complaints(course), *beside, *check_days(session.stored_deadlines()))
    return PlayedYear(outcomes, audit, dict(session.unfinished_deliveries()), wrong, totals)


def _totals(course: Course, outcomes: Sequence[RefundVerdict]) -> dict[str, Any]:
    """Figures about exports, messages, receipts and payments."""
    counts = course.receipt_log.counts
    return {
        "claims": len(outcomes),
        "exports": sum(case.figures.exports for case in course.cases),
        "messages": course.messages,
        "receipts": sum(counts.values()),
        "receipts_by_type": dict(sorted(counts.items())),
        "paid": f"{sum(outcome.paid[1] for outcome in outcomes):.2f}",
    }


def _other_complaints(course: Course) -> Iterator[str]:
    """Complaints about other subjects than claims: unreadable receipts, unregistered exporters, summary requests."""
    for wrong in course.receipt_log.wrong:
        yield f"a receipt for {wrong.mailbox} cannot be read: {wrong.why}"
    for firm in dict.fromkeys(case.firm.code for case in course.cases):
        if "800" not in course.receipt_log.statuses_of(firm, "RegistrationReturn"):
            yield f"{firm} is not registered"
    for verdict in course.summary_verdicts:
        yield from (f"{verdict.trade} ({verdict.fault}): {complaint}" for complaint in verdict.complaints)


def worker_for(session: SandboxSession, trades: int) -> AbstractContextManager[ExportWorker]:
    """A worker in a second process if there are enough exports, else one in this process."""
    if trades < MIN_TRADES_FOR_PROCESS:
        return nullcontext(InlineWorker())
    return ProcessWorker(session.window.settings, session.sandbox, KEPT_ELEMENTS)


def _make_course(
    session: SandboxSession, market: Market, options: YearOptions, show: ProgressDisplay, worker: ExportWorker
) -> Course:
    cases = year_cases(market, options.seed, FIRST_DAY_OF_YEAR, options.trades, options.scenarios)
    session.client.import_master_data("forex_enterprises", _bank_directory_csv(cases))
    return Course(
        session=session,
        world=market,
        bank=market.bank,
        cases=cases,
        show=show,
        per_message=PER_MESSAGE,
        per_part=PER_MESSAGE,
        until=month(FIRST_DAY_OF_YEAR, MONTHS_PLAYED),
        receipt_log=ReceiptLog((), KEPT_ELEMENTS, TOLD_ALONE),
        seed=options.seed,
        worker=worker,
    )


def _stories(
    cases: Sequence[RefundCase], market: Market, options: YearOptions, calls: OperatorCalls
) -> Iterator[JudgedStory]:
    """Yield the stories beside the claims: warehouses abroad tell of the goods of some, and in a year with all
    scenarios a lot is recalled, ships sail to Korea, and months of open data are published."""
    if len(options.scenarios) == len(refund_scenarios()):
        lot, sailings = RecalledLot(market, options.seed, calls), Sailings(market, options.seed, calls)
        opened = PublishedMonths(calls)
        yield JudgedStory(lot, partial(recalls_judged.complaints, lot))
        yield JudgedStory(sailings, partial(sailings_judged.complaints, sailings))
        yield JudgedStory(opened, partial(published_months.complaints, opened))
    for case in cases:
        if any(step.do == RECONCILE and step.more["sold"] == TOLD for step in case.scenario.steps):
            goods = GoodsAbroad(case, options.seed, calls)
            yield JudgedStory(goods, partial(abroad_judged.complaints, goods))


def _bank_directory_csv(cases: Sequence[RefundCase]) -> str:
    """The bank's directory of traders as CSV; exporters paid more than 200,000 dollars a year must be listed."""
    codes = dict.fromkeys(case.firm.code for case in cases if case.planned)
    return "\n".join(["code,class,registered,quota", *(f"{code},A,{FIRST_DAY_OF_YEAR}," for code in codes)])


def _choose_scenarios(only: Sequence[str]) -> tuple[RefundScenario, ...]:
    known = {scenario.name: scenario for scenario in refund_scenarios()}
    if unknown := [name for name in only if name not in known]:
        raise click.BadParameter(f"no scenario {unknown[0]!r}; there are: {', '.join(known)}", param_hint="--only")
    predecessors = {known[name].follows for name in only}
    return tuple(scenario for scenario in refund_scenarios() if not only or scenario.name in {*only, *predecessors})


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """The folder to play in, which is temporary; a completed year is moved to the user's folder, if one is given."""
    if data is not None and data.exists() and any(data.iterdir()):
        raise click.UsageError(f"{data} is not empty; choose another --data, in which nothing is yet")
    if data is not None:
        data.parent.mkdir(parents=True, exist_ok=True)
    with _sigterm_as_interrupt(), temporary_folder("year-", data and data.parent) as folder:
        yield folder / "data"
        if data is not None:
            (folder / "data").rename(data)


@contextmanager
def _sigterm_as_interrupt() -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
