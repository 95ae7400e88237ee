"""Desks of officers: who decides at each, the cases that wait there, and those overdue: the navigation shows it on
every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.store import case_queue
from single_window.store.case_figures import Scope
from single_window.store.case_queue import QueueFilter
from single_window.store.desks import CaseDesk, desks

MANY = 1_000
"""Overdue cases that are counted at most."""


def desks_of(person: Person) -> Sequence[CaseDesk]:
    """The desks at which somebody may decide, of cases of his customs office."""
    return [desk for desk in desks().values() if rights.allows(person, desk.right, person.office)]


def scope_of(person: Person) -> Scope:
    """The scope that somebody watches over: the desks at which he may decide, all if there are none; his customs
    office."""
    return Scope([desk.name for desk in desks_of(person)], person.office)


def waiting(connection: Connection, sandbox: str) -> Mapping[str, int]:
    """The number of cases of a sandbox that wait for a decision at each desk at which any do."""
    counts = case_queue.counts(connection, sandbox)
    return {desk: count for desk, count in counts.items() if not desks()[desk].watched}


def overdue(connection: Connection, sandbox: str, scope: Scope, now: int, most: int = MANY) -> int:
    """The number of cases that are overdue; `most` stands for that many or more. `now`: the sandbox's instant."""
    return case_queue.overdue(connection, sandbox, QueueFilter(scope.desks, scope.office, now=now), most)


def overdue_for(connection: Connection, sandbox: str, person: Person, now: int) -> int:
    """The number of overdue cases that somebody watches over; 0 for whoever watches over none."""
    if not rights.may_reach(person, "console.supervision"):
        return 0
    return overdue(connection, sandbox, scope_of(person), now)
