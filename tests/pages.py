"""Pages of the documentation, typed as they stand: their commands in a shell, with programs of this very code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from signal import SIGKILL

from single_window.reference import pages as reference
from single_window.reference.site import written_pages
from tests.chaos.programs import release, spawned
from tests.patience import LONG_PATIENCE

ROOT = Path(__file__).parents[1]
SINGLE_WINDOW = 'exec "$PYTHON" -m single_window "$@"'
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    """The text of a page."""
    return (ROOT / "docs" / name).read_text("utf-8")


@cache
def texts() -> Mapping[str, str]:
    """All pages by their place in the repository: those that people write, and those that the program does."""
    return written_pages() | {f"docs/reference/{name}": text for name, text in reference.pages().items()}


def typed(text: str) -> list[str]:
    """What is typed into a shell, block by block."""
    return _BLOCK.findall(text)


def made(folder: Path, programs: Mapping[str, str]) -> Path:
    """A folder of programs, each a line of shell."""
    folder.mkdir(parents=True)
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


def follow(commands: Sequence[str], where: Path, programs: Mapping[str, str]) -> str:
    """What a shell says to commands up to the last: those of a page, on programs of these names."""
    folder = made(where / "bin", {"single-window": SINGLE_WINDOW, "python3": 'exec "$PYTHON" "$@"', **programs})
    output = run(
        commands,
        where,
        {
            **os.environ,
            "PATH": f"{folder}:{os.environ['PATH']}",
            "PYTHON": sys.executable,
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
        },
    )
    assert output.rstrip().endswith("END"), output[-4_000:]
    return output


def run(commands: Sequence[str], where: Path, environment: Mapping[str, str]) -> str:
    """What a shell says to commands, errors included, and END when none failed; what it has started ends with it."""
    script = "\n".join(["set -euo pipefail", *commands, "echo END"])
    shell = spawned(
        ["bash", "-c", script],
        cwd=where,
        env=dict(environment),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        return shell.communicate(timeout=LONG_PATIENCE)[0]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, SIGKILL)
        release(shell.pid)
