"""What goes wrong between two steps and inside them: processes are killed or stand still, the database refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulators.draws import Draws
from tests.simulation.machine import Machine
from tests.simulation.processes import Process
from tests.simulation.site import REFUSE, UNSURE, Trouble
from tests.simulation.weather import Sky

REFUSALS = ("SQLITE_BUSY", "SQLITE_FULL", "SQLITE_IOERR_WRITE")
"""Why the database may refuse to begin or to commit."""


@dataclass(slots=True)
class Accidents:
    """Strikes as the weather is. `note` is called with who was struck, and how."""

    dice: Draws
    machine: Machine
    sky: Sky
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
        if self.sky.strikes("database_down"):
            self.sky.database_down_until = self._later(8_000)
            self.note("database", "breaks down")

    def _stand_still(self, processes: Sequence[Process]) -> None:
        role, until = self.dice.one_of(processes).role, self._later(600, 50)
        for process in processes:
            if process.role == role:
                process.not_before = max(process.not_before, until)
        self.note(role.name, "stands still")

    def _later(self, most: int, least: int = 500) -> int:
        return self.machine.now() + self.dice.between(least, most)
