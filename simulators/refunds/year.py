"""`single-window year`: plays a virtual year, from the first order to every refund's end, and holds it to account."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import click
from rich.console import Console

from simulators.entry import SandboxSession, audited, ended, monotonic, opened, settings_for
from simulators.entry.folders import temporary_folder
from simulators.live import Live
from simulators.machine import MemoryPeak, used
from simulators.played_day import NoDisplay, ProgressDisplay
from simulators.receipt_log import ReceiptLog
from simulators.refunds import ledger
from simulators.refunds.cases import RefundCase
from simulators.refunds.course import Course
from simulators.refunds.exporting import cases, month, traders
from simulators.refunds.firms import Market
from simulators.refunds.judging import RefundVerdict, judge
from simulators.refunds.last_days import about_days
from simulators.refunds.scenarios import RefundScenario, refund_scenarios
from simulators.refunds.workers import ExportWorker, InlineWorker, ProcessWorker

SANDBOX = "year"
BEGINS = date(2026, 1, 2)
OPTIONS = {"open": False, "automatic_officer": False, "inspection": False}
"""How the year's sandbox behaves: closed; inspections are the demo's matter, and officers are played."""
MOST_TRADES = 1_000_000
PER_MESSAGE = 100
"""Documents in a message, and parcels in a part of a note."""
WORTH_A_PROCESS = 1_000
"""Everyday exports from which on a process beside pays."""
KEPT = {
    **dict.fromkeys(("304", "404", "506", "508", "510", "608"), ()),
    "604": ("orderNo", "copNo", "invtNo", "returnStatus", "returnTime"),
}
"""What is remembered of receipts about exports, of which a year has many."""
ENDS = 17
"""Months after the first until which a year is looked at: the 30 April and the 1 May of the next one are over."""


class YearOptions(NamedTuple):
    """The year to play: the seed of companies and exports, how many everyday exports, which scenarios beside them."""

    seed: int
    trades: int
    scenarios: Sequence[RefundScenario]


class PlayedYear(NamedTuple):
    """A year that was played: what each case came to, what the audit found, what is not done, and figures."""

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
        """True if every claim came to its end and every ledger balances."""
        return not self.complaints


@click.command(short_help="Play a virtual year of exports and refunds, and audit it.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the companies and what they export.")
@click.option(
    "--trades",
    type=click.IntRange(0, MOST_TRADES),
    default=2_400,
    show_default=True,
    help="How many everyday exports there are beside those of the scenarios.",
)
@click.option("--only", multiple=True, metavar="SCENARIO", help="Play only this scenario; may be repeated.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the data are kept when the year is over; nothing may be there yet. Without it: nowhere.",
)
@click.option("--quiet", is_flag=True, help="No progress display.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON on the standard output, nothing else there.")
def year(seed: int, trades: int, only: tuple[str, ...], data: Path | None, quiet: bool, as_json: bool) -> None:
    """Play a virtual year in the sandbox "year": exporters register, sell abroad month by month, have their lists
    summarised, collect exchange, hand in invoices, claim, reconcile, repay, up to the 30 April of the next year and
    beyond. Then each claim is compared with what its scenario must come to, to the fen, and the data are audited.

    Ends with status 0 only if every claim is in its expected state and the audit is clean.
    """
    console = Console(stderr=as_json)
    chosen = _chosen(only)
    with ExitStack() as closing:
        settings = settings_for(closing.enter_context(_folder(data)), synchronous="NORMAL", readers=0)
        market = Market(seed, len(chosen) + traders(trades))
        session = closing.enter_context(opened(settings, SANDBOX, market, OPTIONS, BEGINS))
        display: Any = nullcontext(NoDisplay()) if quiet or as_json else Live(console)
        outcome = played(session, market, YearOptions(seed, trades, chosen), display, worker_for(session, trades))
        if as_json:
            click.echo(json.dumps(ledger.as_json(outcome), ensure_ascii=False, indent=1))
        else:
            ledger.show(outcome, console)
    sys.exit(0 if outcome.ok else 1)


def played(
    session: SandboxSession,
    market: Market,
    wanted: YearOptions,
    display: Any,
    working: AbstractContextManager[ExportWorker],
) -> PlayedYear:
    """Play a year's cases to their ends and judge them. `working` makes everyday exports and reads receipts."""
    begun, before = monotonic(), used()
    with MemoryPeak() as peak:
        with display as show, working as worker:
            course = _course(session, market, wanted, show, worker)
            receipt_log = course.play()
            spent = used().since(before)
        outcomes = tuple(judge(case, receipt_log) for case in course.cases)
        audit = tuple(audited(session))
    totals = {
        **_totals(course, outcomes),
        "until": ended(session.now),
        "seconds": round(monotonic() - begun, 1),
        "processor_seconds": round(spent.own + spent.others, 1),
        "processor_seconds_own": spent.own,
        "memory": peak.most,
    }
    wrong = (*_wrong(course), *about_days(session.kept_days()))
    return PlayedYear(outcomes, audit, dict(session.stuck()), wrong, totals)


