"""The result of a scenario: its events, and the step that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulators.scenarios.expecting import Miss
from simulators.scenarios.form import PlacedStep, ScenarioFile


class StoryEvent(NamedTuple):
    """An event: its time by the sandbox's clock, and a description."""

    at: str
    what: str


class ScenarioResult(NamedTuple):
    """The result of a scenario: the step that was not as expected and how, the whole story, and where it was played in
    a window of its own both digests of its sandbox."""

    scenario: ScenarioFile
    seconds: float
    lasted: int
    sandbox: str
    kept: bool
    failed: PlacedStep | None
    misses: tuple[Miss, ...]
    story: tuple[StoryEvent, ...]
    digests: Mapping[str, Any] = {}

    @property
    def ok(self) -> bool:
        """True if everything came as expected."""
        return self.failed is None
