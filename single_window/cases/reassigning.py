"""Assignment of cases to officers by a supervisor: to a named officer, or distributed over those of the desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from declarations.calendar import day_of, instant_of
from single_window.accounts import rights, rows
from single_window.accounts.people import Person
from single_window.cases import queue
from single_window.clock import system_now
from single_window.context import Context
from single_window.frame.desks import desks_of
from single_window.language.refusal import Refusal
from single_window.store import alerts, case_figures, case_queue, decision_log, sandboxes
from single_window.store.case_figures import Scope
from single_window.store.case_queue import FREE, Key, QueuedCase
from single_window.store.engine import writing
from single_window.work.absences import RIGHT as RIGHT
from single_window.work.absences import may_take as may_take
from single_window.work.absences import present

log = structlog.get_logger(__name__)
MOST_DISTRIBUTED = 200
"""Cases that are distributed at once, at most."""


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
        _tell(connection, sandbox, by, given, to)
    log.info("cases.given", sandbox=sandbox, by=by.name, to=to, cases=len(given))
    return given


def spread_out(context: Context, sandbox: str, by: Person, keys: Collection[Key]) -> list[Key]:
    """Assign each case to the officer of its desk and customs office who holds the fewest; return the assigned cases.

    Officers who may assign cases get none. Raises `Lacking` if `by` may not assign cases."""
    _require_right(by)
    with writing(context.engine) as connection:
        cases = sorted(queue.allowed_keys(connection, sandbox, by, keys), key=lambda case: (case.due, case.key))
        given = _spread(connection, sandbox, by, cases)
        for name, cases_of in given.items():
            _tell(connection, sandbox, by, cases_of, name)
    return [key for cases_of in given.values() for key in cases_of]


def distribute(
    context: Context,
    sandbox: str,
    by: Person,
    desk: str,
    *,
    most: int = MOST_DISTRIBUTED,
    company: str = "",
    together: bool = False,
) -> Mapping[str, int]:
    """Assign the `most` waiting cases of a desk that are due first and that nobody holds, each to the officer of the
    desk and customs office who holds the fewest, until the end of the machine's day; officer -> number of cases.

    `company`: only those of a company, by its code or a part of its name. `together`: all cases of a company to the
    same officer. Raises `Lacking`, or `Refusal` for a desk that is not the supervisor's."""
    _require_right(by)
    if desk not in {own.name for own in desks_of(by)}:
        raise Refusal("no_such_desk", desk=desk[:40], known=", ".join(own.name for own in desks_of(by)))
    now = system_now()
    with writing(context.engine) as connection:
        wanted = queue.queue_query(connection, sandbox, by, desk=desk, view=FREE, words=company)
        found = case_queue.page(connection, sandbox, wanted, most=max(0, min(most, MOST_DISTRIBUTED)))
        cases = [case for case in found if _is_of(case, company.strip().casefold())]
        midnight = instant_of(day_of(now) + timedelta(days=1))
        given = _spread(connection, sandbox, by, cases, together=together, until=midnight)
    return {name: len(cases_of) for name, cases_of in given.items()}


def _is_of(case: QueuedCase, company: str) -> bool:
    """True for the case of a company that is named by its code or a part of its name, and for all if none is named."""
    return company in {"", case.company.casefold()} or company in case.company_name.casefold()


def _spread(
    connection: Connection,
    sandbox: str,
    by: Person,
    cases: Sequence[QueuedCase],
    *,
    together: bool = False,
    until: int = 0,
) -> Mapping[str, list[Key]]:
    """Assign each case to the officer of its desk and office who holds the fewest; officer -> assigned cases. Officers
    who may assign cases get none."""
    people = [officer for officer in officers(connection) if not rights.allows(officer, RIGHT)]
    held = Counter(case_figures.held(connection, sandbox, Scope(), system_now()))
    held.subtract(case.assignee for case in cases if case.assignee and case.lease_until >= system_now())
    fit = [(case, [person.name for person in people if may_take(person, case)]) for case in cases]
    if together:
        plan = spread_companies([(case.key, case.company, names) for case, names in fit], held)
    else:
        plan = spread_cases([(case.key, names) for case, names in fit], held)
    by_officer: dict[str, list[Key]] = {}
    for key, name in plan.items():
        by_officer.setdefault(name, []).append(key)
    given = {
        name: _assign(connection, sandbox, by, cases_of, name, until) for name, cases_of in sorted(by_officer.items())
    }
    log.info("cases.spread", sandbox=sandbox, by=by.name, cases=sum(map(len, given.values())), officers=len(given))
    return given


def spread_companies(cases: Sequence[tuple[Key, str, Collection[str]]], held: Mapping[str, int]) -> dict[Key, str]:
    """Return case -> officer: like `spread_cases`, with all cases of a company at the same officer if he may take them.
    The company with the most cases comes first, so that the loads end close to each other.

    `cases` are (case, company, officers who may take it)."""
    of_company: dict[str, list[tuple[Key, Collection[str]]]] = {}
    for key, company, names in cases:
        of_company.setdefault(company or f"~{key}", []).append((key, names))
    loads, assigned = Counter(held), {}
    for _, own in sorted(of_company.items(), key=lambda item: (-len(item[1]), item[0])):
        shared = set.intersection(*(set(names) for _, names in own))
        chosen = [(key, shared or names) for key, names in own]
        leader = min(shared, key=lambda name: (loads[name], name)) if shared else ""
        placed = {key: leader for key, _ in chosen} if leader else spread_cases(chosen, loads)
        assigned.update(placed)
        loads.update(placed.values())
    return assigned


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


def _assign(
    connection: Connection, sandbox: str, by: Person, keys: Collection[Key], to: str, until: int = 0
) -> list[Key]:
    """Assign cases to an officer and log it; return the assigned ones. `until`: as in `case_queue.give`."""
    given = case_queue.give(connection, sandbox, keys, to, system_now(), until)
    now = sandboxes.find(connection, sandbox).clock.now()
    decision_log.append_notes(connection, sandbox, given, decision_log.GIVEN, (by.name, by.role), f"→ {to}", now)
    return given


def _tell(connection: Connection, sandbox: str, by: Person, given: Collection[Key], to: str) -> None:
    """Alert an officer about each case that he was given just now, unless he gave it to himself."""
    rows = decision_log.of_subjects(connection, sandbox, given, {decision_log.GIVEN}, len(given)) if given else ()
    for row in rows:
        alerts.add(connection, sandbox, {to} - {by.name}, (row.subject, row.subject_id), row.sequence)


def _require_right(person: Person) -> None:
    if not rights.allows(person, RIGHT):
        raise rights.Lacking(person, (RIGHT,))
