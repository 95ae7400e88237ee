"""What becomes of a scenario that is played: its story, and the step that was not as expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulators.scenarios.expecting import Miss
from simulators.scenarios.form import Placed, Scenario


class Event(NamedTuple):
    """Something that happened: when by the sandbox's clock, and what."""

    at: str
    what: str


class Result(NamedTuple):
    """What became of a scenario: the step that was not as expected and how, the whole story, and where it was played in
    a window of its own both digests of what it came to."""

    scenario: Scenario
    seconds: float
    lasted: int
    sandbox: str
    kept: bool
    failed: Placed | None
    misses: tuple[Miss, ...]
    story: tuple[Event, ...]
    digests: Mapping[str, Any] = {}

    @property
    def ok(self) -> bool:
        """True if all came as expected."""
        return self.failed is None
