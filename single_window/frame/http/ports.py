"""The objects of the window that the application's views use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from flask import current_app
from msgspec import Raw

from single_window.frame.http.long_polls import LongPolls
from single_window.intake.admission_queue import AdmissionQueue
from single_window.intake.reader import Reader
from single_window.receipts.changes import Changes
from single_window.wiring import Window
from single_window.work.runtime import Runtime

if TYPE_CHECKING:
    from single_window.accounts.call_limit import CallLimit

EXTENSION = "single-window"
PREFIX = "/api/v1"
"""Prefix of the API's paths."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The window, its admission, its worker (None: in other processes), and the source of changes (None: none)."""

    window: Window
    reader: Reader
    admission: AdmissionQueue
    runtime: Runtime | None
    changes: Changes | None
    waiting: BoundedSemaphore
    """Limits the waiting polls; further polls are answered at once, with 503 if there is nothing to report."""
    polls: LongPolls
    """The last sequence numbers of mailboxes, which waiting polls check before they query receipts."""
    advancing: BoundedSemaphore
    """Limits the calls that move a clock and wait for the resulting work."""
    call_limit: CallLimit | None
    """The rate limit of keys; None: unlimited."""
    validated: Callable[[Sequence[bytes]], Sequence[tuple[Raw, bool]]]
    """Validates messages for the caller of a call, filing them on trial: each answer in JSON, and whether it is
    valid."""


def ports() -> Ports:
    """Return the ports of the current application."""
    current: Ports = current_app.extensions[EXTENSION]
    return current
