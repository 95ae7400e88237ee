"""The result of a scenario: its events, and the step that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulators.scenarios.expecting import Mismatch
from simulators.scenarios.form import LocatedStep, ScenarioFile


class StoryEvent(NamedTuple):
    """An event: its time by the sandbox's clock, and a description."""

    at: str
    what: str


class ScenarioResult(NamedTuple):
    """The result of a scenario: the failed step and its mismatches, if any, all events, and the sandbox's digests if
    it was played in a temporary window."""

    scenario: ScenarioFile
    seconds: float
    virtual_milliseconds: int
    sandbox: str
    sandbox_kept: bool
    failed_step: LocatedStep | None
    mismatches: tuple[Mismatch, ...]
    story: tuple[StoryEvent, ...]
    digests: Mapping[str, Any] = {}

    @property
    def ok(self) -> bool:
        """True if everything came as expected."""
        return self.failed_step is None
