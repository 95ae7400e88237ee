"""The ports through which the application's views reach the window."""

from __future__ import annotations

from dataclasses import dataclass
from threading import BoundedSemaphore

from flask import current_app

from single_window.accounts.call_limit import CallLimit
from single_window.frame.http.places import Places
from single_window.intake.admission_queue import AdmissionQueue
from single_window.intake.reader import Reader
from single_window.receipts.changes import Changes
from single_window.wiring import Window
from single_window.work.runtime import Runtime

EXTENSION = "single-window"
PREFIX = "/api/v1"
"""Where the paths of the API begin."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The window, its admission, its worker (None: in other processes), and the source of changes (None: none)."""

    window: Window
    reader: Reader
    admission: AdmissionQueue
    runtime: Runtime | None
    changes: Changes | None
    waiting: BoundedSemaphore
    """Room for polls that wait; without room they are answered at once, with 503 where there is nothing to answer."""
    places: Places
    """What waiting polls check before they query receipts."""
    advancing: BoundedSemaphore
    """Room for calls that move a clock and wait for what follows."""
    call_limit: CallLimit | None
    """How many calls each key may make; None: as many as it likes."""


def ports() -> Ports:
    """Those of the current application."""
    known: Ports = current_app.extensions[EXTENSION]
    return known
