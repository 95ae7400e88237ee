"""What goes wrong between two steps and inside them: processes are killed, connections break, engines refuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulators.draws import Draws
from single_window.messaging.topology import QUEUES
from tests.simulation.machine import Machine
from tests.simulation.post import Post
from tests.simulation.processes import Process
from tests.simulation.site import REFUSE, UNSURE, Trouble
from tests.simulation.weather import Sky

REFUSALS = ("SQLITE_BUSY", "SQLITE_FULL", "SQLITE_IOERR_WRITE")
"""Why the database may refuse to begin or to commit."""
STRANGE: Sequence[bytes] = (b"", b"\xff\x00", b"{", b"[1,2", b'["a"]', b"[999999999]", b"[]", b"null")
"""What may be in a queue though nobody of ours has sent it."""


@dataclass(slots=True)
class Accidents:
    """Strikes as the weather is. `note` is called with who was struck, and how."""

    dice: Draws
    machine: Machine
    sky: Sky
    post: Post
    note: Callable[[str, str], None]

    def of_a_transaction(self, moment: str) -> Trouble | None:
        """What goes wrong when a transaction that writes begins or commits."""
        if self.sky.strikes("refuse"):
            return Trouble(REFUSE, self.dice.one_of(REFUSALS))
        if moment == "commit" and self.sky.strikes("unsure"):
            return Trouble(UNSURE, "SQLITE_IOERR_FSYNC")
        return None

    def between_steps(self, processes: Sequence[Process], kill: Callable[[Process, str], None]) -> None:
        """What happens while nobody is in the middle of a step."""
        if self.sky.strikes("nap"):
            self._stand_still(processes)
        if self.sky.strikes("die") and (alive := [process for process in processes if process.window is not None]):
            kill(self.dice.one_of(alive), "rest")
        if self.sky.strikes("cut"):
            self._cut(self.dice.one_of(processes))
        if self.sky.strikes("lose"):
            queue = self._queue()
            self.note("broker", f"loses {queue} with {self.post.lose(queue)}")
        if self.sky.strikes("strange"):
            queue, body = self._queue(), self.dice.one_of(STRANGE)
            self.note("broker", f"has {body!r} in {queue}")
            self.post.put(queue, body)
        self._engines()

    def _engines(self) -> None:
        if self.sky.strikes("broker_down"):
            self.sky.broker_down_until = self._later(20_000)
            self.post.break_down()
            self.note("broker", "breaks down")
        if self.sky.strikes("database_down"):
            self.sky.database_down_until = self._later(8_000)
            self.note("database", "breaks down")

    def _stand_still(self, processes: Sequence[Process]) -> None:
        role, until = self.dice.one_of(processes).role, self._later(600, 50)
        for process in processes:
            if process.role == role:
                process.not_before = max(process.not_before, until)
        self.note(role.name, "stands still")

    def _cut(self, process: Process) -> None:
        if process.window is not None:
            process.cut()
            self.note(process.name, "is cut off")

    def _later(self, most: int, least: int = 500) -> int:
        return self.machine.now() + self.dice.between(least, most)

    def _queue(self) -> str:
        return self.dice.one_of(tuple(QUEUES))
