"""The window's own processes, kept up as an operator's supervisor would: whoever ends is started again."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType

from simulators.draws import Draws
from tests.chaos.programs import Program
from tests.patience import PATIENCE

COMMAND = (sys.executable, "-m", "single_window")
ROOT = Path(__file__).parents[2]
SHARED = ("reception", "customs", "tax")
"""Roles that have several processes where there are several."""
PAUSE = 0.3
"""Seconds until somebody who has ended is started again."""


def alone(processes: int) -> dict[str, Sequence[str]]:
    """The command of a window on one machine, in so many processes."""
    return {"run": ("run", "--processes", str(processes))}


def spread(processes: int) -> dict[str, Sequence[str]]:
    """The commands of a window in many processes: so many that speak HTTP, and so many of each role that is shared."""
    several = ("--processes", str(processes))
    single = ("dispatch", "inspection", "agencies", "channels")
    return {
        "serve": ("serve", *several),
        **{role: ("work", role) for role in single},
        **{role: ("work", role, *several) for role in SHARED},
    }


def surroundings(settings: Mapping[str, object]) -> dict[str, str]:
    """The environment of a process of the window with these settings, and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SINGLE_WINDOW_")}
    path = os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH", ""))))
    return {
        **kept,
        "PYTHONPATH": path,
        "PYTHONUNBUFFERED": "1",
        **{f"SINGLE_WINDOW_{name.upper()}": str(value) for name, value in settings.items()},
    }


class Crew:
    """Programs by name; from `start` to `stop` whoever ends is started again. `kill` may be called by any thread."""

    def __init__(self, commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], logs: Path) -> None:
        logs.mkdir(exist_ok=True)
        self._environment, self._logs = environment, logs
        self.programs = {name: self.programme(name, [*COMMAND, *command]) for name, command in commands.items()}
        self.exits: Counter[str] = Counter()
        """How often a program ended that nobody had killed, by name and exit code."""
        self._killed: set[str] = set()
        self._lock, self._stopping = Lock(), Event()
        self._thread = Thread(target=self._keep, name="crew", daemon=True)

    def programme(self, name: str, command: Sequence[str]) -> Program:
        """A program that is run as those of the crew are."""
        return Program(name, command, self._logs / f"{name}.log", self._environment)

    def start(self) -> Crew:
        """Start everybody and keep them up from now on."""
        for program in self.programs.values():
            program.start()
        self._thread.start()
        return self

    def _keep(self) -> None:
        while not self._stopping.wait(PAUSE):
            with self._lock:
                for name, program in self.programs.items():
                    if not program.alive:
                        self._note(name, program)
                        program.start()

    def _note(self, name: str, program: Program) -> None:
        if name not in self._killed:
            self.exits[f"{name} with {program.exit_code}"] += 1
        self._killed.discard(name)

    def kill(self, name: str, draws: Draws) -> str:
        """Kill a program's first process, or one of its children, as is drawn; gives in words which."""
        program = self.programs[name]
        with self._lock:
            children = [pid for pid in program.members() if pid != program.pid]
            if children and draws.below(2):
                program.kill_child(draws.one_of(children))
                return f"{name}, a child"
            self._killed.add(name)
            program.kill()
            return f"{name}, its first process" if children else name

    @contextmanager
    def down(self) -> Iterator[None]:
        """Kill everybody at once, with all children; within the block nobody is started again."""
        with self._lock:
            for name, program in self.programs.items():
                self._killed.add(name)
                program.kill(*program.members())
            yield

    def stop(self) -> dict[str, int]:
        """Ask everybody to end; gives by name how many processes were left behind, or had to be killed."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        left: dict[str, int] = {}
        for program in self.programs.values():
            program.ask_to_end()
        for name, program in self.programs.items():
            ended = program.wait(PATIENCE)
            if not ended:
                program.kill()
            left[name] = len(program.sweep(10 if ended else 0)) + (not ended)
        return {name: count for name, count in left.items() if count}

    def __enter__(self) -> Crew:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
