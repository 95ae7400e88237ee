"""What can be measured of exports: lists up to their departure, a batch from its declaration to its release."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simulators.bench import spool
from simulators.bench.machine import memory, used
from simulators.bench.measures import BATCH, WARM_UP, Measure, Measured, NotAllThere, warm_window
from simulators.bench.spool import BATCHED, EXPORT, Traffic
from simulators.entry import DAY, Outside, monotonic, tally

NIGHTS = 8
"""Until then a batch was declared, its samples are inspected, and it is released."""


def export_100(folder: Path, count: int) -> Measured:
    """Messages of 100 documents, and of notes with 100 parcels, synchronous=NORMAL."""
    bodies = list(spool.bodies(spool.made(folder, Traffic(count, 100, what=EXPORT))))
    with warm_window(folder, Traffic(WARM_UP, 100, spool.WARM_UP_SEED, EXPORT), "NORMAL") as outside:
        before, begun = used(), monotonic()
        for _ in outside.send(bodies):
            pass
        seconds, cpu = monotonic() - begun, used().since(before)
        return _counted(outside, "899", count, WARM_UP, round(count / seconds, 1), seconds)._replace(
            cpu_own=cpu.own, cpu_others=cpu.others)


def batch_100k(folder: Path, count: int) -> Measured:
    """Lists that arrived and wait in one open batch are declared together, drawn, inspected as drawn, and released."""
    bodies = spool.bodies(spool.made(folder, Traffic(count, 100, what=BATCHED)))
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
        found = _counted(outside, "800", count, released, round(seconds, 1), seconds)
        return found._replace(cpu_own=cpu.own, cpu_others=cpu.others, more={
            **found.more, "lists_per_second": round(count / seconds), "preparation_seconds": round(begun - prepared, 1),
            "memory_mb": memory()})


def _leave_batches_of_the_warm_up(outside: Outside) -> None:
    begun = outside.now
    for night in range(2, NIGHTS + 1, 2):
        outside.wait(begun + night * DAY)
    outside.settle()


def _counted(outside: Outside, status: str, count: int, others: int, value: float, seconds: float) -> Measured:
    """The figure of a run in which all is there; raises `NotAllThere`."""
    found = tally(outside)
    ended = (found.left if status == "899" else found.released_exports) - others
    if outside.stuck():
        raise NotAllThere(f"not done: {dict(outside.stuck())}")
    if ended < 0.99 * count:
        raise NotAllThere(f"{ended} of {count} lists came to {status}; receipts: {found.receipts}")
    settings = outside.window.settings
    return Measured(value, count, round(seconds, 3), round(ended / count, 4), 0.0, 0.0, {
        "receipts": sum(found.receipts.values()), "readers": settings.readers, "gateways": settings.gateways,
        "batch": BATCH})


EXPORT_MEASURES: Sequence[Measure] = (
    Measure("export_100", "trades/s", None, 20_000,
            "exports from messages of 100 documents, arrival and departure, to the last receipt (899); "
            "at least import_100 of the same run", export_100, traffic=EXPORT, at_least=1.0),
    Measure("batch_100k", "s", 60, 100_000,
            "a batch of so many lists, all arrived beforehand, declared, drawn and released", batch_100k,
            higher_is_better=False, traffic=BATCHED),
)
