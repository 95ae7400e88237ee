"""What judges a tree in which a fault stands, in processes of its own: folders of tests, then commands of a user."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import monotonic
from typing import NamedTuple

from tests.mutants.planting import BESIDE, CLIENT, planted

PATIENCE = 1_800.0
"""Seconds until a command counts as hung, which names nothing: many, since how fast the machine is must not matter."""
SHOWN = 300
FOLDERS = (
    "law",
    "unit/declarations",
    "unit/schemas",
    "unit/gateways",
    "gateways",
    "contracts",
    "unit/single_window",
    "stories",
    "unit/simulators",
)
"""Folders of `tests`, of whose tests those run that do not take long."""
SIGNS = ("NOT as expected", "wrong:", "FAILED", "ERROR", "wrong", "failed", "Error")
"""What lines begin with, or hold, that say what is wrong; the first that is found is shown."""
JUDGED = {"demo": "NOT as expected:", "year": "NOT as expected:", "scenario": "FAILED"}
"""What a line of a user's command holds when it has judged and found something wrong. One that ends with an error
before it has judged has named nothing, however badly it ends."""
CLOSEST = {
    "declarations": ("law", "unit/declarations", "gateways"),
    "schemas": ("unit/schemas",),
    "gateways": ("gateways", "unit/gateways"),
    "single_window": ("contracts", "unit/single_window"),
    "clients": ("unit/single_window",),
}
"""Package of a fault → what is asked first, the quickest first; then all others in their order."""


class Named(NamedTuple):
    """Whether a command judged and named a fault, what it said, how long it took, and its exit status (None: it did not
    end)."""

    caught: bool
    words: str
    seconds: float
    status: int | None = None


def environment(tree: Path, data: Path) -> dict[str, str]:
    """The environment in which a command runs a tree instead of ours; its temporary folders are nobody else's."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("SINGLE_WINDOW_", "PYTEST_"))}
    path = os.pathsep.join((str(tree), str(tree / CLIENT)))
    places = {"PYTHONPATH": path, "SINGLE_WINDOW_DATA": str(data), "TMPDIR": str(data)}
    return {**kept, **places, "COLUMNS": "200", "LANG": "C.UTF-8"}


def called(tree: Path, data: Path, folder: Path, found: Callable[[int, str], bool], *words: str) -> Named:
    """What a module of Python says that runs in a folder, and whether by status and words it found something wrong."""
    begun = monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=folder,
            env=environment(tree, data),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Named(False, f"{words[1]} did not end in {PATIENCE:g} s", monotonic() - begun)
    said = done.stdout + done.stderr
    return Named(found(done.returncode, said), first_sign(said), monotonic() - begun, done.returncode)


def judged(command: str, status: int, said: str) -> bool:
    """Whether a command of a user ended because what it judged was wrong: by its status, and by its own words."""
    return status == 1 and JUDGED[command] in said


def first_sign(text: str) -> str:
    """The line of what a command said that tells best what is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for sign in SIGNS:
        for line in lines:
            if sign in line and "│" not in line:
                return line[:SHOWN]
    return (lines or [""])[-1][:SHOWN]


def tested(place: str, tree: Path, data: Path) -> Named:
    """The tests of a folder, until the first that fails."""
    return pytest([f"tests/{place}"], tree, data)


def pytest(names: Sequence[str], tree: Path, data: Path) -> Named:
    """Tests as pytest names them, until the first that fails."""
    options = ("-n", "0", "-x", "--tb=no", "-p", "no:cacheprovider")
    return called(tree, data, tree, failed, "pytest", *options, *names)


def failed(status: int, said: str) -> bool:
    """Whether a test failed, or what it stands on; a file that cannot be read is no test."""
    return status == 1 and re.search(r"^(FAILED|ERROR) \S+::", said, re.MULTILINE) is not None


def user(words: Sequence[str], tree: Path, data: Path) -> Named:
    """A command as a user calls it."""
    return called(tree, data, data, partial(judged, words[0]), "single_window", *words)


def scenarios(tree: Path, data: Path) -> Named:
    """The scenarios that come with the program."""
    return user(("scenario", "run", str(tree / "simulators/scenarios/files")), tree, data)


REACHED = "reached"
"""The tests that run the line of a fault (`reached.py`), instead of a folder of them."""
Command = Callable[[Path, Path], Named]
COMMANDS: Mapping[str, Command] = {
    **{place: partial(tested, place) for place in FOLDERS},
    "scenarios": scenarios,
    "demo": partial(user, ("demo", "--exit", "--quiet")),
    "year": partial(user, ("year", "--quiet", "--trades", "40")),
}


def in_order(file: str, recorded: bool = False) -> list[str]:
    """The names of all commands, those first that are closest to the file of a fault; where it is recorded which tests
    run its line, these follow the first."""
    closest = CLOSEST[file.partition("/")[0]]
    names = [*closest, *(name for name in COMMANDS if name not in closest)]
    if recorded:
        names.insert(1 if names[0] == "law" else 0, REACHED)
    return names


class SoundTree:
    """What commands say about a copy without a fault: each is asked once, and only when it has named a fault."""

    def __init__(self, copy: Callable[[], AbstractContextManager[Path]] = lambda: planted(None, BESIDE)) -> None:
        self._copy, self._lock = copy, Lock()
        self._said: dict[str, Named] = {}

    def check(self, name: str) -> None:
        """Raises `NotSound` if the command does not pass a copy without a fault."""
        with self._lock:
            if name not in self._said:
                with self._copy() as tree:
                    self._said[name] = check(tree, name)
        if self._said[name].status:
            raise NotSound(f"The tree without a fault does not pass:\n{name}: {self._said[name].words}")


class NotSound(Exception):
    """A command names something in the tree without a fault: what it names in another proves nothing."""


def ask(tree: Path, names: Sequence[str]) -> Named:
    """What these tests say about a tree."""
    with TemporaryDirectory(prefix="mutants-data-") as folder:
        return pytest(names, tree, Path(folder))


def check(tree: Path, name: str) -> Named:
    """What a command says about a tree."""
    with TemporaryDirectory(prefix="mutants-data-") as folder:
        return COMMANDS[name](tree, Path(folder))
