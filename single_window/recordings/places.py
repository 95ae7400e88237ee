"""Keeps the position of a replay in a file beside the recording: what an interrupt stopped goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from single_window.clock import monotonic
from single_window.private import open_file
from single_window.recordings.playing import Progress

SAVED_EVERY = 1.0
"""Seconds between two notes of how far it is."""


class ReplayProgress(msgspec.Struct, frozen=True):
    """A replay of a recording (the hash of its events) in a sandbox, with a plan (as text): how far it is, and how many
    acts its sandbox had before the first of the recording."""

    recording: str
    plan: str
    progress: Progress
    acts: int = 0


class Noting:
    """Notes how far a replay is, at once, then after each act and from time to time; `progress` is called after every
    wave. No place: nothing is noted. A place that cannot be written stops nothing: `say` reports it once, and no more
    is noted."""

    def __init__(
        self,
        place: Path | None,
        standing: ReplayProgress,
        progress: Callable[[Progress], None],
        say: Callable[[str], None],
    ) -> None:
        self._place, self._standing, self._progress, self._say = place, standing, progress, say
        self._note(standing.progress)

    def __call__(self, done: Progress) -> None:
        self._progress(done)
        if done.acts > self._acts or monotonic() - self._noted >= SAVED_EVERY:
            self._note(done)

    def _note(self, done: Progress) -> None:
        self._acts, self._noted = done.acts, monotonic()
        if self._place is None:
            return
        try:
            save(self._place, msgspec.structs.replace(self._standing, progress=done))
        except OSError as error:
            self._say(f"{self._place} cannot be written ({error.strerror or error}): --resume will not be possible.")
            self._place = None

    def over(self) -> None:
        """It is played to its end: there is nothing to go on with."""
        if self._place is not None:
            self._place.unlink(missing_ok=True)


class NothingToResume(Exception):
    """There is no replay that could go on, or it is another one."""

    permanent = True


def place_of(recording: Path, sandbox: str) -> Path:
    """The file that holds how far a replay of a recording in a sandbox is."""
    return recording.with_name(f"{recording.name}.{sandbox}.replay")


def save(path: Path, standing: ReplayProgress) -> None:
    """Write how far it is; whoever is interrupted meanwhile leaves what was written before."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with open_file(unfinished, "wb") as file:
            file.write(msgspec.json.encode(standing))
        unfinished.replace(path)
    except OSError:
        for stale in (unfinished, path):  # what was noted before is no longer true
            with suppress(OSError):
                stale.unlink(missing_ok=True)
        raise


def load(path: Path, recording: str, plan: str) -> ReplayProgress:
    """The position of a replay; raises `NothingToResume`."""
    try:
        standing = msgspec.json.decode(path.read_bytes(), type=ReplayProgress)
    except FileNotFoundError:
        raise NothingToResume(f"There is no {path}: nothing was interrupted here. Replay without --resume.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NothingToResume(f"{path} cannot be read ({error}). Delete it, and replay into a new sandbox.") from None
    if standing.recording != recording or standing.plan != plan:
        raise NothingToResume(
            f"{path} is of another recording or of other options. Resume with the options of the first call, or replay "
            "into a new sandbox."
        )
    return standing
