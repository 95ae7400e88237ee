"""Measures a virtual year of exports and refunds: its time, with all that is judged and audited, and its memory."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from simulators.bench.measures import BenchMeasure, BenchResult
from simulators.entry import monotonic, open_sandbox, settings_for
from simulators.errors import SimulatorError
from simulators.machine import MemoryPeak, processor_use
from simulators.played_day import NoDisplay
from simulators.refunds.exporting import trader_count
from simulators.refunds.firms import Market
from simulators.refunds.scenarios import refund_scenarios
from simulators.refunds.year import FIRST_DAY_OF_YEAR, OPTIONS, SANDBOX, PlayedYear, YearOptions, play_year, worker_for

SEED = 1


def year(folder: Path, count: int) -> BenchResult:
    """Play a year with `count` everyday exports and all scenarios, from a new database to the end of the audit."""
    before, begun = processor_use(), monotonic()
    with MemoryPeak() as peak, TemporaryDirectory(dir=folder) as place:
        outcome = _play_year(Path(place), count)
        seconds, cpu = monotonic() - begun, processor_use().since(before)
    if not outcome.ok:
        raise SimulatorError(f"{len(outcome.complaints)} complaints, as: {outcome.complaints[0]}")
    totals = outcome.totals
    others = round(totals["processor_seconds"] - totals["processor_seconds_own"], 1)
    counts = {name: totals[name] for name in ("claims", "exports", "messages", "receipts", "paid")}
    more = {"memory_mb": peak.highest, **counts}
    return BenchResult(round(seconds, 1), count, round(seconds, 3), 1.0, cpu.own, others, more)


def _play_year(folder: Path, count: int) -> PlayedYear:
    wanted = YearOptions(SEED, count, refund_scenarios())
    market = Market(SEED, len(wanted.scenarios) + trader_count(count))
    with open_sandbox(
        settings_for(folder, synchronous="NORMAL", readers=0), SANDBOX, market, OPTIONS, FIRST_DAY_OF_YEAR
    ) as session:
        return play_year(session, market, wanted, nullcontext(NoDisplay()), worker_for(session, count))


YEAR_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "year_100k",
        "s",
        180,
        100_000,
        "a virtual year with so many everyday exports, claimed for, judged to the fen and audited",
        year,
        higher_is_better=False,
        traffic="",
        limits={"memory_mb": 500},
    ),
)
