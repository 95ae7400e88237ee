"""Takes a decision back that was not sent yet: nothing has happened then but two rows of the log."""

from __future__ import annotations

import structlog

from single_window.accounts.people import Person
from single_window.clock import system_now
from single_window.context import Context
from single_window.store import case_queue, deferred, sandboxes
from single_window.store.decisions import StoredDecision
from single_window.store.engine import writing

log = structlog.get_logger(__name__)


def take_back(
    context: Context, sandbox: str, decided: StoredDecision, by: Person, *, one_of_many: bool = False
) -> bool:
    """Take back a person's own decision; False: it is too late. Its case is then his at its place, unless it is one of
    many that were decided together: then who held it before holds it, and it is free if nobody did."""
    with writing(context.engine) as connection:
        now, clock = sandboxes.hold(connection, sandbox).clock.now(), system_now()
        if not deferred.take_back(connection, sandbox, decided, now, clock):
            return False
        if not one_of_many:
            case_queue.hold(connection, sandbox, [(decided.subject, decided.subject_id)], by.name, clock)
    context.wake()
    log.info("decision.taken_back", sandbox=sandbox, decision=decided.id, by=by.name)
    return True
