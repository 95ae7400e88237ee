"""What the application's views reach the window through."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import BoundedSemaphore

from flask import current_app

from single_window.admission_queue import AdmissionQueue
from single_window.api.reader import Reader
from single_window.runtime import Runtime
from single_window.wiring import Window

EXTENSION = "single-window"


@dataclass(frozen=True, slots=True)
class Ports:
    """The window, who admits to it, and who works it (None: another process does)."""

    window: Window
    reader: Reader
    admission: AdmissionQueue
    runtime: Runtime | None = None
    waiting: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(8))
    """Places for polls that wait; who finds none is answered at once."""


def ports() -> Ports:
    """Those of the current application."""
    found: Ports = current_app.extensions[EXTENSION]
    return found
