"""`single-window year`: plays a virtual year, from the first order to every refund's end, and holds it to account."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import click
from rich.console import Console

from simulators.entry import Outside, audited, ended, monotonic, opened, settings_for
from simulators.exports import summaries
from simulators.imports.day import Show, Silent
from simulators.live import Live
from simulators.refunds import ledger
from simulators.refunds.course import Course
from simulators.refunds.exporting import TRADERS, cases, month
from simulators.refunds.firms import Market
from simulators.refunds.judging import Outcome, judge
from simulators.refunds.plots import Plot, plots

SANDBOX = "year"
BEGINS = date(2026, 1, 2)
OPTIONS = {"open": False, "automatic_officer": False, "inspection": False}
"""How the year's sandbox behaves: closed; inspections are the demo's matter, and officers are played."""
ENDS = 17
"""Months after the first until which a year is looked at: the 30 April and the 1 May of the next one are over."""


class Found(NamedTuple):
    """A year that was played: what each case came to, what the audit found, what is not done, and figures."""

    outcomes: tuple[Outcome, ...]
    audit: tuple[str, ...]
    stuck: dict[str, int]
    wrong: tuple[str, ...]
    totals: dict[str, Any]

    @property
    def complaints(self) -> list[str]:
        """Everything that was not as expected."""
        told = [f"{one.case} ({one.plot}): {what}" for one in self.outcomes for what in one.complaints]
        return [
            *told,
            *(f"audit: {one}" for one in self.audit),
            *self.wrong,
            *(f"{count} deliveries are {state}" for state, count in self.stuck.items()),
        ]

    @property
    def ok(self) -> bool:
        """Whether every claim came to its end and every ledger balances."""
        return not self.complaints


@click.command(short_help="Play a virtual year of exports and refunds, and audit it.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the companies and what they export.")
@click.option(
    "--trades",
    type=click.IntRange(0, 40_000),
    default=2_400,
    show_default=True,
    help="How many everyday exports there are beside those of the plots.",
)
@click.option("--only", multiple=True, metavar="PLOT", help="Play only this plot; may be repeated.")
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
    beyond. Then each claim is held against what its plot must come to, amounts to the fen, and the data are audited.

    Ends with status 0 only if every claim is in its expected state and the audit is clean.
    """
    console = Console(stderr=as_json)
    chosen = _chosen(only)
    with ExitStack() as closing:
        settings = settings_for(closing.enter_context(_folder(data)), synchronous="NORMAL", readers=0)
        market = Market(seed, len(chosen) + TRADERS)
        outside = closing.enter_context(opened(settings, SANDBOX, market, OPTIONS, BEGINS))
        found = played(
            outside, market, seed, trades, chosen, nullcontext(Silent()) if quiet or as_json else Live(console)
        )
        if as_json:
            click.echo(json.dumps(ledger.as_json(found), ensure_ascii=False, indent=1))
        else:
            ledger.show(found, console)
    sys.exit(0 if found.ok else 1)


def played(outside: Outside, market: Market, seed: int, trades: int, chosen: Sequence[Plot], display: Any) -> Found:
    """Play a year's cases to their ends and judge them."""
    begun = monotonic()
    with display as show:
        course = _course(outside, market, seed, trades, chosen, show)
        hearing = course.play()
    outcomes = tuple(judge(one, hearing) for one in course.cases)
    audit = tuple(audited(outside))
    wrong = (
        *(f"a receipt for {one.mailbox} cannot be read: {one.why}" for one in hearing.wrong),
        *(
            f"{firm} is not registered"
            for firm in dict.fromkeys(one.firm.code for one in course.cases)
            if "800" not in hearing.statuses_of(firm, "RegistrationReturn")
        ),
        *(
            f"{one.id} ({one.fault}): {what}"
            for one in course.asked
            for what in summaries.judge(one, hearing).complaints
        ),
    )
    totals = {
        "claims": len(outcomes),
        "exports": sum(len(one.trades) for one in course.cases),
        "messages": course.messages,
        "receipts": sum(hearing.counts.values()),
        "receipts_by_type": dict(sorted(hearing.counts.items())),
        "paid": f"{sum(one.paid[1] for one in outcomes):.2f}",
        "until": ended(outside.now),
        "seconds": round(monotonic() - begun, 1),
    }
    return Found(outcomes, audit, dict(outside.stuck()), wrong, totals)


def _course(outside: Outside, market: Market, seed: int, trades: int, chosen: Sequence[Plot], show: Show) -> Course:
    return Course(
        outside, market, market.bank, cases(market, seed, BEGINS, trades, chosen), show, until=month(BEGINS, ENDS)
    )


def _chosen(only: Sequence[str]) -> tuple[Plot, ...]:
    known = {one.name: one for one in plots()}
    if strange := [name for name in only if name not in known]:
        raise click.BadParameter(f"no plot {strange[0]!r}; there are: {', '.join(known)}", param_hint="--only")
    return tuple(one for one in plots() if not only or one.name in only)


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """The folder to play in. One of the user's gets its name only when the year is over: what is interrupted is
    removed, as a temporary one always is."""
    if data is not None and data.exists() and any(data.iterdir()):
        raise click.UsageError(f"{data} is not empty; choose another --data, in which nothing is yet")
    if data is not None:
        data.parent.mkdir(parents=True, exist_ok=True)
    with _ended_in_order(), TemporaryDirectory(prefix="single-window-year-", dir=data and data.parent) as folder:
        yield Path(folder) / "data"
        if data is not None:
            (Path(folder) / "data").rename(data)


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
