"""Supervises processes: starts them, restarts dead ones, passes signals on and waits until all have ended.

Each is a separate program (`python -m single_window …`), so that killing one does not affect others.
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
from single_window.own_packages import own_environment
from single_window.process.roles import ALONE, TRADES
from single_window.settings import Settings, as_environment

log = structlog.get_logger(__name__)
POLL_SECONDS = 0.2
"""Seconds between two checks of the processes."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""First and longest pause in seconds before a restart; doubled each time a process ends within `YOUNG` seconds."""
YOUNG = 30.0
OUTLIVE_SECONDS = 60
"""Seconds for which processes go on when their supervisor was killed: another one needs some to start its own."""
FINISHING = 30.0
"""Seconds for processes to finish the current batch before they are killed."""


def programs(roles: Sequence[str], processes: int, data: Path, as_json: bool = False) -> list[tuple[str, list[str]]]:
    """(name, arguments) of `processes` processes for each role on a data folder; one for roles in `ALONE`."""
    belonging = ["--parent", str(getpid()), "--outlive", str(OUTLIVE_SECONDS)]
    shared = ["--data", str(data.absolute()), *belonging, *(["--json"] if as_json else [])]
    return [
        (f"{role}-{number}", ["work", role, *shared])
        for role in roles
        for number in range(1, (1 if role in ALONE else processes) + 1)
    ]


@contextmanager
def worker_processes(settings: Settings) -> Iterator[None]:
    """Within the block run the configured number of processes minus this one on the same data; at the end each finishes
    its batch. They also end when this process is killed.
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
    """A supervised process, and its restarts."""

    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    next_start: float = 0.0
    deaths: int = 0


@dataclass
class Supervisor:
    """Runs programs, given as (name, arguments) for `command`.

    `environment`: additional variables; `quiet`: programs only log and announce nothing.
    """

    programs: Sequence[tuple[str, Sequence[str]]]
    command: Sequence[str] = (sys.executable, "-m", "single_window")
    environment: Mapping[str, str] | None = None
    quiet: bool = False

    def run(self, stopping: Event) -> None:
        """Supervise until the event is set; then let every process finish its batch."""
        children = [Child(name, arguments) for name, arguments in self.programs]
        try:
            while not stopping.is_set():
                for child in children:
                    self._look_after(child)
                stopping.wait(POLL_SECONDS)
        finally:
            _end(children)

    def _look_after(self, child: Child) -> None:
        if child.process is not None and child.process.poll() is not None:
            _schedule_restart(child, child.process.returncode)
        if child.process is None and monotonic() >= child.next_start:
            self._start(child)

    def _start(self, child: Child) -> None:
        child.started = monotonic()
        # a separate process group, so that Ctrl-C in a terminal reaches only this process, which passes it on once
        child.process = subprocess.Popen(
            [*self.command, *child.arguments],
            process_group=0,
            env=own_environment({**os.environ, **(self.environment or {})}),
            stdout=subprocess.DEVNULL if self.quiet else None,
        )
        log.info("process.started", name=child.name, pid=child.process.pid)


def _schedule_restart(child: Child, code: int) -> None:
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
