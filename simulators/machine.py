"""Describes the machine, and measures CPU and memory of processes (with /proc if it exists)."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple


def describe_machine() -> dict[str, object]:
    """Processor, cores, Python, SQLite, system and current load."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


class ProcessorUse(NamedTuple):
    """Processor seconds used so far: of this process, and of the processes that it started."""

    own: float
    others: float

    def since(self, before: ProcessorUse) -> ProcessorUse:
        """The processor seconds used since then."""
        return ProcessorUse(round(self.own - before.own, 2), round(self.others - before.others, 2))


def processor_use() -> ProcessorUse:
    """Processor seconds of this process and of all its living descendants."""
    times = os.times()
    return ProcessorUse(times.user + times.system, sum(_seconds(descendant) for descendant in descendants()))


def _seconds(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def processor_of(process: int) -> float:
    """Processor seconds of a process and of all its living descendants."""
    return sum(_seconds(number) for number in (process, *descendants(process)))


def memory_of(process: int) -> float:
    """Resident memory of a process and its descendants, in megabytes."""
    return round(sum(_resident(number) for number in (process, *descendants(process))) / 1e6, 1)


def descendants(process: int | None = None) -> list[int]:
    """The processes that one (None: this one) started, and theirs."""
    parents: dict[int, list[int]] = {}
    for stat_file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat_file.read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat_file.parent.name))
    found_processes, parents_left = [], [process or os.getpid()]
    while parents_left:
        children = parents.get(parents_left.pop(), [])
        found_processes += children
        parents_left += children
    return found_processes


def memory() -> float:
    """Resident memory of this process and its descendants, in megabytes (shared pages counted in each)."""
    return round(sum(_resident(number) for number in (os.getpid(), *descendants())) / 1e6, 1)


class MemoryPeak:
    """Samples every half second the memory of this process and its descendants, or the result of `look`, and keeps the
    maximum."""

    def __init__(self, measure: Callable[[], float] = memory) -> None:
        self._measure, self.highest = measure, measure()
        self._stopped = Event()
        self._thread = Thread(target=self._sample, daemon=True)

    def __enter__(self) -> MemoryPeak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()
        self.highest = max(self.highest, self._measure())

    def _sample(self) -> None:
        while not self._stopped.wait(0.5):
            self.highest = max(self.highest, self._measure())


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text("utf-8").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
