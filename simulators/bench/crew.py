"""Starts the window's processes with the operator's commands, and stops them after the measurement."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread

from simulators.bench import spool
from simulators.bench.measures import OPTIONS, SANDBOX
from simulators.entry import Settings, open_sandbox
from simulators.errors import SimulatorError

READY = 120.0
"""Seconds within which all processes must have started."""
ENDED = 90.0


class Program:
    """A running `single-window …`: its standard output is read line by line, its log goes to a file."""

    def __init__(self, words: list[str], environment: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "single_window", *words],
                stderr=stderr,
                text=True,
                env={**os.environ, **environment},
                stdout=subprocess.PIPE,
            )
        self._lines: list[str] = []
        self._came = Condition()
        self._over = False
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._add(line)
        self._add("", over=True)

    def _add(self, line: str, over: bool = False) -> None:
        with self._came:
            self._lines.append(line)
            self._over = over
            self._came.notify_all()

    def lines_with(self, words: str, times: int = 1) -> list[str]:
        """Wait for `times` output lines that contain these words; gives them. Raises `SimulatorError`."""
        with self._came:
            self._came.wait_for(lambda: self._over or len(self._with(words)) >= times, READY)
            if len(lines := self._with(words)) < times:
                raise SimulatorError(
                    f"{len(lines)} of {times} said {words!r}. The log begins:\n"
                    + self._log.read_text("utf-8", "replace")[:2_000]
                )
            return lines

    def _with(self, words: str) -> list[str]:
        return [line for line in self._lines if words in line]

    def end(self) -> None:
        """Stop it gracefully."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(ENDED)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def running(data: Path) -> Iterator[str]:
    """Start `single-window run` with its default settings, but without waiting for the disk (synchronous=NORMAL), on a
    folder whose sandbox knows the companies; gives its address."""
    with open_sandbox(Settings(data=data, synchronous="NORMAL"), SANDBOX, spool.bench_world(), OPTIONS):
        pass
    words = ["run", "--port", "0", "--data", str(data)]
    program = Program(words, {"SINGLE_WINDOW_SYNCHRONOUS": "NORMAL"}, data / "run.log")
    try:
        line = program.lines_with("http://")[0]
        yield line[line.index("http://") :].split()[0].rstrip(",;")
    finally:
        program.end()
