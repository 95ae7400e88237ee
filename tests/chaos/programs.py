"""Processes that a run starts, injures and ends: each with its log file, and in a session of its own.

Ctrl-C therefore reaches the runner alone, which then ends them; what a killed program leaves behind is found by its
session, whoever has adopted it. Reads /proc: Linux only.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Event
from time import monotonic
from typing import IO, Any, NamedTuple

WARDEN = """
import os, sys, pathlib
guarded = set()
for line in sys.stdin:
    (guarded.add if line[0] == "+" else guarded.discard)(line[1:].strip())
for entry in pathlib.Path("/proc").glob("[0-9]*/stat"):
    try:
        if entry.read_text().rpartition(")")[2].split()[3] in guarded:
            os.kill(int(entry.parent.name), 9)
    except OSError:
        pass
"""
"""Reads which sessions begin (+) and are over (-), and ends what is left of them when nobody writes any more."""


LONGEST_PAUSE = 0.2
"""Seconds between two questions whether something that takes long is done."""


class TookTooLong(Exception):
    """What was waited for did not come; the text says what."""


def until(done: Callable[[], bool], patience: float, expected: str, pause: float = 0.02) -> None:
    """Ask again and again until `done`; raises `TookTooLong` after so many seconds.

    The longer it takes the longer is the pause: each question costs processor time, which what is waited for needs too.
    """
    begun = monotonic()
    while not done():
        waited = monotonic() - begun
        if waited > patience:
            raise TookTooLong(f"{expected}: not after {patience:g} s")
        Event().wait(max(pause, min(waited / 10, LONGEST_PAUSE)))


class Known(NamedTuple):
    """A process as /proc shows it."""

    pid: int
    parent: int
    session: int


def processes() -> Iterator[Known]:
    """Every process that is not a zombie."""
    return (process for pid in _pids() if (process := _known(pid)))


def members(session: int) -> list[int]:
    """The processes of a session that are no zombies."""
    return [pid for pid in _pids() if _session(pid) == session and _known(pid)]


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdecimal())


def _session(pid: int) -> int:
    """The session of a process, 0 if that is gone: one question to the system, where /proc would write a line."""
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def _known(pid: int) -> Known | None:
    """A process; None: it is a zombie, or gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, parent, _, session = stat.rpartition(")")[2].split()[:4]
    return None if state == "Z" else Known(pid, int(parent), int(session))


def descendants(pid: int) -> list[int]:
    """The children of a process and theirs, whatever session they are in."""
    children: dict[int, list[int]] = {}
    for process in processes():
        children.setdefault(process.parent, []).append(process.pid)
    pids = list(children.get(pid, ()))
    for child in pids:
        pids += children.get(child, ())
    return pids


@cache
def _warden() -> IO[bytes]:
    """Where a process writes that outlives this one, however this one ends."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", WARDEN],
        stdin=subprocess.PIPE,
        bufsize=0,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdin is not None
    return process.stdin


def guard(session: int) -> int:
    """See to it that a session ends when this process does, even if that is killed; gives the session."""
    _warden().write(b"+%d\n" % session)
    return session


def release(session: int) -> None:
    """A session is over: its number may become somebody else's."""
    _warden().write(b"-%d\n" % session)


def spawned(command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """A process in a session of its own, which ends when this process does."""
    process = subprocess.Popen(command, start_new_session=True, **options)
    guard(process.pid)
    return process


class Program:
    """One program that can be started, ended and killed as often as one likes; its output is added to `log`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        self.name, self.log = name, log
        self._command, self._environment, self._user = list(command), environment, user
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self) -> None:
        """Start it; returns at once."""
        rights = {} if self._user is None else {"user": self._user, "group": self._user, "extra_groups": []}
        with self._opened() as output:
            self._process = spawned(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if self._environment is None else dict(self._environment),
                cwd=self.log.parent,
                **rights,
            )
        self.starts += 1

    def _opened(self) -> IO[bytes]:
        return self.log.open("ab")

    @property
    def pid(self) -> int:
        """Its process id; 0 before the first start."""
        return 0 if self._process is None else self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs, negative when a signal ended it."""
        return None if self._process is None else self._process.poll()

    def members(self) -> list[int]:
        """All processes of its session: itself, its children, and what a killed parent has left behind."""
        return members(self.pid) if self.pid else []

    def kill(self, *others: int) -> None:
        """End it at once, as a crash does, and with it these of its children; the rest is left to itself."""
        for pid in (self.pid, *others):
            if pid:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.wait(10)

    def kill_child(self, pid: int) -> None:
        """End one process of its session at once."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def freeze(self) -> None:
        """Stop all its processes where they are, until `thaw`."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: int) -> None:
        for pid in self.members():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def ask_to_end(self, number: int = signal.SIGTERM) -> None:
        """Send it a signal."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM, patience: float = 30.0) -> bool:
        """Ask it to end, and end it if it does not; False when it had to be killed."""
        if self._process is None:
            return True
        self.ask_to_end(number)
        ended = self.wait(patience)
        if not ended:
            self.kill()
        self.sweep()
        return ended

    def wait(self, patience: float) -> bool:
        """Whether it has ended within so many seconds."""
        if self._process is None:
            return True
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        return not self.alive

    def sweep(self, patience: float = 0.0) -> list[int]:
        """End what is left of its session; gives the ids of what was. `patience`: seconds that a process of an ended
        program has to notice it and to end by itself."""
        with suppress(TookTooLong):
            until(lambda: not self._left(), patience, f"what {self.name} left behind has not gone")
        left = self._left()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not set(left) & set(self.members()), 10, f"what {self.name} left behind has not gone")
        release(self.pid)
        return left

    def _left(self) -> list[int]:
        return [pid for pid in self.members() if pid != self.pid or self.alive]

    def tail(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:]) if self.log.exists() else ""
