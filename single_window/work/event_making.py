"""Makes the EPCIS events of the window's own changes: all of a sandbox before they are read, and some where nobody
waits for anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Engine

from single_window.clock import monotonic, system_now
from single_window.messaging.topology import QUEUES
from single_window.store import deliveries, own_events, pending_changes, sandboxes
from single_window.store.engine import reading, writing

SECONDS_A_PASS = 0.4
"""Time that a worker makes events between two looks at what else is to be done."""
_NEWEST = 2**62
MOST_WAITING = 20_000
"""Pending changes beyond which events are made beside other work, so that who asks for events waits for seconds."""


def make_all(engine: Engine, sandbox: str) -> None:
    """Make the events of all changes that are committed; several processes may do so at once. Raises `Resetting`,
    `UnknownSandbox`."""
    with reading(engine) as connection:
        until = pending_changes.last(connection, sandbox)
    while until and _make(engine, sandbox, until):
        pass


def make_in(connection: Connection, sandbox: str) -> None:
    """Make the events of all changes that a writing transaction sees, as a part of it."""
    while own_events.make(connection, sandbox, _NEWEST):
        pass


def make_some(engine: Engine, is_stirred: Callable[[], bool]) -> None:
    """Make events for a moment: until there is work, or so few changes are pending that work goes first."""
    ends = monotonic() + SECONDS_A_PASS
    for sandbox in _waiting(engine):
        if is_stirred() or monotonic() > ends:
            return
        try:
            while _make(engine, sandbox, _NEWEST) and monotonic() < ends and not is_stirred():
                pass
        except sandboxes.ABSENT:
            continue


def _waiting(engine: Engine) -> Iterator[str]:
    """Yield the sandboxes whose events are to be made now."""
    with reading(engine) as connection:
        waiting = pending_changes.waiting(connection)
        is_busy = bool(waiting) and deliveries.due(connection, QUEUES, system_now()) > 0
    for sandbox, changes in waiting.items():
        if not is_busy or changes > MOST_WAITING:
            yield sandbox


def _make(engine: Engine, sandbox: str, until: int) -> bool:
    """Make some events in one transaction; False: none was pending."""
    with writing(engine) as connection:
        sandboxes.hold(connection, sandbox)
        return own_events.make(connection, sandbox, until)
