"""The window's programs, run as a user runs them: `python -m single_window …`, each with a log to look into."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.programs import Program, until

PATIENCE = 120.0
"""Seconds that a program may take to start or to end, on a machine that does much else."""


def program(command: str, folder: Path, name: str = "", **settings: object) -> Program:
    """A program that is not started yet, its data in a folder; `settings` as SINGLE_WINDOW_ variables have them."""
    called = name or command.split()[0]
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
        "PYTHONPATH": os.getcwd(),
        "LANG": "C.UTF-8",
        **{f"SINGLE_WINDOW_{name.upper()}": str(value) for name, value in chosen.items()},
    }


@contextmanager
def running(command: str, folder: Path, name: str = "", **settings: object) -> Iterator[Program]:
    """A program from its start to its end; it must end when it is asked to."""
    one = program(command, folder, name, **settings)
    one.start()
    try:
        yield one
    finally:
        ended = one.stop(patience=PATIENCE)
    assert ended, f"{one.name} did not end:\n{one.tail()}"


def heard(one: Program, pattern: str, times: int = 1) -> re.Match[str]:
    """What a program's log says, once it has said it so many times; gives the last."""

    def found() -> list[re.Match[str]]:
        return list(re.finditer(pattern, one.log.read_text("utf-8", "replace"))) if one.log.exists() else []

    until(lambda: len(found()) >= times or not one.alive, PATIENCE, f"{one.name} says {pattern!r}:\n{one.tail()}")
    assert len(found()) >= times, f"{one.name} does not say {pattern!r} (exit code {one.exit_code}):\n{one.tail()}"
    return found()[-1]


def address(one: Program) -> str:
    """Where a program that speaks HTTP answers."""
    return heard(one, r"Single window at (http://\S+) ")[1]
