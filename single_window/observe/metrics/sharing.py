"""Counts of several processes in one folder, by prometheus-client's multiprocess mode: one pair of files a process.

Files belong to numbered slots. A process takes the lowest slot that no living process holds and continues its counts,
so totals never fall when a process dies, and there are never more files than processes ran at the same time. The first
process on a folder that no process uses begins at zero.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
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
"""Size of a file, written at the start: a page that a full disk cannot give would kill the process that touches it."""
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus-client finds the folder."""


class InMemoryMetrics:
    """Metrics that only this process sees."""

    def choose(self) -> None:
        """Keep metrics that are made from now on in memory."""
        values.ValueClass = values.MutexValue


class SharedMetrics:
    """Metrics in a folder that processes share; `role`: what this process is for. Raises `OSError` if the folder cannot
    be made or written."""

    def __init__(self, folder: Path, role: str) -> None:
        self.folder, self._role = folder, role
        self._process, self._slot = -1, ""
        self._lock: Any = None
        make_folder(folder)
        with self._exclusively():
            if not living(folder):
                for file in [*folder.glob("*.db"), *folder.glob("*.lock")]:
                    file.unlink()
            self._take_slot()

    def choose(self) -> None:
        """Keep metrics that are made from now on in the folder."""
        os.environ[_VARIABLE] = str(self.folder)
        values.ValueClass = values.MultiProcessValue(self._own_slot)

    def collect(self) -> Iterable[Metric]:
        """The counts of all processes, of those that died too."""
        files = [str(file) for file in self.folder.glob("*.db") if _is_readable(file)]
        metrics: Iterable[Metric] = MultiProcessCollector.merge(files)
        return metrics

    def _own_slot(self) -> str:
        """The slot of this process; a process that was forked takes another than its parent's."""
        if self._process != os.getpid():
            with self._exclusively():
                self._take_slot()
        return self._slot

    def _take_slot(self) -> None:
        slot, lock = next(
            (str(number), lock) for number in count(1) if (lock := _locked(self.folder / f"{number}.lock")) is not None
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
        """While no other process takes a slot."""
        with open_file(self.folder / "folder", "wb") as file:
            flock(file, LOCK_EX)
            yield


def living(folder: Path) -> Counter[str]:
    """The number of living processes of each role that keep their counts in a folder."""
    alive = Counter[str]()
    for path in folder.glob("*.lock"):
        with suppress(FileNotFoundError), path.open("rb") as lock:
            try:
                flock(lock, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                alive[lock.read(100).decode("utf-8", "replace")] += 1
    return alive


def _locked(path: Path) -> Any:
    """A slot's lock file, open and locked until this process ends; None: another process holds it."""
    lock = open_file(path, "ab", buffering=0)
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _is_readable(file: Path) -> bool:
    """True if a file is whole: nobody may add to a damaged one, nor sum it up."""
    if not file.exists():
        return False
    try:
        with file.open("rb") as opened:
            used = int.from_bytes(opened.read(4), sys.byteorder, signed=True)  # the format begins with its used bytes
        if not 0 <= used <= file.stat().st_size:
            raise ValueError(f"{used} bytes used")
        MultiProcessCollector.merge([str(file)])
    except Exception as error:
        log.warning("metrics.unreadable", file=file.name, reason=repr(error))
        return False
    return True
