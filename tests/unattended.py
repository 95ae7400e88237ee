"""A window in which nobody works, so that no call waits for what a worker would make of it."""

from __future__ import annotations

from single_window.wiring import Window
from single_window.work.runtime import Runtime


def unattended(window: Window) -> Runtime:
    """A runtime whose worker is not started: a decision is answered at once as one that waits."""
    runtime = Runtime(window)
    runtime.release_waiting()
    return runtime
