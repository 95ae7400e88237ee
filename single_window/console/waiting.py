"""How much waits for a person at each desk, and how much is overdue: the navigation shows it on every page."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.cases import supervision
from single_window.store import case_queue
from single_window.store.desks import desks


def waiting(connection: Connection, sandbox: str) -> Mapping[str, int]:
    """How many cases of a sandbox wait for a decision at each desk where any do."""
    counts = case_queue.counts(connection, sandbox)
    return {desk: count for desk, count in counts.items() if not desks()[desk].watched}


def overdue(connection: Connection, sandbox: str, person: Person, now: int) -> int:
    """How many cases are overdue of those that somebody watches over, at most a thousand; 0 for whoever watches over
    none. `now`: the sandbox's instant."""
    if not rights.may_reach(person, "console.supervision"):
        return 0
    return supervision.overdue(connection, sandbox, supervision.scope_of(person), now)
