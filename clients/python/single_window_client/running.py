"""Starts a window for a test run in a process of its own, by its command, and stops it.

The window is never imported: its command may stand in another environment than the tests.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic
from typing import NamedTuple

import msgspec

PROGRAM = "single-window"
START_SECONDS = 60.0
"""Limit for the start of a window, enough for a busy machine."""
DOWNLOAD_SECONDS = 600.0
"""Limit for the start of a window that is installed first."""
END_SECONDS = 30.0
_POLL_SECONDS = 0.02
OWN_SETTINGS = {"SINGLE_WINDOW_WEBHOOK_PRIVATE": "1"}
"""Settings of a started window unless others are given: it posts to webhooks on this machine, where tests are."""
_OTHERS = ("SINGLE_WINDOW_", "PYTHON")
"""Beginnings of variables that a started window does not get: settings of another window; where modules are found."""


class NotStarted(Exception):
    """No command starts a window, or it ended before it answered, or took too long; the text has the end of its log."""

    permanent = True


class StartedWindow(NamedTuple):
    """A window that answers: its address and process, the folder of its files (None: unknown), and the key that it has
    made, if it wants one."""

    url: str
    pid: int
    sandbox: str = "main"
    version: str = ""
    folder: Path | None = None
    key: str = ""


def command_of(chosen: str = "", path: str | None = None) -> tuple[str, ...]:
    """Return the words that start the window's program; raises `NotStarted` if there is none.

    `chosen`: the path or name of an executable; by default `single-window` beside this Python, or on the PATH (`path`).
    """
    if chosen:
        if found := shutil.which(chosen, path=path):
            return (found,)
        raise NotStarted(f"there is no executable {chosen}")
    beside = os.path.dirname(sys.executable)
    if found := shutil.which(PROGRAM, path=beside) or shutil.which(PROGRAM, path=path):
        return (found,)
    raise NotStarted(
        f"there is no {PROGRAM} on the PATH: install the window from its sources into an environment of its own "
        "(python -m venv window; window/bin/pip install FOLDER) and name its command "
        f"(--single-window-command=window/bin/{PROGRAM}), or name a window that runs (--single-window-url URL)"
    )


def start(
    folder: Path,
    until: int = 0,
    preset: str = "ci",
    command: Sequence[str] = (),
    seconds: float = 0,
    call_log: int = 0,
    settings: Mapping[str, str] | None = None,
) -> StartedWindow:
    """Start an ephemeral window and wait until it answers; its ready file, log and data are in the folder.

    `command`: the words that start its program (default: `command_of()`). The window ends with the process `until` (0:
    this process). `seconds`: limit for the start (0: one that fits the command). `call_log`: how many calls it keeps of
    each sandbox. `settings`: those of the window (SINGLE_WINDOW_…), besides `OWN_SETTINGS`. Raises `NotStarted`.
    """
    words, ready = tuple(command) or command_of(), folder / "window.json"
    temporary = folder / "data"
    temporary.mkdir(exist_ok=True)
    options = ("--ephemeral", "--port", "0", "--preset", preset, "--ready-file", str(ready))
    kept = ("--call-log", str(call_log)) if call_log else ()
    process = _process(
        (*words, "run", *options, *kept, "--until", str(until or os.getpid())), folder, temporary, settings or {}
    )
    with _killed_on_error(process):
        _wait(process, ready, seconds or (START_SECONDS if len(words) == 1 else DOWNLOAD_SECONDS), folder)
    return named_by(ready)


def named_by(ready: Path) -> StartedWindow:
    """Read the window from a ready file."""
    address = msgspec.json.decode(ready.read_bytes())
    key = address.get("key", "")
    return StartedWindow(address["url"], address["pid"], address["sandbox"], address["version"], ready.parent, key)


def stop(window: StartedWindow) -> None:
    """Ask a window to end and wait for it; kill it if it does not. Its data go, also if it was killed before."""
    with suppress(ProcessLookupError):
        os.kill(window.pid, signal.SIGTERM)
    until = monotonic() + END_SECONDS
    while _is_running(window.pid) and monotonic() < until + END_SECONDS:
        if monotonic() > until:
            with suppress(ProcessLookupError):
                os.kill(window.pid, signal.SIGKILL)
        Event().wait(_POLL_SECONDS)
    if window.folder is not None:
        shutil.rmtree(window.folder / "data", ignore_errors=True)


def environment_of(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without settings of another window, and without paths of modules of the program under
    test, whose packages may have the names of the window's."""
    kept = {name: value for name, value in variables.items() if not name.startswith(_OTHERS)}
    return {**kept, "PYTHONSAFEPATH": "1"}


def _process(
    command: Sequence[str], folder: Path, temporary: Path, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    variables = {**environment_of(os.environ), **OWN_SETTINGS, **settings, "TMPDIR": str(temporary)}
    with (folder / "window.log").open("ab") as log:
        return subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=variables, start_new_session=True
        )


@contextmanager
def _killed_on_error(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Kill the process, and what it started, if the block raises."""
    try:
        yield
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def _wait(process: subprocess.Popen[bytes], ready: Path, seconds: float, folder: Path) -> None:
    until = monotonic() + seconds
    while not ready.exists():
        if process.poll() is not None or monotonic() > until:
            log = (folder / "window.log").read_text("utf-8", "replace")
            raise NotStarted(f"The window did not start: {log[-2_000:]}")
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
