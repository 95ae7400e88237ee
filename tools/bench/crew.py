"""Starts the window's processes on engines with the operator's commands, and stops them after the measurement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from simulators.bench.crew import Program
from single_window.process.roles import ALL, ALONE, APART
from tools.bench.temporary_services import TemporaryServices


@contextmanager
def working(own: TemporaryServices, folder: Path, processes: int, roles: Sequence[str] = ("all",)) -> Iterator[Program]:
    """Start `single-window work ROLES --processes N` and wait until all processes are working."""
    program = Program(
        ["work", *roles, "--processes", str(processes), "--data", str(folder)], _environment(own), folder / "work.log"
    )
    try:
        program.lines_with(" at work ", _crew(roles, processes))
        yield program
    finally:
        program.end()


@contextmanager
def serving(own: TemporaryServices, folder: Path, processes: int, threads: int) -> Iterator[str]:
    """Start `single-window serve --processes N` on a free port; gives its address."""
    program = Program(
        ["serve", "--port", "0", "--processes", str(processes), "--threads", str(threads), "--data", str(folder)],
        _environment(own),
        folder / "serve.log",
    )
    try:
        line = program.lines_with("http://")[0]
        yield line[line.index("http://") :].split()[0].rstrip(",;")
    finally:
        program.end()


def _environment(own: TemporaryServices) -> dict[str, str]:
    return {"SINGLE_WINDOW_BROKER": own.broker, "SINGLE_WINDOW_DATABASE": own.database}


def _crew(roles: Sequence[str], processes: int) -> int:
    """Count the processes that `single-window work ROLES --processes N` starts."""
    return sum(1 if role in ALONE else processes for role in (APART if ALL in roles else roles))
