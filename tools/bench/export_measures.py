"""Measures of exports: lists up to their departure, a batch up to its release, a month's summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from simulators.bench import spool
from simulators.bench.measures import DOCUMENTS_PER_STEP, WARM_UP, BenchMeasure, BenchResult, warm_window
from simulators.bench.spool import BATCHED, EXPORT, LISTS, Traffic
from simulators.entry import DAY_MILLISECONDS, SandboxSession, evening_of, monotonic
from simulators.entry.measuring import tally
from simulators.errors import SimulatorError
from simulators.exports.summaries import BY_WINDOW, MonthRequest, messages_of
from simulators.machine import MemoryPeak, memory, processor_use
from simulators.world import World
from tools.bench.closed_lists import file_closed_lists
from tools.bench.copied_cases import copied_lists

_INVT_NO = re.compile(rb"<(?:\w+:)?invtNo>([^<]+)<")
CLOSED_ON = date(2026, 11, 18)
NIGHTS = 8
"""Nights after which a batch has been declared, sampled, inspected and released."""


def export_100(folder: Path, count: int) -> BenchResult:
    """Messages of 100 documents, and of notes with 100 parcels, synchronous=NORMAL."""
    bodies = list(spool.read_bodies(spool.traffic_file(folder, Traffic(count, 100, kind=EXPORT))))
    warm_up = Traffic(WARM_UP, 100, spool.WARM_UP_SEED, EXPORT)
    with warm_window(folder, warm_up, "NORMAL", readers=1, processes=1) as session:
        before, begun = processor_use(), monotonic()
        for _ in session.send(bodies):
            pass
        seconds, cpu = monotonic() - begun, processor_use().since(before)
        return _count_run(session, "899", count, WARM_UP, round(count / seconds, 1), seconds)._replace(
            cpu_own=cpu.own, cpu_others=cpu.others
        )


def batch_100k(folder: Path, count: int) -> BenchResult:
    """Lists that arrived and wait in one open batch are declared together, drawn, inspected as drawn, and released."""
    bodies = spool.read_bodies(spool.traffic_file(folder, Traffic(count, 100, kind=BATCHED)))
    options = {"inspection": True, "batches": "master_waybill"}
    with warm_window(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED, EXPORT), "NORMAL", options=options) as session:
        _leave_batches_of_the_warm_up(session)
        prepared = monotonic()
        for _ in session.send(bodies):
            pass
        before, begun = processor_use(), monotonic()
        arrived, released = session.now, tally(session).released_exports
        for night in range(2, NIGHTS + 1, 2):
            session.wait(arrived + night * DAY_MILLISECONDS)
            session.settle()
        seconds, cpu = monotonic() - begun, processor_use().since(before)
        measured = _count_run(session, "800", count, released, round(seconds, 1), seconds)
        return measured._replace(
            cpu_own=cpu.own,
            cpu_others=cpu.others,
            more={
                **measured.more,
                "lists_per_second": round(count / seconds),
                "preparation_seconds": round(begun - prepared, 1),
                "memory_mb": memory(),
            },
        )


def summary_500k(folder: Path, count: int) -> BenchResult:
    """The time from a request for a month of `count` closed lists of one merchant to the last result (792)."""
    patterns = spool.traffic_file(folder, Traffic(count, 100, kind=LISTS))
    with warm_window(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED, EXPORT), "NORMAL") as session:
        world = spool.bench_world()
        agent, request = world.agents[0], _month(world)
        prepared = monotonic()
        copies = copied_lists(spool.read_bodies(patterns), count, request.merchant.code)
        file_closed_lists(session.window, session.sandbox, copies, evening_of(CLOSED_ON))
        session.skip([agent.dxp_id])
        before, begun = processor_use(), monotonic()
        with MemoryPeak() as peak:
            for _ in session.send(
                [request.body for request in messages_of(world, request, f"{session.day:%Y%m%d}120000")]
            ):
                pass
        seconds, cpu = monotonic() - begun, processor_use().since(before)
        results, lists = _results(session, agent.dxp_id)
        if session.unfinished_deliveries() or lists != count:
            raise SimulatorError(
                f"{lists} of {count} lists stand in results; not done: {dict(session.unfinished_deliveries())}"
            )
    return BenchResult(
        round(seconds, 1),
        count,
        round(seconds, 3),
        lists / count,
        cpu.own,
        cpu.others,
        {
            "memory_mb": peak.highest,
            "results": results,
            "lists_per_second": round(count / seconds),
            "preparation_seconds": round(begun - prepared, 1),
            "batch": DOCUMENTS_PER_STEP,
        },
    )


def _month(world: World) -> MonthRequest:
    window = (f"{CLOSED_ON:%Y%m}01000000", f"{CLOSED_ON:%Y%m%d}235959")
    return MonthRequest("HBENCH", BY_WINDOW, world.exporters[0], window, ())


def _results(session: SandboxSession, mailbox: str) -> tuple[int, int]:
    """Count the results (792) that came, and the different lists that they name."""
    lists: set[bytes] = set()
    results = 0
    for posted in session.fetch([mailbox]):
        for body in posted.bodies:
            if b"CEB792Message" in body[:200]:
                results += body.count(b"SummaryResultHead>") // 2
                lists.update(_INVT_NO.findall(body))
    return results, len(lists)


def _leave_batches_of_the_warm_up(session: SandboxSession) -> None:
    begun = session.now
    for night in range(2, NIGHTS + 1, 2):
        session.wait(begun + night * DAY_MILLISECONDS)
    session.settle()


def _count_run(
    session: SandboxSession, status: str, count: int, others: int, value: float, seconds: float
) -> BenchResult:
    """The figure of a complete run; raises `SimulatorError` if something is missing."""
    counts = tally(session)
    ended = (counts.left if status == "899" else counts.released_exports) - others
    if session.unfinished_deliveries():
        raise SimulatorError(f"not done: {dict(session.unfinished_deliveries())}")
    if ended < 0.99 * count:
        raise SimulatorError(f"{ended} of {count} lists came to {status}; receipts: {counts.receipts}")
    settings = session.window.settings
    return BenchResult(
        value,
        count,
        round(seconds, 3),
        round(ended / count, 4),
        0.0,
        0.0,
        {
            "receipts": sum(counts.receipts.values()),
            "readers": settings.readers,
            "processes": settings.processes,
            "batch": DOCUMENTS_PER_STEP,
        },
    )


EXPORT_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "export_100",
        "trades/s",
        None,
        20_000,
        "exports from messages of 100 documents, arrival and departure, to the last receipt (899); "
        "at least import_100 of the same run",
        export_100,
        traffic=EXPORT,
        at_least=1.0,
        reference="import_100",
    ),
    BenchMeasure(
        "batch_100k",
        "s",
        60,
        100_000,
        "a batch of so many lists, all arrived beforehand, declared, drawn and released",
        batch_100k,
        higher_is_better=False,
        traffic=BATCHED,
    ),
    BenchMeasure(
        "summary_500k",
        "s",
        60,
        500_000,
        "a month of so many closed lists of one merchant summarised, from the request (701) to the last result "
        "(792); the lists are copies of 5,000, filed as closed beforehand without being sent",
        summary_500k,
        higher_is_better=False,
        traffic=LISTS,
        limits={"memory_mb": 1_000},
    ),
)
