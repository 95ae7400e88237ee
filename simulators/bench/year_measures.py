"""How long a virtual year of exports and refunds takes, with all that is judged and audited, and how much memory."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from simulators.bench.measures import Measure, Measured, NotAllThere
from simulators.entry import monotonic, opened, settings_for
from simulators.imports.day import Silent
from simulators.machine import Peak, used
from simulators.refunds.exporting import traders
from simulators.refunds.firms import Market
from simulators.refunds.plots import plots
from simulators.refunds.year import BEGINS, OPTIONS, SANDBOX, PlayedYear, Wanted, played, worker_for

SEED = 1


def year(folder: Path, count: int) -> Measured:
    """So many everyday exports beside those of all plots, from the making of the database to the end of the audit."""
    before, begun = used(), monotonic()
    with Peak() as peak, TemporaryDirectory(dir=folder) as place:
        outcome = _played(Path(place), count)
        seconds, cpu = monotonic() - begun, used().since(before)
    if not outcome.ok:
        raise NotAllThere(f"{len(outcome.complaints)} complaints, as: {outcome.complaints[0]}")
    return Measured(
        round(seconds, 1),
        count,
        round(seconds, 3),
        1.0,
        cpu.own,
        round(outcome.totals["processor_seconds"] - outcome.totals["processor_seconds_own"], 1),
        {
            "memory_mb": peak.most,
            **{name: outcome.totals[name] for name in ("claims", "exports", "messages", "receipts", "paid")},
        },
    )


def _played(folder: Path, count: int) -> PlayedYear:
    wanted = Wanted(SEED, count, plots())
    market = Market(SEED, len(wanted.plots) + traders(count))
    with opened(settings_for(folder, synchronous="NORMAL", readers=0), SANDBOX, market, OPTIONS, BEGINS) as outside:
        return played(outside, market, wanted, nullcontext(Silent()), worker_for(outside, count))


YEAR_MEASURES: Sequence[Measure] = (
    Measure(
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
