"""The door to recordings: opened, read, written again with other people in them; the one secret that this takes."""

from __future__ import annotations

from single_window.commands.call import Call, Failure, command
from single_window.commands.record import plainly_of, tell
from single_window.keys import secret
from single_window.recordings.bodies import body_of, rewritten, signed, with_body
from single_window.recordings.events import Act, Came, Event, Manifest, Recorded, Told
from single_window.recordings.file import BadRecording, Made, Recording, opened, write

__all__ = [
    "Act",
    "BadRecording",
    "Call",
    "Came",
    "Event",
    "Failure",
    "Made",
    "Manifest",
    "Recorded",
    "Recording",
    "Told",
    "body_of",
    "command",
    "opened",
    "plainly_of",
    "rewritten",
    "secret",
    "signed",
    "tell",
    "with_body",
    "write",
]
