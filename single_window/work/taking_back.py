"""Takes a decision back that was not sent yet: nothing has happened then but two rows of the log."""

from __future__ import annotations

import structlog

from single_window.accounts.people import Person
from single_window.clock import system_now
from single_window.context import Context
from single_window.store import deferred, sandboxes
from single_window.store.decisions import StoredDecision
from single_window.store.engine import writing

log = structlog.get_logger(__name__)


def take_back(context: Context, sandbox: str, decided: StoredDecision, by: Person) -> bool:
    """Take back a person's own decision; False: it is too late. Its case is then at its place again: who held it before
    holds it, and it is free if nobody did, as cases are that were only ticked in the queue."""
    with writing(context.engine) as connection:
        now, clock = sandboxes.hold(connection, sandbox).clock.now(), system_now()
        if not deferred.take_back(connection, sandbox, decided, now, clock):
            return False
    context.wake()
    log.info("decision.taken_back", sandbox=sandbox, decision=decided.id, by=by.name)
    return True
