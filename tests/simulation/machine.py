"""The machine that everything runs on: its time passes only when the schedule lets it, and what happens is noted."""

from __future__ import annotations

from hashlib import blake2b

from declarations.calendar import HOUR, instant_of
from tests.stories.story import TODAY

MORNING = instant_of(TODAY, 8)


class Machine:
    """The time of the machine, in milliseconds, as `single_window.clock.timed_by` takes it."""

    def __init__(self, now: int = MORNING) -> None:
        self._start = self._now = now

    def now(self) -> int:
        """The instant."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the start."""
        return (self._now - self._start) / 1_000

    def let_pass(self, milliseconds: int) -> None:
        """Let time pass."""
        self._now += milliseconds


class Trace:
    """What happened, line by line. Its digest shows whether two runs were the same to the byte."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.lines: list[str] = []

    def note(self, who: str, event: str, depth: int = 0) -> None:
        """Note what somebody did; `depth`: while so many others stood in the middle of a step."""
        self.lines.append(f"{_since_start(self._machine.monotonic())} {'  ' * depth}{who}: {event}")

    @property
    def digest(self) -> str:
        """A hash of all lines."""
        return blake2b("\n".join(self.lines).encode(), digest_size=16).hexdigest()


def _since_start(seconds: float) -> str:
    hours, rest = divmod(round(seconds * 1_000), HOUR)
    return f"{hours:4}:{rest // 60_000:02}:{rest % 60_000 / 1_000:06.3f}"
