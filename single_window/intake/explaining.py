"""Explains messages that their schema refuses: small ones here, large ones in a process with limits of time and memory.

A process keeps one explainer, started when it is first needed and again when it has ended. Where it does not answer,
the findings are those of the judging parser alone, and the last one reports that they are not complete.
"""

from __future__ import annotations

import atexit
import os
import selectors
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

import schemas
from schemas.explainer import LENGTH, LENGTHS, Answer, Request
from schemas.findings import Finding
from schemas.reading import Opened, explained
from schemas.wording import finding
from single_window.clock import monotonic

SMALL_BYTES = 32_768
"""A message up to this size is explained in this process: that takes a fraction of a second at most."""
FEW_ATTRIBUTES = 100
"""Signs `=` in such a message: the time to explain it grows with the cube of attributes and namespaces."""
IDLE_SECONDS = 30.0
"""After so long without a message to explain the explainer is ended."""
PATIENCE_SECONDS = 20.0
"""After so long without an answer the explainer is ended; it limits its own processor time to far less."""


class Explainer:
    """The explaining process of this process; any thread may call it, one message is explained at a time."""

    def __init__(
        self, command: tuple[str, ...] = (sys.executable, "-m", "schemas.explainer"), patience: float = PATIENCE_SECONDS
    ) -> None:
        self._command, self._patience = command, patience
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner, self._last_used = 0, 0.0

    def explain(self, body: bytes, request: Request) -> Answer | None:
        """The findings about a message; None where the process died or did not answer in time."""
        about = msgspec.json.encode(request)
        with self._lock:
            self._last_used = monotonic()
            try:
                answer = msgspec.json.decode(
                    self._exchange(LENGTHS.pack(len(about), len(body)) + about + body), type=Answer
                )
            except (OSError, EOFError, TimeoutError, msgspec.DecodeError):
                self._end()
                return None
            if answer.last:
                self._end()
            return answer

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    def end_idle(self, seconds: float) -> None:
        """End the process if it was not used for so long: the next message starts it again."""
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

    def _exchange(self, request: bytes) -> bytes:
        process, until = self._started(), monotonic() + self._patience
        assert process.stdin is not None and process.stdout is not None
        _send(process.stdin, request, until)
        (length,) = LENGTH.unpack(_receive(process.stdout, LENGTH.size, until))
        return _receive(process.stdout, length, until)

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


def _send(pipe: IO[bytes], data: bytes, until: float) -> None:
    rest = memoryview(data)
    while rest:
        _wait(pipe, selectors.EVENT_WRITE, until)
        rest = rest[os.write(pipe.fileno(), rest[: 1 << 20]) :]


def _receive(pipe: IO[bytes], size: int, until: float) -> bytes:
    parts, left = [], size
    while left:
        _wait(pipe, selectors.EVENT_READ, until)
        part = os.read(pipe.fileno(), min(left, 1 << 20))
        if not part:
            raise EOFError("the explainer has ended")
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _wait(pipe: IO[bytes], event: int, until: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        if not selector.select(max(0.0, until - monotonic())):
            raise TimeoutError("the explainer does not answer")


_own = Explainer()
atexit.register(_own.close)


def end_idle(seconds: float = IDLE_SECONDS) -> None:
    """End the explaining process of this process where it was not used for so long: it holds much memory."""
    _own.end_idle(seconds)


def explain(opened: Opened, edition: str, explainer: Explainer = _own) -> tuple[Finding, ...]:
    """Why the schema refuses a message; where the explanation is cut short, the last finding says so."""
    if len(opened.business) <= SMALL_BYTES and opened.business.count(b"=") <= FEW_ATTRIBUTES:
        return explained(opened, edition)
    answer = explainer.explain(opened.business, Request(edition, opened.transfer_dropped))
    if answer is not None and not answer.cut_short:
        return answer.findings
    from schemas.validation import judged_only  # brings xmlschema, which takes long to import

    findings = answer.findings if answer is not None else ()
    return (*(findings or judged_only(opened, edition)), finding("explanation-cut-short"))
