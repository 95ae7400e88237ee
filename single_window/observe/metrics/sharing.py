"""Counts of several processes in one folder, by prometheus-client's multiprocess mode: one pair of files a process.

Each process holds a lock on a file of its own, which falls when it dies, however it dies. What the dead have counted
is added up in one pair of files, so totals never fall; the first process on an idle folder begins at zero.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from itertools import count
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import values
from prometheus_client.metrics_core import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from single_window.clock import system_now
from single_window.private import make_file, make_folder, open_file

log = structlog.get_logger(__name__)
TYPES = ("counter", "histogram")
GONE = "gone"
"""In place of a process's name: what the dead have counted."""
ROOM = 128 * 1024
"""Bytes of a file, written at the start: a page that a full disk cannot give would kill the process that touches it."""
_entries = count()
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus-client finds the folder."""


class SharedNot:
    """Counts are kept in memory."""

    def choose(self) -> None:
        """Let metrics made from now on be kept so."""
        values.ValueClass = values.MutexValue


class Shared:
    """The folder, to a process of a role. Raises `OSError` where it cannot be made or written."""

    def __init__(self, folder: Path, role: str) -> None:
        self.folder, self._role = folder, role
        self._process, self._name = -1, ""
        self._held: Any = None
        make_folder(folder)
        with self._alone():
            self._begin()
            self._enter()

    def choose(self) -> None:
        """Let metrics made from now on be kept so."""
        os.environ[_VARIABLE] = str(self.folder)
        values.ValueClass = values.MultiProcessValue(self._who)

    def collect(self) -> Iterable[Metric]:
        """The counts of all processes, the dead included."""
        with self._alone():
            self._fold(_dead_and_living(self.folder)[0])
            files = [str(file) for file in self.folder.glob("*.db") if _read(file) is not None]
            metrics: Iterable[Metric] = MultiProcessCollector.merge(files)
            return metrics

    def _who(self) -> str:
        """The name of this process's files; a process that was forked gets files of its own."""
        if self._process != os.getpid():
            with self._alone():
                self._enter()
        return self._name

    def _enter(self) -> None:
        name = f"{os.getpid()}-{system_now()}-{next(_entries)}"
        held = open_file(self.folder / f"{name}.lock", "wb", buffering=0)
        flock(held, LOCK_EX)
        held.write(self._role.encode())
        for kind in TYPES:
            with open_file(self.folder / f"{kind}_{name}.db", "wb") as file:
                file.write(bytes(ROOM))
        self._process, self._name, self._held = os.getpid(), name, held

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While no other process adds up or clears."""
        with open_file(self.folder / "folder", "wb") as file:
            flock(file, LOCK_EX)
            yield

    def _begin(self) -> None:
        dead, living = _dead_and_living(self.folder)
        if living:
            self._fold(dead)
            return
        for file in [*self.folder.glob("*.db"), *self.folder.glob("*.lock")]:
            file.unlink()

    def _fold(self, dead: Sequence[str]) -> None:
        """Add what the dead have counted to what others counted before them, and clear their files.

        Where there is no room for that, their files stay, and are counted as they are.
        """
        try:
            for kind in TYPES if dead else ():
                self._fold_kind(kind, dead)
            for name in dead:
                (self.folder / f"{name}.lock").unlink(missing_ok=True)
        except OSError as error:
            log.warning("metrics.not_added_up", processes=len(dead), reason=str(error))

    def _fold_kind(self, kind: str, dead: Sequence[str]) -> None:
        files = [self.folder / f"{kind}_{name}.db" for name in (GONE, *dead)]
        sums: Counter[str] = Counter()
        for file in files:
            sums.update(_read(file) or {})
        _write(self.folder / f"{kind}_{GONE}.db", sums)
        for file in files[1:]:
            file.unlink(missing_ok=True)


def living(folder: Path) -> Counter[str]:
    """The number of living processes of each role that keep their counts in a folder."""
    return _dead_and_living(folder)[1]


def _dead_and_living(folder: Path) -> tuple[list[str], Counter[str]]:
    """The names of processes that have died, and how many of each role live."""
    dead, alive = [], Counter[str]()
    for lock in folder.glob("*.lock"):
        with suppress(FileNotFoundError), lock.open("rb") as file:
            try:
                flock(file, LOCK_EX | LOCK_NB)
                dead.append(lock.stem)
            except BlockingIOError:
                alive[file.read(100).decode("utf-8", "replace")] += 1
    return dead, alive


def _read(file: Path) -> dict[str, float] | None:
    """The counts in a file by key; None: nothing that could be read."""
    if not file.exists():
        return None
    try:
        return {key: value for key, value, *_ in MmapedDict.read_all_values_from_file(str(file))}
    except Exception as error:
        log.warning("metrics.unreadable", file=file.name, reason=repr(error))
        return None


def _write(file: Path, sums: Counter[str]) -> None:
    fresh = file.with_suffix(".part")
    make_file(fresh)
    fresh.write_bytes(bytes(ROOM + sum(4 * len(key) + 64 for key in sums)))
    written = MmapedDict(str(fresh))
    for key, value in sums.items():
        written.write_value(key, value, 0.0)
    written.close()
    fresh.replace(file)
