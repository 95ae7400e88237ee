"""Where a replay stands, in a file beside the recording: what an interrupt stopped goes on from there."""

from __future__ import annotations

from pathlib import Path

import msgspec

from single_window.private import open_file
from single_window.recordings.playing import Progress


class Standing(msgspec.Struct, frozen=True):
    """A replay of a recording (the hash of its events) in a sandbox, with a plan (as text): how far it is, and how many
    acts its sandbox had before the first of the recording."""

    recording: str
    plan: str
    progress: Progress
    acts: int = 0


class NothingToResume(Exception):
    """There is no replay that could go on, or it is another one."""

    permanent = True


def place_of(recording: Path, sandbox: str) -> Path:
    """The file that says how far a replay of a recording in a sandbox is."""
    return recording.with_name(f"{recording.name}.{sandbox}.replay")


def save(path: Path, standing: Standing) -> None:
    """Write how far it is; whoever is interrupted meanwhile leaves what was written before."""
    unfinished = path.with_name(path.name + ".unfinished")
    with open_file(unfinished, "wb") as file:
        file.write(msgspec.json.encode(standing))
    unfinished.replace(path)


def load(path: Path, recording: str, plan: str) -> Standing:
    """Where a replay stands; raises `NothingToResume`."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Standing)
    except FileNotFoundError:
        raise NothingToResume(f"There is no {path}: nothing was interrupted here. Replay without --resume.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NothingToResume(f"{path} cannot be read ({error}). Delete it, and replay into a new sandbox.") from None
    if found.recording != recording or found.plan != plan:
        raise NothingToResume(
            f"{path} is of another recording or of other options. Resume with the options of the first call, or replay "
            "into a new sandbox."
        )
    return found
