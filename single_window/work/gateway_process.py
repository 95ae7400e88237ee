"""Runs the gateways in a process of their own, on the same database: it finds its work there, as after a restart.

It needs nothing of the process beside it but to be woken early; it ends when that one ends, however it ends.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from single_window.observe.metrics import meters
from single_window.settings import Settings

ENDING = 15.0
"""Seconds that it has to finish the current batch."""
NAP = 0.02
"""Seconds that it sleeps at most when it finds nothing to do."""


class GatewayProcess:
    """The process, seen from beside it. Started when it is first woken, and again should it have died."""

    def __init__(self, settings: Settings, run: Callable[..., None]) -> None:
        """`run` works until it is stopped: a module's function, called in the process with the settings, the
        events `woken`, `idle` and `stopping`, and whether counts are shared."""
        self._run = run
        self._settings = replace(settings, readers=0, gateways=0)
        self._context = multiprocessing.get_context("forkserver")
        self._woken, self._idle, self._stopping = (self._context.Event() for _ in range(3))
        self._process: Any = None

    def wake(self) -> None:
        """There is work in the database."""
        if self._process is None or not self._process.is_alive():
            self._process = self._context.Process(
                target=self._run,
                args=(self._settings, self._woken, self._idle, self._stopping, meters.shared()),
                daemon=True,
            )
            self._process.start()
        self._idle.clear()
        self._woken.set()

    def wait(self, seconds: float) -> None:
        """Until it has nothing to do, or so many seconds."""
        self._idle.wait(seconds)

    def stop(self, timeout: float = ENDING) -> None:
        """Let it finish the current batch and end; one that does not is killed, and its batch is delivered again."""
        self._stopping.set()
        self._woken.set()
        if self._process is not None:
            self._process.join(timeout)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
