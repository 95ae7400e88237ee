"""Metrics of several processes in one folder, by prometheus-client's multiprocess mode: two files for each process.

Files belong to numbered slots. A process takes the lowest free slot and continues its counts, so totals never decrease
when a process ends, and the number of files is bounded by the number of concurrent processes. The first process on an
unused folder starts from zero.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from itertools import count
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from single_window.private import make_folder, open_file

log = structlog.get_logger(__name__)
TYPES = ("counter", "histogram")
FILE_BYTES = 128 * 1024
"""Size of a file, allocated at the start, because a full disk would kill a process (SIGBUS) that touches a new page of
a mapped file."""
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable in which prometheus-client expects the folder."""


class InMemoryMetrics:
    """Metrics in this process's memory."""

    def choose(self) -> None:
        """Store metrics that are created later in memory."""
        values.ValueClass = values.MutexValue


class SharedMetrics:
    """Metrics in a folder shared by processes; `role`: this process's role. Raises `OSError` if the folder is not
    writable."""

    def __init__(self, folder: Path, role: str) -> None:
        self.folder, self._role = folder, role
        self._process, self._slot = -1, ""
        self._lock: Any = None
        make_folder(folder)
        with self._exclusively():
            if not running_roles(folder):
                for file in [*folder.glob("*.db"), *folder.glob("*.lock")]:
                    file.unlink()
            self._take_slot()

    def choose(self) -> None:
        """Store metrics that are created later in the folder."""
        os.environ[_VARIABLE] = str(self.folder)
        values.ValueClass = values.MultiProcessValue(self._own_slot)

    def collect(self) -> Iterable[Metric]:
        """The sums over all processes, including ended ones."""
        files = [str(file) for file in self.folder.glob("*.db") if _is_readable(file)]
        metrics: Iterable[Metric] = MultiProcessCollector.merge(files)
        return metrics

    def _own_slot(self) -> str:
        """The slot of this process; a forked process takes a new one."""
        if self._process != os.getpid():
            with self._exclusively():
                self._take_slot()
        return self._slot

    def _take_slot(self) -> None:
        slot, lock = next(
            (str(number), lock)
            for number in count(1)
            if (lock := _lock_slot(self.folder / f"{number}.lock")) is not None
        )
        lock.truncate(0)
        lock.write(self._role.encode())
        for kind in TYPES:
            file = self.folder / f"{kind}_{slot}.db"
            if not _is_readable(file):
                with open_file(file, "wb") as fresh:
                    fresh.write(bytes(FILE_BYTES))
        self._process, self._slot, self._lock = os.getpid(), slot, lock

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        """Exclude other processes from taking a slot."""
        with open_file(self.folder / "folder", "wb") as file:
            flock(file, LOCK_EX)
            yield


def running_roles(folder: Path) -> Counter[str]:
    """Role → number of running processes that use a folder."""
    alive = Counter[str]()
    for path in folder.glob("*.lock"):
        with suppress(FileNotFoundError), path.open("rb") as lock:
            try:
                flock(lock, LOCK_SH | LOCK_NB)  # shared: others who count meanwhile are no running process
            except BlockingIOError:
                alive[lock.read(100).decode("utf-8", "replace")] += 1
    return alive


def _lock_slot(path: Path) -> Any:
    """Open and lock a slot's lock file until this process ends; None: another process holds it."""
    lock = open_file(path, "ab", buffering=0)
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _is_readable(file: Path) -> bool:
    """True if a file is intact; damaged ones must not be used."""
    if not file.exists():
        return False
    try:
        with file.open("rb") as opened:
            used = int.from_bytes(
                opened.read(4), sys.byteorder, signed=True
            )  # the format begins with the number of used bytes
        if not 0 <= used <= file.stat().st_size:
            raise ValueError(f"{used} bytes used")
        MultiProcessCollector.merge([str(file)])
    except Exception as error:
        log.warning("metrics.unreadable", file=file.name, reason=repr(error))
        return False
    return True
