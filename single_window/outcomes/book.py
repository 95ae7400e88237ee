"""The triggers of sandboxes, read once and kept until their epoch changes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from gateways.forced import UNFORCED, Forced
from single_window.outcomes.forcing import Forcing
from single_window.outcomes.triggers import Trigger, of_row
from single_window.store import triggers as rows
from single_window.store.sandboxes import Sandbox

KEPT = 1_000
"""Sandboxes whose triggers are kept at most; with one more all are read again."""


class TriggerBook:
    """The triggers of one window's sandboxes. If nothing was ever forced, nothing is read."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, Sequence[Trigger]]] = {}

    def triggers(self, connection: Connection, sandbox: str, epoch: int) -> Sequence[Trigger]:
        """The triggers of a sandbox at an epoch that was just read, the newest first; `left` may be out of date."""
        if not epoch:
            return ()
        known, triggers = self._kept.get(sandbox, (0, ()))
        if known != epoch:
            triggers = [of_row(row) for row in rows.of_sandbox(connection, sandbox)]
            if len(self._kept) >= KEPT:
                self._kept = {}
            self._kept[sandbox] = (epoch, triggers)
        return triggers

    def forced(self, connection: Connection, sandbox: Sandbox, now: int) -> Forced:
        """The triggers that concern the batch at hand."""
        if not sandbox.trigger_epoch:
            return UNFORCED
        triggers = self.triggers(connection, sandbox.name, sandbox.trigger_epoch)
        return Forcing(connection, sandbox.name, sandbox.seed, now, triggers)
