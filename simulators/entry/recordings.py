"""Interface to recordings: read them, write anonymised ones, send them again."""

from __future__ import annotations

from pathlib import Path

from single_window.client import WindowClient
from single_window.commands.record import manifest_fields, show_manifest
from single_window.frame.commands.call import Call, Failure, command
from single_window.keys import secret
from single_window.recordings.bodies import body_of, rewritten, signed, with_body
from single_window.recordings.events import CallEvent, Event, Manifest, MessageEvent, OfficerAct, ReceiptEvent, Recorded
from single_window.recordings.file import BadRecording, Made, Recording, opened, write
from single_window.recordings.playing import ReplayPlan, play
from single_window.recordings.posting import Pace
from single_window.recordings.remote import Remote
from single_window.recordings.taking import as_text, trades_of

__all__ = [
    "BadRecording",
    "Call",
    "CallEvent",
    "Event",
    "Failure",
    "Made",
    "Manifest",
    "MessageEvent",
    "OfficerAct",
    "Pace",
    "ReceiptEvent",
    "Recorded",
    "Recording",
    "as_text",
    "body_of",
    "command",
    "manifest_fields",
    "opened",
    "rewritten",
    "secret",
    "sent_again",
    "show_manifest",
    "signed",
    "trades_of",
    "with_body",
    "write",
]


def sent_again(file: Path, url: str, sandbox: str, speed: float) -> Pace:
    """Send a recording's messages to an existing sandbox at a speed, without waiting for outcomes; returns the
    timing.
    """
    with opened(file) as recording:
        into = Remote(WindowClient(url).sandbox(sandbox), url, speed=speed, running=True)
        try:
            play(recording, ReplayPlan(), into)
            into.finish()
        finally:
            into.close()
        return into.pace
