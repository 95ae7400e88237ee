"""A subprocess that computes for this process, one request at a time, and is killed if it does not answer in time.

It limits its own CPU time and memory. A request is the lengths of header and body (four bytes each), then both; an
answer is its length, then its bytes.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from schemas.answering import LENGTH, LENGTHS
from single_window.clock import monotonic
from single_window.own_packages import own_environment

POLL_SECONDS = 0.2
"""Seconds between two checks whether the caller still waits for the answer."""


class ProgramFailed(Exception):
    """The subprocess has ended, or did not answer in time."""


class CallerGone(Exception):
    """The caller does not wait for the answer any more."""


class ProgramBusy(Exception):
    """Earlier requests took too long."""


class LimitedProcess:
    """The subprocess, started on demand. Thread-safe; requests run one at a time."""

    def __init__(self, command: tuple[str, ...], patience: float) -> None:
        """`patience`: seconds without an answer after which the subprocess is killed."""
        self._command, self._patience = command, patience
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner, self._last_used = 0, 0.0

    def exchange(
        self,
        header: bytes,
        body: bytes,
        gone: Callable[[], bool] = lambda: False,
        waiting: float = threading.TIMEOUT_MAX,
        last: Callable[[bytes], bool] = lambda answer: False,
    ) -> bytes:
        """Send a request and return the answer; if `last(answer)` is true, the subprocess is ended.

        Raises `ProgramFailed`; `CallerGone` when `gone()` is true (the subprocess is killed); `ProgramBusy` if earlier
        requests are not done after `waiting` seconds."""
        self._take_turn(gone, monotonic() + waiting)
        try:
            self._last_used = monotonic()
            answer = self._exchange(LENGTHS.pack(len(header), len(body)) + header + body, gone)
            if last(answer):
                self._end()
            return answer
        except CallerGone:
            self._end()
            raise
        except (OSError, EOFError, TimeoutError) as error:
            self._end()
            raise ProgramFailed(str(error)) from error
        finally:
            self._lock.release()

    @property
    def running(self) -> bool:
        """True if the subprocess was started."""
        return self._process is not None

    def end_idle(self, seconds: float) -> None:
        """Kill the subprocess if it was idle for `seconds`; the next request starts it again."""
        if self._process is None or not self._lock.acquire(blocking=False):
            return
        try:
            if monotonic() - self._last_used >= seconds:
                self._end()
        finally:
            self._lock.release()

    def close(self) -> None:
        """Kill the subprocess, if this process has started it."""
        with self._lock:
            self._end()

    def _take_turn(self, gone: Callable[[], bool], until: float) -> None:
        while not self._lock.acquire(timeout=POLL_SECONDS):
            if gone():
                raise CallerGone
            if monotonic() > until:
                raise ProgramBusy

    def _exchange(self, request: bytes, gone: Callable[[], bool]) -> bytes:
        process, until = self._started(), monotonic() + self._patience
        assert process.stdin is not None and process.stdout is not None
        _send(process.stdin, request, until, gone)
        (length,) = LENGTH.unpack(_receive(process.stdout, LENGTH.size, until, gone))
        return _receive(process.stdout, length, until, gone)

    def _started(self) -> subprocess.Popen[bytes]:
        """The subprocess, started if necessary. One that was started before a fork belongs to the parent."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                env=own_environment(os.environ),
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
    remaining = memoryview(data)
    while remaining:
        _wait(pipe, selectors.EVENT_WRITE, until, gone)
        remaining = remaining[os.write(pipe.fileno(), remaining[: 1 << 20]) :]


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
        while not selector.select(max(0.0, min(POLL_SECONDS, until - monotonic()))):
            if gone():
                raise CallerGone
            if monotonic() >= until:
                raise TimeoutError("the program does not answer")
