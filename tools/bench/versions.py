"""Versions of this program to measure: the working tree, and commits in temporary git worktrees."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from simulators.errors import SimulatorError

ROOT = Path(__file__).resolve().parents[2]
"""The root folder of this program's source."""
MEASURING = ("tools/bench", "simulators/bench")


class Version(NamedTuple):
    """A runnable version: its name, commit, source folder and Python."""

    name: str
    commit: str
    tree: Path
    python: str

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables that make its Python import from its own source folder."""
        return {**os.environ, "PYTHONPATH": str(self.tree)}

    @property
    def program(self) -> tuple[str, ...]:
        """The module that measures it, with its first words: older versions have all measures in the window."""
        return ("tools.bench",) if (self.tree / "tools" / "bench").is_dir() else ("single_window", "bench")


class Pair(NamedTuple):
    """Two versions, the baseline first; `remarks` are notes for readers of the ratios."""

    base: Version
    this: Version
    remarks: tuple[str, ...]


@contextmanager
def pair(root: Path, names: str, data: Path | None = None) -> Iterator[Pair]:
    """The versions of `COMMIT` (and the working tree) or of `COMMIT1..COMMIT2`; raises `SimulatorError`."""
    _check_checkout(root)
    first, dots, second = names.partition("..")
    base, this = _commit(root, first), _commit(root, second or "HEAD")
    with (
        TemporaryDirectory(prefix="single-window-compare-", dir=data) as folder,
        _worktrees(root, Path(folder)) as places,
    ):
        old = _checked_out(root, first, base, places / "base")
        new = (
            _checked_out(root, second or "HEAD", this, places / "this")
            if dots
            else Version("working tree", this, root, sys.executable)
        )
        dirty = not dots and bool(_git(root, "status", "--porcelain"))
        remarks = {_DIRTY: dirty, _OTHER_MEASURES: _measures(old) != _measures(new)}
        known = tuple(remark for remark, true in remarks.items() if true)
        yield Pair(_with_libraries(old, root), _with_libraries(new, root), known)


_DIRTY = "the working tree has changes that are not committed: they are measured, too"
_OTHER_MEASURES = f"{' or '.join(MEASURING)} differs between the two: each is measured by its own"


def _check_checkout(root: Path) -> None:
    top = Path(_git(root, "rev-parse", "--show-toplevel", refused=f"{root} is not a git checkout"))
    if top.resolve() != root.resolve():
        raise SimulatorError(f"{root} is not a git checkout of its own (it lies in {top}). {_WHERE}")


_WHERE = "Call --compare where the program runs from a clone: pip install --editable"


def _commit(root: Path, name: str) -> str:
    if not name or name.startswith("-"):
        raise SimulatorError(f"{name!r} is no commit. Say --compare COMMIT, or --compare COMMIT1..COMMIT2")
    message = f"There is no commit {name!r} in {root}; git log names those there are"
    return _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", refused=message)


def _git(root: Path, *words: str, refused: str = "") -> str:
    """Run git and give its output; raises `SimulatorError` with `refused` or git's own words."""
    try:
        finished = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)
    except OSError as error:
        raise SimulatorError(f"git cannot be called ({error}): --compare needs it") from None
    if finished.returncode:
        raise SimulatorError(refused or f"git {words[0]} failed: {finished.stderr.strip()}")
    return finished.stdout.strip()


@contextmanager
def _worktrees(root: Path, folder: Path) -> Iterator[Path]:
    """A temporary folder for worktrees, which are removed from git afterwards (and no others)."""
    places = folder.resolve()
    try:
        yield places
    finally:
        lines = _git(root, "worktree", "list", "--porcelain").splitlines()
        for place in [line.removeprefix("worktree ") for line in lines if line.startswith("worktree ")]:
            if Path(place).is_relative_to(places):
                _git(root, "worktree", "remove", "--force", "--force", place)


def _checked_out(root: Path, name: str, commit: str, place: Path) -> Version:
    _git(root, "worktree", "add", "--quiet", "--detach", str(place), commit)
    return Version(
        f"{name} ({commit[:8]})" if not commit.startswith(name) else commit[:8], commit, place, sys.executable
    )


def _measures(version: Version) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for folder in MEASURING for file in (version.tree / folder).glob("*.py")}


def _with_libraries(version: Version, root: Path) -> Version:
    """The version with its own virtual environment if it requires other libraries than the working tree."""
    if required_libraries(version.tree) == required_libraries(root):
        return version
    place = version.tree.with_name(f"{version.tree.name}-python")
    venv.create(place, with_pip=True)
    python = str(place / ("Scripts" if os.name == "nt" else "bin") / "python")
    words = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_distributions(version.tree)]
    installed = subprocess.run(words, capture_output=True, text=True, check=False)
    if installed.returncode:
        raise SimulatorError(f"the libraries of {version.name} cannot be installed: {installed.stderr.strip()[-500:]}")
    return version._replace(python=python)


def _distributions(tree: Path) -> list[str]:
    """The distributions of a version: its client, where it stands by itself, and the window."""
    client = tree / "clients" / "python"
    return [*([str(client)] if client.is_dir() else []), f"{tree}[postgresql]"]


def required_libraries(tree: Path) -> list[str]:
    """The required libraries of a version, from its setup.cfg."""
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(tree / "setup.cfg", "utf-8")
    text = setup.get("options", "install_requires", fallback="")
    return sorted(line.strip() for line in text.splitlines() if line.strip())
