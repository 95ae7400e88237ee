"""Assignment of cases to officers by a supervisor: to a named officer, or distributed over those of the desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import structlog
from sqlalchemy import Connection

from single_window.accounts import rights, rows
from single_window.accounts.people import Person
from single_window.cases import queue
from single_window.clock import system_now
from single_window.context import Context
from single_window.frame.desks import desks_of
from single_window.store import alerts, case_figures, case_queue, decision_log, sandboxes
from single_window.store.case_figures import Scope
from single_window.store.case_queue import Key
from single_window.store.engine import writing
from single_window.work.absences import RIGHT as RIGHT
from single_window.work.absences import may_take as may_take
from single_window.work.absences import present

log = structlog.get_logger(__name__)


def officers(connection: Connection) -> list[Person]:
    """Return the people with an active account who may decide at a desk and are not absent, by name."""
    people = [account.person for account in rows.all_accounts(connection) if not account.disabled_at]
    return present(connection, [person for person in people if desks_of(person)], system_now())


def give_cases(context: Context, sandbox: str, by: Person, keys: Collection[Key], to: str) -> list[Key]:
    """Assign cases to the officer `to`, even those held by others; return the assigned ones. Cases that `to` or `by`
    may not decide are skipped. Raises `Lacking` if `by` may not assign cases."""
    _require_right(by)
    with writing(context.engine) as connection:
        person = next((officer for officer in officers(connection) if officer.name == to), None)
        chosen = [
            case.key
            for case in queue.allowed_keys(connection, sandbox, by, keys)
            if person is not None and may_take(person, case)
        ]
        given = _assign(connection, sandbox, by, chosen, to)
    log.info("cases.given", sandbox=sandbox, by=by.name, to=to, cases=len(given))
    return given


def spread_out(context: Context, sandbox: str, by: Person, keys: Collection[Key]) -> list[Key]:
    """Assign each case to the officer of its desk and customs office who holds the fewest; return the assigned cases.

    Officers who may assign cases get none. Raises `Lacking` if `by` may not assign cases."""
    _require_right(by)
    with writing(context.engine) as connection:
        people = [officer for officer in officers(connection) if not rights.allows(officer, RIGHT)]
        cases = sorted(queue.allowed_keys(connection, sandbox, by, keys), key=lambda case: (case.due, case.key))
        held = Counter(case_figures.held(connection, sandbox, Scope(), system_now()))
        held.subtract(case.assignee for case in cases if case.assignee and case.lease_until >= system_now())
        plan = spread_cases(
            [(case.key, [person.name for person in people if may_take(person, case)]) for case in cases], held
        )
        by_officer: dict[str, list[Key]] = {}
        for key, name in plan.items():
            by_officer.setdefault(name, []).append(key)
        given = [
            key for name, cases_of in by_officer.items() for key in _assign(connection, sandbox, by, cases_of, name)
        ]
    log.info("cases.spread", sandbox=sandbox, by=by.name, cases=len(given), officers=len(by_officer))
    return given


def spread_cases(cases: Sequence[tuple[Key, Collection[str]]], held: Mapping[str, int]) -> dict[Key, str]:
    """Return case -> officer: each case, in order, goes to the officer with the fewest cases, ties by name.

    `cases` are (case, officers who may take it); cases without such officers are omitted. `held`: number of cases that
    each officer holds already."""
    loads, assigned = Counter(held), {}
    for key, names in cases:
        if names:
            assigned[key] = min(names, key=lambda name: (loads[name], name))
            loads[assigned[key]] += 1
    return assigned


def _assign(connection: Connection, sandbox: str, by: Person, keys: Collection[Key], to: str) -> list[Key]:
    """Assign cases to an officer, log it and alert him; return the assigned ones."""
    given = case_queue.give(connection, sandbox, keys, to, system_now())
    now = sandboxes.find(connection, sandbox).clock.now()
    for key in sorted(given):
        row = decision_log.append_notes(
            connection, sandbox, [key], decision_log.GIVEN, (by.name, by.role), f"→ {to}", now
        )
        alerts.add(connection, sandbox, {to} - {by.name}, key, row)
    return given


def _require_right(person: Person) -> None:
    if not rights.allows(person, RIGHT):
        raise rights.Lacking(person, (RIGHT,))
