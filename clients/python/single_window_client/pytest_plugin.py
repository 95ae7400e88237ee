"""The pytest plug-in: `single_window`, a fresh sandbox for each test, in one window for all tests of a run.

The window starts when the first test requests it, in the environment of its command, and ends with the run; the workers
of pytest-xdist share it. With `--single-window-url` the tests use a window that runs already.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # a run of tests that never requests a window imports none of it
    from single_window_client.running import StartedWindow
    from single_window_client.sandbox import SandboxClient
    from single_window_client.window import WindowClient

_FOLDER, _READY = "single-window", "window.json"
_OF_WINDOW = ("declarations", "gateways", "schemas", "simulators", "single_window")
"""The packages of the window, which a project may have as well."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options: the window's address and key or its command, and the preset and clock of sandboxes."""
    group = parser.getgroup("single-window", "customs single window")
    group.addoption("--single-window-url", metavar="URL", help="use this window instead of starting one")
    group.addoption("--single-window-key", metavar="KEY", default="", help="key, or name:password, for that window")
    group.addoption(
        "--single-window-command",
        metavar="PATH",
        default="",
        help="start the window by this executable, as /path/venv/bin/single-window (default: the one in single_window_"
        "command, beside this Python or on the PATH)",
    )
    parser.addini("single_window_command", "the executable that starts the window", default="")
    parser.addini("single_window_preset", "options of the sandbox of a test", default="ci")
    parser.addini("single_window_call_log", "how many calls of each sandbox the window keeps (0: none)", default="2000")
    parser.addini(
        "single_window_settings", "settings of the window that is started, as SINGLE_WINDOW_NAME=value", "linelist"
    )
    parser.addini("single_window_clock", "the time at which the clock of a test is frozen (default: now)", default="")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the packages of the project in whose place those of an installed window were imported."""
    if mixed := [name for name in _OF_WINDOW if _is_of_window(name, config.rootpath)]:
        terminalreporter.write_line(
            f"single-window: the tests imported {', '.join(mixed)} of the window that is installed here, not of "
            "this project: put the project's folder first (pythonpath, in pytest's settings), or install the window in "
            "an environment of its own and name its command (--single-window-command)",
            yellow=True,
        )


def _is_of_window(name: str, project: Path) -> bool:
    """Return True for a package that was imported from elsewhere, though the project has one of this name."""
    imported = getattr(sys.modules.get(name), "__file__", None) or ""
    own = [folder / name for folder in (project, project / "src") if any((folder / name).glob("*.py"))]
    return bool(imported and own) and not any(folder in Path(imported).parents for folder in own)


@pytest.fixture(scope="session")
def single_window_client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WindowClient]:
    """Return a client of the window that all tests of the run share."""
    from single_window_client import running
    from single_window_client.window import WindowClient

    option, own = request.config.getoption, None
    url, key = option("--single-window-url"), option("--single-window-key")
    if not url:
        own = _shared_window(request.config, tmp_path_factory)
        url, key = own.url, own.key
    with WindowClient(url, key) as client:
        yield client
    if own is not None and not _is_worker(request.config):  # with several workers the window ends with the controller
        running.stop(own)


@pytest.fixture
def single_window(request: pytest.FixtureRequest, single_window_client: WindowClient) -> Iterator[SandboxClient]:
    """Make a fresh sandbox without inspections or automatic acts, with a frozen clock.

    The sandbox's name is unique; its seed is the name of the test, so that numbers and random choices repeat.
    """
    seed = request.node.nodeid[-100:]
    clock = request.config.getini("single_window_clock")
    made = single_window_client.make_sandbox(
        _name(request.node.name),
        request.config.getini("single_window_preset"),
        seed,
        {"mode": "frozen", "at": clock} if clock else None,
    )
    yield made
    with suppress(Exception):  # only the test's outcome counts; an external window may be gone
        made.delete()


def _name(test: str) -> str:
    from secrets import token_hex

    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in test)[:12].strip("-")
    return f"{plain}-{token_hex(6)}"


def _shared_window(config: pytest.Config, folders: pytest.TempPathFactory) -> StartedWindow:
    """Return the run's window; the first request starts it, under a lock among workers."""
    import fcntl

    from single_window_client import running

    base, owner = folders.getbasetemp(), os.getpid()
    if _is_worker(config):
        base, owner = base.parent, os.getppid()
    folder = base / _FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = folder / _READY
        return running.named_by(ready) if ready.exists() else _started(config, folder, owner)


def _started(config: pytest.Config, folder: Path, owner: int) -> StartedWindow:
    from single_window_client import running

    chosen = config.getoption("--single-window-command") or config.getini("single_window_command")
    try:
        kept = int(config.getini("single_window_call_log"))
        settings = _settings_of(config.getini("single_window_settings"))
        return running.start(folder, owner, command=running.command_of(chosen), call_log=kept, settings=settings)
    except running.NotStarted as failed:
        pytest.fail(str(failed), pytrace=False)


def _settings_of(lines: list[str]) -> dict[str, str]:
    """Return the settings in the configuration; raises `UsageError` for a line that is none."""
    settings = {}
    for line in lines:
        name, is_set, value = (part.strip() for part in line.partition("="))
        if not is_set or not name.startswith("SINGLE_WINDOW_"):
            raise pytest.UsageError(f"single_window_settings: {line!r} is not SINGLE_WINDOW_NAME=value")
        settings[name] = value
    return settings


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
