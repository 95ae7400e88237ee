"""Interface to recordings: read them, write anonymised ones, send them again."""

from __future__ import annotations

from pathlib import Path

from single_window.commands.record import manifest_fields, show_manifest
from single_window.frame.commands.call import Call, Failure, command
from single_window.keys import secret
from single_window.master_data.importing import KINDS
from single_window.recordings.bodies import body_of, is_signed, rewrite_body, with_body
from single_window.recordings.events import (
    CallEvent,
    Event,
    Manifest,
    MessageEvent,
    OfficerAct,
    ReceiptEvent,
    Recorded,
    SandboxChanged,
)
from single_window.recordings.file import BadRecording, Recording, RecordingFacts, open_recording, write
from single_window.recordings.from_store import as_text, trades_of
from single_window.recordings.playing import ReplayPlan, play_recording
from single_window.recordings.posting import Pace
from single_window.recordings.remote import RemoteReplaySandbox
from single_window_client import WindowClient

__all__ = [
    "KINDS",
    "BadRecording",
    "Call",
    "CallEvent",
    "Event",
    "Failure",
    "Manifest",
    "MessageEvent",
    "OfficerAct",
    "Pace",
    "ReceiptEvent",
    "Recorded",
    "Recording",
    "RecordingFacts",
    "SandboxChanged",
    "as_text",
    "body_of",
    "command",
    "is_signed",
    "manifest_fields",
    "open_recording",
    "resend",
    "rewrite_body",
    "secret",
    "show_manifest",
    "trades_of",
    "with_body",
    "write",
]


def resend(file: Path, url: str, sandbox: str, speed: float) -> Pace:
    """Send a recording's messages to an existing sandbox at a speed, without waiting for outcomes; returns the
    timing.
    """
    with open_recording(file) as recording:
        target = RemoteReplaySandbox(WindowClient(url).sandbox(sandbox), url, speed=speed, running=True)
        try:
            play_recording(recording, ReplayPlan(), target)
            target.finish()
        finally:
            target.close()
        return target.pace
