"""A program that computes for this process, one request at a time, and is ended where it does not answer.

It limits its own processor time and memory; what it held is free again once it has ended. A request is the lengths of
two parts (four bytes each), then the parts; an answer is the length of one part, then the part.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import schemas
from schemas.answering import LENGTH, LENGTHS
from single_window.clock import monotonic

LOOK_EVERY = 0.2
"""Seconds between two looks whether anybody still waits for the answer."""


class ProgramFailed(Exception):
    """The program has ended, or does not answer in time."""


class NobodyWaits(Exception):
    """Whoever wanted the answer has gone."""


class ProgramBusy(Exception):
    """Others were before, for too long."""


class LimitedProcess:
    """The program's process, started when it is first needed; any thread may call it, one request runs at a time."""

    def __init__(self, command: tuple[str, ...], patience: float) -> None:
        """A process that has not answered after `patience` seconds is ended."""
        self._command, self._patience = command, patience
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner, self._last_used = 0, 0.0

    def exchange(
        self,
        about: bytes,
        body: bytes,
        gone: Callable[[], bool] = lambda: False,
        waiting: float = threading.TIMEOUT_MAX,
        last: Callable[[bytes], bool] = lambda answer: False,
    ) -> bytes:
        """The answer to a request; `last` says of an answer whether the program ends after it.

        Raises `ProgramFailed`; `NobodyWaits` once `gone` is true, and the process is ended; `ProgramBusy` where others
        are still before after `waiting` seconds."""
        self._take_turn(gone, monotonic() + waiting)
        try:
            self._last_used = monotonic()
            answer = self._exchange(LENGTHS.pack(len(about), len(body)) + about + body, gone)
            if last(answer):
                self._end()
            return answer
        except NobodyWaits:
            self._end()
            raise
        except (OSError, EOFError, TimeoutError) as error:
            self._end()
            raise ProgramFailed(str(error)) from error
        finally:
            self._lock.release()

    @property
    def running(self) -> bool:
        """True if there is a process."""
        return self._process is not None

    def end_idle(self, seconds: float) -> None:
        """End the process if it was not used for so long: the next request starts it again."""
        if self._process is None or not self._lock.acquire(blocking=False):
            return
        try:
            if monotonic() - self._last_used >= seconds:
                self._end()
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process, if this process has started one."""
        with self._lock:
            self._end()

    def _take_turn(self, gone: Callable[[], bool], until: float) -> None:
        while not self._lock.acquire(timeout=LOOK_EVERY):
            if gone():
                raise NobodyWaits
            if monotonic() > until:
                raise ProgramBusy

    def _exchange(self, request: bytes, gone: Callable[[], bool]) -> bytes:
        process, until = self._started(), monotonic() + self._patience
        assert process.stdin is not None and process.stdout is not None
        _send(process.stdin, request, until, gone)
        (length,) = LENGTH.unpack(_receive(process.stdout, LENGTH.size, until, gone))
        return _receive(process.stdout, length, until, gone)

    def _started(self) -> subprocess.Popen[bytes]:
        """The process, started unless it runs; one that a forked parent started is not this process's own."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            path = os.pathsep.join(filter(None, (str(Path(schemas.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                env={**os.environ, "PYTHONPATH": path},
            )
            self._owner = os.getpid()
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                os.set_blocking(pipe.fileno(), False)
        return self._process

    def _end(self) -> None:
        if self._process is None or self._owner != os.getpid():
            return
        with suppress(OSError):
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None


def _send(pipe: IO[bytes], data: bytes, until: float, gone: Callable[[], bool]) -> None:
    rest = memoryview(data)
    while rest:
        _wait(pipe, selectors.EVENT_WRITE, until, gone)
        rest = rest[os.write(pipe.fileno(), rest[: 1 << 20]) :]


def _receive(pipe: IO[bytes], size: int, until: float, gone: Callable[[], bool]) -> bytes:
    parts, left = [], size
    while left:
        _wait(pipe, selectors.EVENT_READ, until, gone)
        part = os.read(pipe.fileno(), min(left, 1 << 20))
        if not part:
            raise EOFError("the program has ended")
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _wait(pipe: IO[bytes], event: int, until: float, gone: Callable[[], bool]) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        while not selector.select(max(0.0, min(LOOK_EVERY, until - monotonic()))):
            if gone():
                raise NobodyWaits
            if monotonic() >= until:
                raise TimeoutError("the program does not answer")
