"""How much memory processes hold, as the kernel counts it. Reads /proc: Linux only."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from tests.chaos.programs import Program

OFTEN = 0.5
"""Seconds between two looks."""


def held(pids: Iterable[int]) -> int:
    """Megabytes of memory that these processes hold; what they share counts once."""
    return sum(_proportional(pid) for pid in pids) // 1024


def _proportional(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


class Watch:
    """Looks at a program's memory again and again from `start` to `stop`; `peak` is the most it held."""

    def __init__(self, program: Program) -> None:
        self._program, self._stopping = program, Event()
        self.peak = 0
        self._thread = Thread(target=self._look, name="memory", daemon=True)

    @property
    def now(self) -> int:
        """Megabytes held by the program and its children."""
        return held(self._program.members())

    def start(self) -> Watch:
        """Begin."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stopping.wait(OFTEN):
            self.peak = max(self.peak, self.now)
