"""The stage of a replay: a sandbox of a window, in this process or over HTTP, in which a recording is played."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from single_window.cases.digests.lines import Digests, Outcome
from single_window.recordings.playing import Progress, ReplaySandbox
from single_window.recordings.posting import Pace
from single_window.recordings.resume_file import ReplayProgress
from single_window_client import Audited


@dataclass(frozen=True, slots=True)
class SandboxChanges:
    """The differences from the recording: options of the sandbox, the day on which its clock begins (None: the
    recorded one), and dated values as numbers by key (texts), by the name of the parameter."""

    options: Mapping[str, Any] = field(default_factory=dict)
    on: date | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        """True if nothing differs from the recording."""
        return not self.options and self.on is None and not self.values


class Timing(NamedTuple):
    """The pace of a replay that waits for its timetable, and the messages that were due and sent in each second."""

    pace: Pace
    by_second: Sequence[tuple[int, int]]


class Stage(Protocol):
    """A sandbox in which a recording is played, and all that a replay needs of it besides playing.

    A replay calls `make` or `find`, plays into the sandbox that either returns, then calls `finish`, and reads digests,
    audit and timing. `close` releases the window in any case.
    """

    @property
    def progress_file(self) -> Path | None:
        """The file that holds the position of an interrupted replay; None if this one cannot be resumed."""

    @property
    def may_differ(self) -> str:
        """The reason why the same messages may lead to other outcomes here; empty if they must lead to the same."""

    def exists(self) -> bool:
        """True if the sandbox exists."""

    def make(self, begins: int, changed: SandboxChanges) -> ReplaySandbox:
        """Make the sandbox as the recorded one was before its first message, with its clock at the instant `begins`,
        and change options and dated values. Raises `SandboxTaken`, or `CallRefused` over HTTP."""

    def find(self, reached: ReplayProgress, changed: SandboxChanges) -> ReplaySandbox:
        """The sandbox that an interrupted replay with these changes left at a position; raises `NothingToResume`."""

    def acts(self) -> int:
        """The number of decisions in the sandbox by which `find` knows what was done after the position was saved; 0
        if the stage does not count them."""

    def finish(self, ended: Progress, at: int) -> Progress:
        """Wait until all work is done and the clock stands at an instant; returns the progress with the results that
        came late."""

    def digests(self) -> Digests:
        """The digests of outcomes and of the sequence of deliveries."""

    def outcomes(self) -> Iterable[Outcome]:
        """The outcomes of which `digests` has the digest."""

    def audit(self) -> Audited:
        """The audit of every ledger of the sandbox."""

    def timing(self) -> Timing | None:
        """The pace of sending; None if nobody waits for a timetable."""

    def close(self) -> None:
        """Release the window."""
