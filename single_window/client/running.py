"""Starts a window for a run of tests, as a process of its own, and ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import NamedTuple

import msgspec

from single_window.clock import monotonic

START_SECONDS = 60.0
"""How long a window may take to start, on a machine that does much else."""
END_SECONDS = 30.0
_LOOK_SECONDS = 0.02


class NotStarted(Exception):
    """The window ended before it answered, or took too long; the text has the end of its log."""

    permanent = True


class StartedWindow(NamedTuple):
    """A window that answers: where, and which process it is."""

    url: str
    pid: int
    sandbox: str = "main"
    version: str = ""


def start(folder: Path, until: int = 0, preset: str = "ci") -> StartedWindow:
    """Start an ephemeral window and wait until it answers; its ready file and its log lie in the folder.

    It ends with the process `until` (0: with this one). Raises `NotStarted`.
    """
    ready, log = folder / "window.json", folder / "window.log"
    command = [
        sys.executable,
        "-m",
        "single_window",
        "run",
        "--ephemeral",
        "--port",
        "0",
        "--preset",
        preset,
        "--ready-file",
        str(ready),
        "--until",
        str(until or os.getpid()),
    ]
    with log.open("ab") as written:
        process = subprocess.Popen(
            command,
            stdout=written,
            stderr=written,
            stdin=subprocess.DEVNULL,
            env=environment_of(os.environ),
            start_new_session=True,
        )
    until_when = monotonic() + START_SECONDS
    while not ready.exists():
        if process.poll() is not None or monotonic() > until_when:
            process.kill()
            raise NotStarted(f"The window did not start: {log.read_text('utf-8', 'replace')[-2_000:]}")
        Event().wait(_LOOK_SECONDS)
    return named_by(ready)


def named_by(ready: Path) -> StartedWindow:
    """The window that a ready file names."""
    address = msgspec.json.decode(ready.read_bytes())
    return StartedWindow(address["url"], address["pid"], address["sandbox"], address["version"])


def stop(window: StartedWindow) -> None:
    """Ask a window to end, and wait until it has."""
    with suppress(ProcessLookupError):
        os.kill(window.pid, signal.SIGTERM)
    until = monotonic() + END_SECONDS
    while monotonic() < until and _lives(window.pid):
        Event().wait(_LOOK_SECONDS)


def _lives(pid: int) -> bool:
    """True if a process is still there; a child of ours that has ended is no more."""
    try:
        ended, _ = os.waitpid(pid, os.WNOHANG)
        return not ended
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


def environment_of(variables: Mapping[str, str]) -> dict[str, str]:
    """An environment without settings of another window."""
    return {name: value for name, value in variables.items() if not name.startswith("SINGLE_WINDOW_")}
