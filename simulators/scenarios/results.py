"""The result of a scenario: its events, and the step that failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from simulators.entry.windows import SandboxClient
from simulators.scenarios.expecting import Mismatch
from simulators.scenarios.form import LocatedStep, ScenarioFile
from simulators.scenarios.views.officers import WindowInside

Look = Callable[[SandboxClient, ScenarioFile], Sequence[Mismatch]]
"""Looks at a sandbox after a scenario that came as expected, and gives what is wrong."""


class LookInside(Protocol):
    """The same, with the inside of the window, if it is one of this process."""

    def __call__(
        self, sandbox: SandboxClient, scenario: ScenarioFile, inside: WindowInside | None = None
    ) -> Sequence[Mismatch]: ...


def look_away(sandbox: SandboxClient, scenario: ScenarioFile, inside: WindowInside | None = None) -> Sequence[Mismatch]:
    """Look at nothing."""
    return ()


class StoryEvent(NamedTuple):
    """An event: its time by the sandbox's clock, and a description."""

    at: str
    what: str


class ScenarioResult(NamedTuple):
    """The result of a scenario: the failed step and its mismatches, if any, all events, the sandbox's digests if it
    was played in a temporary window, and whether all came as expected but something was seen that is not as known."""

    scenario: ScenarioFile
    seconds: float
    virtual_milliseconds: int
    sandbox: str
    sandbox_kept: bool
    failed_step: LocatedStep | None
    mismatches: tuple[Mismatch, ...]
    story: tuple[StoryEvent, ...]
    digests: Mapping[str, Any] = {}
    seen_otherwise: bool = False

    @property
    def ok(self) -> bool:
        """True if everything came as expected."""
        return self.failed_step is None
