"""What becomes of a scenario that is played: its story, and the step that was not as expected."""

from __future__ import annotations

from typing import NamedTuple

from simulators.scenarios.expecting import Miss
from simulators.scenarios.form import Placed, Scenario


class Event(NamedTuple):
    """Something that happened: when by the sandbox's clock, and what."""

    at: str
    what: str


class Result(NamedTuple):
    """What became of a scenario: the step that was not as expected and how, and the whole story."""

    scenario: Scenario
    seconds: float
    lasted: int
    sandbox: str
    kept: bool
    failed: Placed | None
    misses: tuple[Miss, ...]
    story: tuple[Event, ...]

    @property
    def ok(self) -> bool:
        """Whether all came as expected."""
        return self.failed is None
