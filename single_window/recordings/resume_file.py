"""Saves the position of a replay in a file beside the recording, so that an interrupted replay can be resumed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from single_window.clock import monotonic
from single_window.private import open_file
from single_window.recordings.playing import Progress

SAVED_EVERY = 1.0
"""Seconds between two saved positions."""


class ReplayProgress(msgspec.Struct, frozen=True):
    """The position of a replay: `recording` is the hash of its events, `plan` its options as text, `acts` the number of
    decisions in its sandbox before the first one of the recording."""

    recording: str
    plan: str
    progress: Progress
    acts: int = 0


class ProgressNote:
    """Saves the position of a replay: at once, after each act, and every `SAVED_EVERY` seconds. `progress` is called
    after every wave. Without a place nothing is saved. If the file cannot be written, `say` reports it once, and the
    replay continues without."""

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
            save_progress(self._place, msgspec.structs.replace(self._standing, progress=done))
        except OSError as error:
            self._say(f"{self._place} cannot be written ({error.strerror or error}): --resume will not be possible.")
            self._place = None

    def over(self) -> None:
        """Delete the file: the replay is complete."""
        if self._place is not None:
            self._place.unlink(missing_ok=True)


class NothingToResume(Exception):
    """Raised if there is no interrupted replay, or one with other options."""

    permanent = True


def progress_path_of(recording: Path, sandbox: str) -> Path:
    """The file for the position of a replay of a recording in a sandbox."""
    return recording.with_name(f"{recording.name}.{sandbox}.replay")


def save_progress(path: Path, standing: ReplayProgress) -> None:
    """Write a position; an interrupt meanwhile leaves the previous one."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with open_file(unfinished, "wb") as file:
            file.write(msgspec.json.encode(standing))
        unfinished.replace(path)
    except OSError:
        for stale in (unfinished, path):  # an older position would repeat acts
            with suppress(OSError):
                stale.unlink(missing_ok=True)
        raise


def load_progress(path: Path, recording: str, plan: str) -> ReplayProgress:
    """Read a position; raises `NothingToResume` if there is none for this recording and plan."""
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
