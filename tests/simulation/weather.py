"""How often something goes wrong: a chance for each kind of trouble, drawn for each seed, and what it is like now."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.draws import Draws
from tests.simulation.machine import Machine


class Died(BaseException):
    """A process was killed. Nothing of the program may catch it."""


@dataclass(frozen=True, slots=True)
class Weather:
    """Chances in ten thousand, each time that it could happen."""

    switch: int = 0
    """While a process stands between two of its actions, others go on."""
    nap: int = 0
    """Those who do one kind of work stand still for a while, and what waits for them piles up."""
    die: int = 0
    """A process is killed between two actions, or idle."""
    stumble: int = 0
    """A worker fails as only a mistake in the program makes it fail."""
    refuse: int = 0
    """The database refuses to begin or to commit."""
    unsure: int = 0
    """The database commits, but the connection breaks before it can say so."""
    database_down: int = 0
    """The database refuses everything for seconds."""


CLEAR = Weather()
CROWDED = Weather(switch=6_000, nap=1_000)
"""Nothing goes wrong, but everybody is in everybody's way."""
USUAL = {
    "die": 20,
    "stumble": 100,
    "refuse": 20,
    "unsure": 20,
    "database_down": 20,
}
WORST = 5
"""What the usual chances are multiplied with at most."""


def drawn(dice: Draws) -> Weather:
    """Some weather. Some seeds have none but disorder, some only one kind of trouble, some all of it at its worst."""
    chances = {name: chance * dice.below(WORST + 1) for name, chance in USUAL.items()}
    kind = dice.below(8)
    if kind == 0:
        chances = {}
    elif kind < 4:
        only = dice.one_of(sorted(chances))
        chances = {only: USUAL[only] * WORST}
    return Weather(switch=dice.one_of((0, 1_000, 3_000, 6_000)), nap=dice.one_of((0, 300, 1_000)), **chances)


class Sky:
    """The weather as it is now, what it strikes, and until when the database is down."""

    def __init__(self, dice: Draws, machine: Machine, weather: Weather) -> None:
        self._dice, self._machine, self._drawn = dice, machine, weather
        self._now = weather
        self.database_down_until = 0

    def strikes(self, trouble: str) -> bool:
        """Whether a kind of trouble happens, this time."""
        chance: int = getattr(self._now, trouble)
        return chance > 0 and self._dice.below(10_000) < chance

    @property
    def database_down(self) -> bool:
        """Whether nobody reaches the database."""
        return self._machine.now() < self.database_down_until

    def clear_up(self) -> None:
        """From now on nothing happens."""
        self._now = CLEAR
        self.database_down_until = 0

    def cloud_over(self) -> None:
        """From now on the weather is again as it was drawn."""
        self._now = self._drawn
