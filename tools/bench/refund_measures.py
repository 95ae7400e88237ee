"""Measures of refunds: claims matched, reviewed and paid, and for comparison bare inserts of the same rows."""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from simulators.bench import spool
from simulators.bench.measures import DOCUMENTS_PER_STEP, WARM_UP, BenchMeasure, BenchResult, warm_window
from simulators.bench.spool import EXPORT, LINES, SOLD, Traffic
from simulators.entry import DAY_MILLISECONDS, SandboxSession, evening_of, monotonic
from simulators.errors import SimulatorError
from simulators.machine import MemoryPeak, processor_use
from simulators.refunds.firms import RefundExporter
from tools.bench import claiming
from tools.bench.closed_lists import file_closed_lists, list_numbers
from tools.bench.copied_cases import copied_lists
from tools.bench.export_measures import CLOSED_ON

TABLES = ("vat_invoice", "vat_invoice_line", "export_item", "refund_claim", "refund_line", "refund_entry")
"""The tables in which claims are stored."""
REVIEW = 45
"""Days within which the slowest class of exporters has its answer, holidays included. Claims that were drawn for an
officer are approved after that."""
WINDOW = 12
"""Days from the filing of the lists to the month in which they may be claimed, with a margin."""
_PAID = re.compile(rb"noticeKind>1</[^>]+><[^>]*ebcCode>[^<]+</[^>]+>.*?amount>([0-9.]+)<", re.DOTALL)


def refund_100k(folder: Path, count: int) -> BenchResult:
    """Claims of 2,000 lines for closed lists, from sending their invoices to the last notice of payment."""
    patterns = spool.traffic_file(folder, Traffic(count, 100, kind=SOLD))
    with warm_window(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED, EXPORT), "NORMAL") as session:
        prepared = monotonic()
        papers, mailbox = _prepare_claims(session, patterns, count)
        before, begun = processor_use(), monotonic()
        with MemoryPeak() as peak:
            phases, looked_at = _run_phases(session, papers)
        cpu = processor_use().since(before)
        paid = _sum_payments(session, mailbox)
        if session.unfinished_deliveries() or paid != papers.refund:
            raise SimulatorError(
                f"{paid} of {papers.refund} yuan were paid; not done: {dict(session.unfinished_deliveries())}"
            )
        floor = _floor(session.window.settings.data / "window.sqlite3")
    seconds = sum(phases.values())
    return BenchResult(
        round(seconds, 1),
        count,
        round(seconds, 3),
        1.0,
        cpu.own,
        cpu.others,
        {
            "memory_mb": peak.highest,
            "lines_per_second": round(count / seconds),
            "floor": round(floor, 2),
            **{name: round(phase, 1) for name, phase in phases.items()},
            "looked_at": looked_at,
            "preparation_seconds": round(begun - prepared, 1),
            "paid": str(paid),
            "batch": DOCUMENTS_PER_STEP,
        },
    )


def _run_phases(session: SandboxSession, papers: claiming.ClaimingMessages) -> tuple[dict[str, float], int]:
    """Run all phases from the first invoice to the last notice; gives the seconds of each and the claims reviewed by
    hand."""
    begun = monotonic()
    _send(session, papers.invoices)
    filed = monotonic()
    _send(session, papers.claims)
    matched = monotonic()
    session.wait(session.now + REVIEW * DAY_MILLISECONDS)
    looked_at = sum(session.decide_refund(number, "approve") for number in papers.numbers)
    session.settle()
    return {
        "invoices_seconds": filed - begun,
        "matching_seconds": matched - filed,
        "review_seconds": monotonic() - matched,
    }, looked_at


def _prepare_claims(session: SandboxSession, patterns: Path, count: int) -> tuple[claiming.ClaimingMessages, str]:
    """Prepare closed lists and a registered exporter, in the month after the exports; gives all messages that it will
    send, and its mailbox."""
    world = spool.bench_world()
    firm = RefundExporter(0, world.exporters[0])
    copies = copied_lists(spool.read_bodies(patterns), -(-count // 2 // LINES), firm.code)
    file_closed_lists(session.window, session.sandbox, copies, evening_of(CLOSED_ON))
    session.wait(session.now + WINDOW * DAY_MILLISECONDS)
    lists = [
        list_number
        for list_number in list_numbers(session.window, session.sandbox, firm.code)
        if list_number[0].startswith("X0")
    ]
    when = f"{date.fromordinal(session.day.toordinal() + WINDOW):%Y%m%d}120000"
    papers = claiming.claiming_messages(
        world, firm, claiming.patterns_of(spool.read_bodies(patterns)), lists, count, CLOSED_ON, when
    )
    _send(session, [papers.registration])
    session.skip([firm.company.dxp_id])
    return papers, firm.company.dxp_id


def _send(session: SandboxSession, bodies: list[bytes]) -> None:
    for _ in session.send(bodies):
        pass


def _sum_payments(session: SandboxSession, mailbox: str) -> Decimal:
    """Sum the amounts of the notices of payment, in yuan."""
    return sum(
        (
            Decimal(amount.decode())
            for posted in session.fetch([mailbox])
            for body in posted.bodies
            if b"RefundNoticeMessage" in body[:200]
            for amount in _PAID.findall(body)
        ),
        Decimal(0),
    )


def _floor(database: Path) -> float:
    """Seconds to insert the rows of all claims by plain statements into tables with the same columns and indexes."""
    with TemporaryDirectory(dir=database.parent) as folder:
        source, bare = sqlite3.connect(database), sqlite3.connect(Path(folder) / "floor.sqlite3")
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=NORMAL")
        held = []
        for table in TABLES:
            for (statement,) in source.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC", (table,)
            ):
                bare.execute(statement)
            held.append((table, source.execute(f'SELECT * FROM "{table}"').fetchall()))
        begun = monotonic()
        for table, rows in held:
            if rows:
                bare.executemany(f'INSERT INTO "{table}" VALUES ({",".join("?" * len(rows[0]))})', rows)
            bare.commit()
        seconds = monotonic() - begun
        source.close()
        bare.close()
        return seconds


REFUND_MEASURES = (
    BenchMeasure(
        "refund_100k",
        "s",
        60,
        100_000,
        "so many claim lines for lists of one exporter: invoices handed in, claims matched, reviewed and paid; the "
        "lists are copies of 5,000 distinct ones, written into the database as closed",
        refund_100k,
        higher_is_better=False,
        traffic=SOLD,
        limits={"memory_mb": 1_000},
    ),
)
