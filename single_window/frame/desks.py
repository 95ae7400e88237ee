"""Desks of officers: who decides at each, and the numbers of waiting and overdue cases, which every page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.store import case_queue
from single_window.store.case_figures import Scope
from single_window.store.case_queue import QueueFilter
from single_window.store.desks import CaseDesk, desks

MAX_COUNTED = 1_000
"""Maximum number of overdue cases that are counted."""


def desks_of(person: Person) -> Sequence[CaseDesk]:
    """Return the desks at which a person may decide about cases of their customs office."""
    return [desk for desk in desks().values() if rights.allows(person, desk.right, person.office)]


def scope_of(person: Person) -> Scope:
    """Return the scope of a supervisor: the desks at which the person may decide (all if none), and their customs
    office."""
    return Scope([desk.name for desk in desks_of(person)], person.office)


def waiting(connection: Connection, sandbox: str, now: int) -> Mapping[str, int]:
    """Return the number of cases that wait for a decision by desk, without desks that have none. `now`: the sandbox's
    current instant."""
    counts = case_queue.counts(connection, sandbox, now)
    return {desk: count for desk, count in counts.items() if not desks()[desk].watched}


def overdue(connection: Connection, sandbox: str, scope: Scope, now: int, most: int = MAX_COUNTED) -> int:
    """Return the number of overdue cases; `most` means that many or more. `now`: the sandbox's current instant."""
    return case_queue.overdue(connection, sandbox, QueueFilter(scope.desks, scope.office, now=now), most)


def overdue_for(connection: Connection, sandbox: str, person: Person, now: int) -> int:
    """Return the number of overdue cases in a person's scope; 0 without the right to supervise."""
    if not rights.may_reach(person, "console.supervision"):
        return 0
    return overdue(connection, sandbox, scope_of(person), now)
