"""Keeps processes alive: starts them, restarts those that die, passes a signal on and waits until all have ended.

Each is a program of its own (`python -m single_window …`), so that a kill of one harms no other, nor this one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import getpid
from pathlib import Path
from threading import Event, Thread

import structlog

from single_window.clock import monotonic
from single_window.process.roles import ALONE, TRADES
from single_window.settings import Settings, as_environment

log = structlog.get_logger(__name__)
LOOK = 0.2
"""Seconds between two checks of the processes."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds until one that died is started again; twice as long each time that it dies young."""
YOUNG = 30.0
FINISHING = 30.0
"""Seconds that processes have to finish the current batch before they are killed."""


def programs(roles: Sequence[str], processes: int, data: Path, as_json: bool = False) -> list[tuple[str, list[str]]]:
    """The programs to run for so many processes of each role, on a data folder; those that work alone get one."""
    shared = ["--data", str(data.absolute()), "--parent", str(getpid()), *(["--json"] if as_json else [])]
    return [
        (f"{role}-{number}", ["work", role, *shared])
        for role in roles
        for number in range(1, (1 if role in ALONE else processes) + 1)
    ]


@contextmanager
def working_beside(settings: Settings) -> Iterator[None]:
    """Keep all but one of the settings' processes at work on the same data; at the end each finishes its batch.

    They end, too, when this process is killed: each watches its parent.
    """
    stopping = Event()
    named = [
        (f"{TRADES}-{number}", ["work", TRADES, "--parent", str(getpid())]) for number in range(1, settings.processes)
    ]
    supervisor = Supervisor(named, environment=as_environment(settings), quiet=True)
    keeping = Thread(target=supervisor.run, args=(stopping,), name="supervisor")
    keeping.start()
    try:
        yield
    finally:
        stopping.set()
        keeping.join()


@dataclass(slots=True)
class Child:
    """One process: what it runs, and how it has fared."""

    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    next_start: float = 0.0
    deaths: int = 0


@dataclass
class Supervisor:
    """Runs programs given by name and arguments of a command, by default `python -m single_window`.

    `environment`: variables that they have beside those of this process; `quiet`: they log, and announce nothing.
    """

    programs: Sequence[tuple[str, Sequence[str]]]
    command: Sequence[str] = (sys.executable, "-m", "single_window")
    environment: Mapping[str, str] | None = None
    quiet: bool = False

    def run(self, stopping: Event) -> None:
        """Until the event is set; then lets every process finish its batch."""
        children = [Child(name, arguments) for name, arguments in self.programs]
        try:
            while not stopping.is_set():
                for child in children:
                    self._look_after(child)
                stopping.wait(LOOK)
        finally:
            _end(children)

    def _look_after(self, child: Child) -> None:
        if child.process is not None and child.process.poll() is not None:
            _died(child, child.process.returncode)
        if child.process is None and monotonic() >= child.next_start:
            self._start(child)

    def _start(self, child: Child) -> None:
        child.started = monotonic()
        # a group of its own: Ctrl-C in a terminal reaches this process only, which passes it on once
        child.process = subprocess.Popen(
            [*self.command, *child.arguments],
            process_group=0,
            env={**os.environ, **(self.environment or {})},
            stdout=subprocess.DEVNULL if self.quiet else None,
        )
        log.info("process.started", name=child.name, pid=child.process.pid)


def _died(child: Child, code: int) -> None:
    child.deaths += 1
    young = monotonic() - child.started < YOUNG
    child.pause = min(2 * child.pause, LONGEST_PAUSE) if young else FIRST_PAUSE
    child.next_start = monotonic() + child.pause
    child.process = None
    log.error("process.died", name=child.name, code=code, again_in=child.pause, deaths=child.deaths)


def _end(children: Sequence[Child]) -> None:
    running = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    until = monotonic() + FINISHING
    for process in running:
        try:
            process.wait(max(0.1, until - monotonic()))
        except subprocess.TimeoutExpired:
            log.error("process.killed", pid=process.pid, reason=f"it had not ended {FINISHING:.0f} s after SIGTERM")
            process.kill()
            process.wait()
