"""The commands of a user that judge a window, each run on a tree in processes of its own: did it name something?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import monotonic
from typing import NamedTuple

from tests.mutants.planting import CLIENT, ROOT

AREAS = ("imports", "exports", "batches", "officers", "refunds", "calls", "requests", "troubles", "edges", "outcomes")
OVERSIGHT = (
    "spot_checks",
    "credit",
    "overseas",
    "port",
    "korea",
    "shipments",
    "commerce",
    "traceability",
    "open_data",
)
"""Areas of scenarios about what agencies find out: they are few and quick."""
LOAD = ("--rate", "60", "--for", "4s", "--late", "2m", "--patience", "20s", "--quiet", "--target", "turned-away=100%")
"""How fast the machine is must not matter."""
SECOND_THOUGHTS = Path(__file__).with_name("history.toml")
"""The profile of the day whose history is judged."""
VERDICTS = {
    "rules": "FAILED",
    "demo": "NOT as expected:",
    "year": "NOT as expected:",
    "traffic": "NOT as expected:",
    "load": "FAILED",
    "scenario": "FAILED",
    "replay": "NOT as recorded",
    "audit": "The history is FALSE",
}
"""What a line of each command begins with, or holds, when it has judged and found something wrong. A command that ends
with an error before it has judged has named nothing, however badly it ends."""
PATIENCE = 1_200.0
"""Seconds until a command counts as hung, which names nothing: many, since how fast the machine is must not matter."""
SHOWN = 300
SIGNS = (
    "The history is FALSE",
    "NOT as expected",
    "NOT",
    "wrong:",
    "FAILED",
    "wrong",
    "lost",
    "doubled",
    "late",
    "audit",
    "failed",
    "Error",
)
"""What lines begin with, or hold, that say what is wrong; the first that is found is shown."""


class Named(NamedTuple):
    """Whether a command judged and named a fault, what it said, how long it took, and its exit status (None: it did not
    end)."""

    caught: bool
    words: str
    seconds: float
    status: int | None = None


def environment(tree: Path, data: Path) -> dict[str, str]:
    """The environment in which a command runs a tree instead of ours; its temporary folders are nobody else's."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SINGLE_WINDOW_")}
    path = os.pathsep.join((str(tree), str(tree / CLIENT)))
    places = {"PYTHONPATH": path, "SINGLE_WINDOW_DATA": str(data), "TMPDIR": str(data)}
    return {**kept, **places, "COLUMNS": "200", "LANG": "C.UTF-8"}


def surroundings(tree: Path, data: Path) -> dict[str, str]:
    """The environment of the commands that name faults: the receiver of a load is on this machine."""
    return {**environment(tree, data), "SINGLE_WINDOW_WEBHOOK_PRIVATE": "1"}


