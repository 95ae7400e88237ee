"""Measures how fast synthetic traffic is generated, in documents written to files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from simulators.bench.measures import BenchMeasure, BenchResult
from simulators.entry import monotonic
from simulators.machine import memory, processor_use
from simulators.traffic.files import MessageForm, WrittenBlock, write_folder
from simulators.traffic.plan import plan_traffic
from simulators.traffic.profile import builtin_profiles, read_profile

PROCESSES = 2
PROFILE = "tuesday"


def traffic_files(folder: Path, count: int) -> BenchResult:
    """The profile of a Tuesday with so many trades, written by two processes, in messages of 100 documents, with its
    notes of transport, its expectations, and every message validated."""
    profile = read_profile(builtin_profiles()[PROFILE], PROFILE)
    plan = plan_traffic(replace(profile, trades=replace(profile.trades, a_day=count)), 1)
    most = 0.0

    def look(made: WrittenBlock) -> None:
        nonlocal most
        most = max(most, memory())

    with TemporaryDirectory(dir=folder) as place:
        before, begun = processor_use(), monotonic()
        written = write_folder(Path(place), plan, MessageForm(), processes=PROCESSES, progress=look)
        seconds, cpu = monotonic() - begun, processor_use().since(before)
    return BenchResult(
        round(written.documents / seconds, 1),
        written.trades,
        round(seconds, 3),
        1.0,
        cpu.own,
        cpu.others,
        {
            "documents": written.documents,
            "messages": written.messages,
            "processes": PROCESSES,
            "memory_mb": most,
            "sha256": written.sha256,
        },
    )


TRAFFIC_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "traffic_files",
        "documents/s",
        20_000,
        100_000,
        "documents of synthetic traffic written to files by two processes",
        traffic_files,
        limits={"memory_mb": 300},
        traffic="",
    ),
)
