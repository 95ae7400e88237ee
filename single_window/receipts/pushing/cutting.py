"""Simulated connection failures of push channels, before or after the receiver gets the receipts, forced by
triggers.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Engine

from single_window.outcomes.forcing import About, Forcing, TriggerBook
from single_window.outcomes.triggers import Do, Trigger
from single_window.store import sandboxes
from single_window.store import triggers as rows
from single_window.store.channels import Channel
from single_window.store.engine import reading, writing
from single_window.store.records import Conflict

BEFORE = "before"


class Cut(NamedTuple):
    """A simulated connection failure; `place`: `before` or `after` the receiver has the receipts."""

    place: str
    reason: str


class Cutting:
    """Determines which deliveries fail, and counts them down. Writes nothing without such a trigger."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._book = engine, TriggerBook()

    def of(self, channel: Channel, first: int) -> Cut | None:
        """The failure of the delivery that begins with a receipt, if any; drawn again for a retry."""
        with reading(self._engine) as connection:
            known = self._book.triggers(connection, channel.sandbox, rows.epoch(connection, channel.sandbox))
        cutting = [trigger for trigger in known if trigger.action.do is Do.CUT]
        if not cutting:
            return None
        with suppress(Conflict), writing(self._engine) as connection:  # the trigger was exhausted meanwhile
            sandbox = sandboxes.find(connection, channel.sandbox)
            forcing = Forcing(connection, channel.sandbox, sandbox.seed, sandbox.clock.now(), cutting)
            forcing.named_by_call({("", ""): ""})
            attempt = f"{channel.kind} {channel.dxp_id} {first} {channel.failures}"
            trigger = forcing.take({Do.CUT}, About("", "", "", channel.dxp_id, drawn_by=attempt))
            forcing.settle(connection)
            return _cut(trigger) if trigger else None
        return None


def _cut(trigger: Trigger) -> Cut:
    place = trigger.action.place or BEFORE
    return Cut(place, f"test trigger {trigger.label}: the connection ends {place} the receiver has the receipts")
