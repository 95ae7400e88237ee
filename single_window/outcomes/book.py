"""Caches the triggers of sandboxes until their epoch changes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from gateways.forced import UNFORCED, Forced
from single_window.outcomes.forcing import Forcing
from single_window.outcomes.triggers import Trigger, of_row
from single_window.store import triggers as rows
from single_window.store.sandboxes import Sandbox

MAX_CACHED_SANDBOXES = 1_000
"""Maximum number of cached sandboxes; with one more the cache is emptied."""


class TriggerBook:
    """The cached triggers of a window's sandboxes. Reads nothing if nothing was ever forced."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, Sequence[Trigger]]] = {}

    def triggers(self, connection: Connection, sandbox: str, epoch: int) -> Sequence[Trigger]:
        """The triggers of a sandbox at its current epoch, newest first; `left` may be out of date."""
        if not epoch:
            return ()
        known, triggers = self._kept.get(sandbox, (0, ()))
        if known != epoch:
            triggers = [of_row(row) for row in rows.of_sandbox(connection, sandbox)]
            if len(self._kept) >= MAX_CACHED_SANDBOXES:
                self._kept = {}
            self._kept[sandbox] = (epoch, triggers)
        return triggers

    def forced(self, connection: Connection, sandbox: Sandbox, now: int) -> Forced:
        """The triggers for a batch in a sandbox."""
        if not sandbox.trigger_epoch:
            return UNFORCED
        triggers = self.triggers(connection, sandbox.name, sandbox.trigger_epoch)
        return Forcing(connection, sandbox.name, sandbox.seed, now, triggers)