def called(tree: Path, data: Path, *words: str) -> Named:
    """What a command of a tree says, which ends by itself."""
    begun = monotonic()
    line = [sys.executable, "-m", "single_window", *words]
    try:
        done = subprocess.run(
            line, cwd=data, env=surroundings(tree, data), capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return Named(False, f"{words[0]} did not end in {PATIENCE:g} s", monotonic() - begun)
    said = done.stdout + done.stderr
    return Named(judged(words[0], done.returncode, said), first_sign(said), monotonic() - begun, done.returncode)


def judged(command: str, status: int, said: str) -> bool:
    """Whether a command ended because what it judged was wrong: by its status, and by its own words."""
    return status == 1 and command in VERDICTS and VERDICTS[command] in said


def first_sign(text: str) -> str:
    """The line of what a command said that tells best what is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for sign in SIGNS:
        for line in lines:
            if sign in line and "│" not in line:
                return line[:SHOWN]
    return (lines or [""])[-1][:SHOWN]


def rules(tree: Path, data: Path) -> Named:
    """The known answers of the law, for which no window is made."""
    return called(tree, data, "rules", "check")


def demo(tree: Path, data: Path) -> Named:
    """`demo --exit`, as a user calls it."""
    return called(tree, data, "demo", "--exit", "--quiet")


def year(tree: Path, data: Path) -> Named:
    """A year with few exports beside its plots."""
    return called(tree, data, "year", "--quiet", "--trades", "40")


def traffic(tree: Path, data: Path) -> Named:
    """A day of traffic whose taxes are rounded the other way."""
    return called(
        tree,
        data,
        "traffic",
        "tuesday",
        "--trades",
        "150",
        "--quiet",
        "--set",
        "rounding=P2",
        "--data",
        str(data / "day"),
    )


def again(tree: Path, data: Path) -> Named:
    """A day of traffic that the tree records itself and plays again: with every receipt in its order and at its
    instant, and with the trades in another order. When it is over an option is changed, which must not reach back."""
    begun, file, day = monotonic(), data / "own.swr", str(data / "recorded")
    said = Named(False, "nothing was recorded", 0.0)
    for words in (
        ("traffic", "tuesday", "--trades", "60", "--per-message", "1", "--quiet", "--data", day),
        ("sandbox", "options", "rounding=P2", "--data", day, "--sandbox", "traffic"),
        ("record", str(file), "--data", day, "--sandbox", "traffic"),
        ("replay", str(file), "--data", day, "--sandbox", "again", "--strict"),
        ("replay", str(file), "--data", day, "--sandbox", "shuffled", "--shuffle", "any-key"),
    ):
        said = called(tree, data, *words)
        if said.status:
            break
    return said._replace(seconds=monotonic() - begun)


def history(tree: Path, data: Path) -> Named:
    """The history of a small day of second thoughts, whatever its totals come to: what clients sent and saw."""
    begun, day = monotonic(), str(data / "thoughts")
    played = called(tree, data, "traffic", str(SECOND_THOUGHTS), "--quiet", "--data", day)
    if played.status != 0 and not played.caught:
        return played
    said = called(tree, data, "audit", "history", "--data", day, "--sandbox", "traffic")
    return said._replace(seconds=monotonic() - begun)


def load(tree: Path, data: Path) -> Named:
    """A few seconds of load on a window of the tree."""
    begun = monotonic()
    with window(tree, data) as url:
        if not url:
            return Named(False, "the window does not start", monotonic() - begun)
        return called(tree, data, "load", "--url", url, "--first", *LOAD)


def scenarios(tree: Path, data: Path) -> Named:
    """The scenarios that come with the program."""
    return called(tree, data, "scenario", "run", *AREAS)


def oversight(tree: Path, data: Path) -> Named:
    """The scenarios about spot checks, credit, stock abroad, the port and recalls."""
    return called(tree, data, "scenario", "run", *OVERSIGHT)


def replay(tree: Path, data: Path, recording: Path) -> Named:
    """A day that the sound tree recorded, played again."""
    return called(tree, data, "replay", str(recording), "--sandbox", "again")


@contextmanager
def window(tree: Path, data: Path) -> Iterator[str]:
    """A window of a tree that keeps nothing; gives its address, or nothing where it does not start."""
    ready = data / "ready.json"
    line = [sys.executable, "-m", "single_window", "run", "--ephemeral", "--port", "0", "--ready-file", str(ready)]
    with (data / "window.log").open("wb") as log:
        process = subprocess.Popen(line, cwd=data, env=surroundings(tree, data), stdout=log, stderr=log)
        try:
            begun = monotonic()
            while not ready.exists() and process.poll() is None and monotonic() - begun < PATIENCE:
                try:
                    process.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
            yield str(json.loads(ready.read_text("utf-8"))["url"]) if ready.exists() else ""
        finally:
            process.terminate()
            process.wait(PATIENCE)


class Recording:
    """A recording of a day of traffic by the tree without a fault; it is made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, Lock()

    def file(self) -> Path:
        """The file of the recording. Raises `NotSound` if it cannot be made."""
        file = self._folder / "day.swr"
        with self._lock:
            if not file.exists():
                self._make(file)
        return file

    def _make(self, file: Path) -> None:
        day, made = self._folder / "day", self._folder / "made.swr"
        for words in (
            ("traffic", "tuesday", "--trades", "300", "--quiet", "--data", str(day)),
            ("record", str(made), "--data", str(day), "--sandbox", "traffic"),
        ):
            done = called(ROOT, self._folder, *words)
            if done.status:
                raise NotSound(f"The tree without a fault does not pass {words[0]}: {done.words}")
        made.rename(file)


@contextmanager
def recorded() -> Iterator[Recording]:
    """A recording that is there as long as it is needed."""
    with TemporaryDirectory(prefix="mutants-recorded-") as folder:
        yield Recording(Path(folder))


Command = Callable[[Path, Path], Named]
OUTRIGHT: Mapping[str, Command] = {
    "rules": rules,
    "oversight": oversight,
    "demo": demo,
    "year": year,
    "traffic": traffic,
    "again": again,
    "history": history,
    "load": load,
    "scenarios": scenarios,
}
"""The commands that need nothing of before, the quickest first."""
REPLAY = "replay"


class SoundTree:
    """What commands say about the tree without a fault: each is asked once, and only when it has named a fault."""

    def __init__(self, recording: Recording) -> None:
        self._recording, self._lock = recording, Lock()
        self._said: dict[str, Named] = {}

    def check(self, name: str) -> None:
        """Raises `NotSound` if the command does not pass a tree without a fault."""
        with self._lock:
            if name not in self._said:
                self._said[name] = check(ROOT, name, self._recording)
        if self._said[name].status:
            raise NotSound(f"The tree without a fault does not pass:\n{name}: {self._said[name].words}")


class NotSound(Exception):
    """A command names something in the tree without a fault: what it names in another proves nothing."""


def check(tree: Path, name: str, recording: Recording) -> Named:
    """What a command says about a tree."""
    with TemporaryDirectory(prefix="mutants-data-") as folder:
        if name == REPLAY:
            return replay(tree, Path(folder), recording.file())
        return OUTRIGHT[name](tree, Path(folder))


def names() -> Sequence[str]:
    """All commands in the order in which they are tried."""
    return (*OUTRIGHT, REPLAY)
