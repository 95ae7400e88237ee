"""What can be measured of exports: lists up to their departure, a batch up to its release, a month's summary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from simulators.bench import spool
from simulators.bench.measures import BATCH, WARM_UP, Measure, Measured, NotAllThere, warm_window
from simulators.bench.spool import BATCHED, EXPORT, LISTS, Traffic
from simulators.entry import DAY, Outside, monotonic, tally
from simulators.exports.summaries import WINDOW, Asking, requests
from simulators.machine import Peak, memory, used
from simulators.world import World

_INVT_NO = re.compile(rb"<(?:\w+:)?invtNo>([^<]+)<")
CLOSED_ON = date(2026, 11, 18)
NIGHTS = 8
"""Until then a batch was declared, its samples are inspected, and it is released."""


def export_100(folder: Path, count: int) -> Measured:
    """Messages of 100 documents, and of notes with 100 parcels, synchronous=NORMAL."""
    bodies = list(spool.bodies(spool.made(folder, Traffic(count, 100, kind=EXPORT))))
    with warm_window(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED, EXPORT), "NORMAL") as outside:
        before, begun = used(), monotonic()
        for _ in outside.send(bodies):
            pass
        seconds, cpu = monotonic() - begun, used().since(before)
        return _counted(outside, "899", count, WARM_UP, round(count / seconds, 1), seconds)._replace(
            cpu_own=cpu.own, cpu_others=cpu.others
        )


def batch_100k(folder: Path, count: int) -> Measured:
    """Lists that arrived and wait in one open batch are declared together, drawn, inspected as drawn, and released."""
    bodies = spool.bodies(spool.made(folder, Traffic(count, 100, kind=BATCHED)))
    options = {"inspection": True, "batches": "master_waybill"}
    with warm_window(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED, EXPORT), "NORMAL", options=options) as outside:
        _leave_batches_of_the_warm_up(outside)
        prepared = monotonic()
        for _ in outside.send(bodies):
            pass
        before, begun = used(), monotonic()
        arrived, released = outside.now, tally(outside).released_exports
        for night in range(2, NIGHTS + 1, 2):
            outside.wait(arrived + night * DAY)
            outside.settle()
        seconds, cpu = monotonic() - begun, used().since(before)
        measured = _counted(outside, "800", count, released, round(seconds, 1), seconds)
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


def summary_500k(folder: Path, count: int) -> Measured:
    """One request for a month of so many closed lists of one merchant, from its sending to the last result (792)."""
    patterns = spool.made(folder, Traffic(count, 100, kind=LISTS))
    with warm_window(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED, EXPORT), "NORMAL") as outside:
        world = spool.world()
        agent, asking = world.agents[0], _month(world)
        prepared = monotonic()
        outside.file_closed(spool.bodies(patterns), count, asking.merchant.code, CLOSED_ON)
        outside.skip([agent.dxp_id])
        before, begun = used(), monotonic()
        with Peak() as peak:
            for _ in outside.send([request.body for request in requests(world, asking, f"{outside.day:%Y%m%d}120000")]):
                pass
        seconds, cpu = monotonic() - begun, used().since(before)
        results, lists = _results(outside, agent.dxp_id)
        if outside.stuck() or lists != count:
            raise NotAllThere(f"{lists} of {count} lists stand in results; not done: {dict(outside.stuck())}")
    return Measured(
        round(seconds, 1),
        count,
        round(seconds, 3),
        lists / count,
        cpu.own,
        cpu.others,
        {
            "memory_mb": peak.most,
            "results": results,
            "lists_per_second": round(count / seconds),
            "preparation_seconds": round(begun - prepared, 1),
            "batch": BATCH,
        },
    )


def _month(world: World) -> Asking:
    window = (f"{CLOSED_ON:%Y%m}01000000", f"{CLOSED_ON:%Y%m%d}235959")
    return Asking("HBENCH", WINDOW, world.exporters[0], window, ())


def _results(outside: Outside, mailbox: str) -> tuple[int, int]:
    """How many results (792) came, and how many different lists stand in them."""
    lists: set[bytes] = set()
    results = 0
    for posted in outside.fetch([mailbox]):
        for body in posted.bodies:
            if b"CEB792Message" in body[:200]:
                results += body.count(b"SummaryResultHead>") // 2
                lists.update(_INVT_NO.findall(body))
    return results, len(lists)


def _leave_batches_of_the_warm_up(outside: Outside) -> None:
    begun = outside.now
    for night in range(2, NIGHTS + 1, 2):
        outside.wait(begun + night * DAY)
    outside.settle()


def _counted(outside: Outside, status: str, count: int, others: int, value: float, seconds: float) -> Measured:
    """The figure of a run in which all is there; raises `NotAllThere`."""
    counts = tally(outside)
    ended = (counts.left if status == "899" else counts.released_exports) - others
    if outside.stuck():
        raise NotAllThere(f"not done: {dict(outside.stuck())}")
    if ended < 0.99 * count:
        raise NotAllThere(f"{ended} of {count} lists came to {status}; receipts: {counts.receipts}")
    settings = outside.window.settings
    return Measured(
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
            "batch": BATCH,
        },
    )


EXPORT_MEASURES: Sequence[Measure] = (
    Measure(
        "export_100",
        "trades/s",
        None,
        20_000,
        "exports from messages of 100 documents, arrival and departure, to the last receipt (899); "
        "at least import_100 of the same run",
        export_100,
        traffic=EXPORT,
        at_least=1.0,
    ),
    Measure(
        "batch_100k",
        "s",
        60,
        100_000,
        "a batch of so many lists, all arrived beforehand, declared, drawn and released",
        batch_100k,
        higher_is_better=False,
        traffic=BATCHED,
    ),
    Measure(
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