def _totals(course: Course, outcomes: Sequence[RefundVerdict]) -> dict[str, Any]:
    """The figures of what was played and paid."""
    counts = course.receipt_log.counts
    return {
        "claims": len(outcomes),
        "exports": sum(case.books.exports for case in course.cases),
        "messages": course.messages,
        "receipts": sum(counts.values()),
        "receipts_by_type": dict(sorted(counts.items())),
        "paid": f"{sum(outcome.paid[1] for outcome in outcomes):.2f}",
    }


def _wrong(course: Course) -> Iterator[str]:
    """Complaints that are about no claim: unreadable receipts, exporters that are not registered, requests."""
    for wrong in course.receipt_log.wrong:
        yield f"a receipt for {wrong.mailbox} cannot be read: {wrong.why}"
    for firm in dict.fromkeys(case.firm.code for case in course.cases):
        if "800" not in course.receipt_log.statuses_of(firm, "RegistrationReturn"):
            yield f"{firm} is not registered"
    for verdict in course.requests:
        yield from (f"{verdict.trade} ({verdict.fault}): {complaint}" for complaint in verdict.complaints)


def worker_for(session: SandboxSession, trades: int) -> AbstractContextManager[ExportWorker]:
    """Beside the process that plays, where there is enough to do for two."""
    if trades < WORTH_A_PROCESS:
        return nullcontext(InlineWorker())
    return ProcessWorker(session.window.settings, session.sandbox, KEPT)


def _course(
    session: SandboxSession, market: Market, wanted: YearOptions, show: ProgressDisplay, worker: ExportWorker
) -> Course:
    made = cases(market, wanted.seed, BEGINS, wanted.trades, wanted.scenarios)
    session.client.import_master_data("forex_enterprises", _directory(made))
    return Course(
        session=session,
        world=market,
        bank=market.bank,
        cases=made,
        show=show,
        per_message=PER_MESSAGE,
        per_part=PER_MESSAGE,
        until=month(BEGINS, ENDS),
        receipt_log=ReceiptLog((), KEPT),
        seed=wanted.seed,
        worker=worker,
    )


def _directory(made: Sequence[RefundCase]) -> str:
    """Traders in the directory of their bank, as CSV: who collects more than 200,000 dollars a year must be in it."""
    codes = dict.fromkeys(case.firm.code for case in made if case.planned)
    return "\n".join(["code,class,registered,quota", *(f"{code},A,{BEGINS}," for code in codes)])


def _chosen(only: Sequence[str]) -> tuple[RefundScenario, ...]:
    known = {scenario.name: scenario for scenario in refund_scenarios()}
    if strange := [name for name in only if name not in known]:
        raise click.BadParameter(f"no scenario {strange[0]!r}; there are: {', '.join(known)}", param_hint="--only")
    before = {known[name].follows for name in only}
    return tuple(scenario for scenario in refund_scenarios() if not only or scenario.name in {*only, *before})


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """The folder to play in. One of the user's gets its name only when the year is over: what is interrupted is
    removed, as a temporary one always is."""
    if data is not None and data.exists() and any(data.iterdir()):
        raise click.UsageError(f"{data} is not empty; choose another --data, in which nothing is yet")
    if data is not None:
        data.parent.mkdir(parents=True, exist_ok=True)
    with _ended_in_order(), temporary_folder("year-", data and data.parent) as folder:
        yield folder / "data"
        if data is not None:
            (folder / "data").rename(data)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM means what Ctrl-C means."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
