"""Starts a window for a test run in its own process, and stops it."""

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
from single_window.own_packages import demand_own_packages, own_environment

START_SECONDS = 60.0
"""Limit for the start of a window, enough for a busy machine."""
END_SECONDS = 30.0
_POLL_SECONDS = 0.02


class NotStarted(Exception):
    """The window ended before it answered or took too long; the text contains the end of its log."""

    permanent = True


class StartedWindow(NamedTuple):
    """A window that answers: its address and process."""

    url: str
    pid: int
    sandbox: str = "main"
    version: str = ""


def start(folder: Path, until: int = 0, preset: str = "ci") -> StartedWindow:
    """Start an ephemeral window and wait until it answers; its ready file and log are in the folder.

    The window ends with the process `until` (0: this process). Raises `NotStarted`, or `Shadowed` if packages of the
    program cannot be found because others have their names.
    """
    demand_own_packages()
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
            env=own_environment(environment_of(os.environ)),
            start_new_session=True,
        )
    until_when = monotonic() + START_SECONDS
    while not ready.exists():
        if process.poll() is not None or monotonic() > until_when:
            process.kill()
            raise NotStarted(f"The window did not start: {log.read_text('utf-8', 'replace')[-2_000:]}")
        Event().wait(_POLL_SECONDS)
    return named_by(ready)


def named_by(ready: Path) -> StartedWindow:
    """Read the window from a ready file."""
    address = msgspec.json.decode(ready.read_bytes())
    return StartedWindow(address["url"], address["pid"], address["sandbox"], address["version"])


def stop(window: StartedWindow) -> None:
    """Ask a window to end and wait for it."""
    with suppress(ProcessLookupError):
        os.kill(window.pid, signal.SIGTERM)
    until = monotonic() + END_SECONDS
    while monotonic() < until and _is_running(window.pid):
        Event().wait(_POLL_SECONDS)


def _is_running(pid: int) -> bool:
    """Return True if a process still runs; an ended child process does not count."""
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
    """Return the environment without settings of another window."""
    return {name: value for name, value in variables.items() if not name.startswith("SINGLE_WINDOW_")}
