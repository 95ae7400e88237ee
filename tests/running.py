"""The window's programs, run as a user runs them: `python -m single_window …`, each with a log to look into."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from single_window_client.running import StartedWindow, start
from tests.chaos.programs import Program, until
from tests.databases import made_data
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]


OWN_COMMAND = (
    "env",
    f"PYTHONPATH={os.pathsep.join((str(ROOT), str(ROOT / 'clients/python')))}",
    sys.executable,
    "-m",
    "single_window",
)
"""The words that start this checkout's window, whichever is installed."""


def own_program(folder: Path) -> Path:
    """An executable in a folder that runs this checkout's window, as an installed `single-window` does."""
    file = folder / "own-single-window"
    file.write_text(f'#!/bin/sh\nexec {shlex.join(OWN_COMMAND)} "$@"\n', "utf-8")
    file.chmod(0o755)
    return file


def started_window(folder: Path, **options: Any) -> StartedWindow:
    """A window of this checkout that the client started; who asked for it stops it."""
    return start(folder, command=OWN_COMMAND, **options)


def program(command: str, folder: Path, name: str = "", made: bool = True, **settings: object) -> Program:
    """A program that is not started yet, its data in a folder, a database that was `made` before and
    copied among them; `settings` as SINGLE_WINDOW_ variables have them."""
    called = name or command.split()[0]
    if made and "database" not in settings and "data" not in settings:
        made_data(folder / "data")
    return Program(
        called,
        [sys.executable, "-m", "single_window", *command.split()],
        folder / f"{called}.log",
        environment(folder, **settings),
    )


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """What a program finds around it: this process's variables, but of the window's only these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SINGLE_WINDOW_")}
    chosen = {"data": folder / "data", **settings}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join((os.getcwd(), str(ROOT / "clients/python"))),
        "LANG": "C.UTF-8",
        "SINGLE_WINDOW_PROCESSES": "1",
        **{f"SINGLE_WINDOW_{name.upper()}": str(value) for name, value in chosen.items()},
    }


@contextmanager
def running(command: str, folder: Path, name: str = "", **settings: object) -> Iterator[Program]:
    """A program from its start to its end; it must end when it is asked to."""
    process = program(command, folder, name, **settings)
    process.start()
    try:
        yield process
    finally:
        ended = process.stop(patience=PATIENCE)
    assert ended, f"{process.name} did not end:\n{process.tail()}"


def logged(process: Program, pattern: str, times: int = 1) -> re.Match[str]:
    """What a program's log says, once it has said it so many times; gives the last."""

    def matches() -> list[re.Match[str]]:
        return list(re.finditer(pattern, process.log.read_text("utf-8", "replace"))) if process.log.exists() else []

    until(
        lambda: len(matches()) >= times or not process.alive,
        PATIENCE,
        f"{process.name} says {pattern!r}:\n{process.tail()}",
    )
    assert len(matches()) >= times, (
        f"{process.name} does not say {pattern!r} (exit code {process.exit_code}):\n{process.tail()}"
    )
    return matches()[-1]


def address(process: Program) -> str:
    """Where a program that speaks HTTP answers."""
    return logged(process, r"Single window at (http://\S+) ")[1]
