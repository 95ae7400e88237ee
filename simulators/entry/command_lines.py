"""Runs command lines of the program one after the other in one process of its own: on the standard input one line of
JSON a command, its words; on the standard output, likewise, its exit status and what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

WIDTH = "160"
PATIENCE = 300


class SaidByCommand(NamedTuple):
    """Output of a command line, and its exit status."""

    status: int
    text: str


class CommandProcess:
    """A process that runs command lines in a folder; a context manager."""

    def __init__(self, folder: Path) -> None:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("SINGLE_WINDOW_")}
        around: Mapping[str, str] = {**kept, "COLUMNS": WIDTH, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=folder,
            env={**around, "PYTHONPATH": os.pathsep.join(filter(None, (_own_place(), around.get("PYTHONPATH", ""))))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> CommandProcess:
        return self

    def __exit__(self, *error: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(PATIENCE)

    def run(self, words: Sequence[str]) -> SaidByCommand:
        """Run a command line; a process that ends meanwhile has said nothing."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the process has no pipes")
        self._process.stdin.write(json.dumps(list(words)) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        return SaidByCommand(*json.loads(line)) if line else SaidByCommand(-1, "")


def _own_place() -> str:
    """The folder where this program's packages are."""
    return str(Path(__file__).parents[2])


def _answers(lines: Iterator[str]) -> Iterator[str]:
    from single_window.cli import main  # imported late: only this process needs the command line

    for line in lines:
        result = CliRunner().invoke(main, json.loads(line))
        broken = f"\n{result.exception!r}" if result.exception and not isinstance(result.exception, SystemExit) else ""
        yield json.dumps([result.exit_code, result.output + broken])


if __name__ == "__main__":
    for answer in _answers(iter(sys.stdin.readline, "")):
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()
