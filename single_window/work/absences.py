"""Absence of officers from day to day, by the machine's calendar: what an absent officer holds goes back to the queue
or to a colleague when his absence begins, and nothing is given to him. Also hands over at the end of a shift.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import structlog
from sqlalchemy import Connection

from declarations.calendar import day_of, instant_of
from single_window.accounts import rights, rows
from single_window.accounts.people import Person
from single_window.clock import system_now
from single_window.context import Context
from single_window.language.refusal import Refusal
from single_window.refused import NotFound
from single_window.store import absences, alerts, case_queue, decision_log, sandboxes
from single_window.store.absences import Absence
from single_window.store.case_queue import QueuedCase
from single_window.store.desks import desks
from single_window.store.engine import reading, writing

log = structlog.get_logger(__name__)
RIGHT = "reassign_cases"
LONGEST_DAYS = 366
"""Days of an absence, and days ahead at which it may begin, at most."""


def may_take(person: Person, case: QueuedCase) -> bool:
    """True if the person may decide at the desk and the customs office of a case."""
    return rights.allows(person, desks()[case.desk].right, case.office or person.office)


def officer_named(connection: Connection, name: str) -> Person:
    """The person of an active account; raises `Refusal`."""
    found = rows.find(connection, name)
    if found is None or found.disabled_at:
        raise Refusal("no_such_officer", account=name[:40])
    return found.person


def mark(context: Context, who: Person, wanted: Absence, now: int | None = None) -> Absence:
    """Note that an officer is absent from day to day, and hand his cases over if that has begun. Raises `Refusal`, or
    `Lacking` for whoever marks another without the right. `now`: the machine's instant."""
    now = system_now() if now is None else now
    first, last = days_of(wanted)
    _check_days(first, last, day_of(now))
    with writing(context.engine) as connection:
        _demand(connection, who, wanted.account)
        if wanted.to:
            _check_colleague(connection, wanted)
        made = wanted._replace(by=who.name, handed_at=0)
        absences.put(connection, made)
    log.info("absence.marked", account=made.account, since=str(first), until=str(last), by=who.name)
    begin_due(context, now)
    return made


def mark_days(
    context: Context,
    who: Person,
    account: str,
    since: date | None,
    until: date | None,
    to: str = "",
    ahead: timedelta = timedelta(),
) -> Absence:
    """Like `mark`, from the first to the last day, both included; raises `Refusal` without one of them. `ahead`: by how
    much the calendar of these days is ahead of the machine's."""
    today = day_of(system_now()) + ahead
    if since is None or until is None:
        raise Refusal("absence_days", first=today, last=today + timedelta(days=LONGEST_DAYS))
    _check_days(since, until, today)
    return mark(context, who, days(account, since - ahead, until - ahead, to))


def days_of(absence: Absence) -> tuple[date, date]:
    """The first and the last day of an absence."""
    return day_of(absence.since_at), day_of(absence.until_at) - timedelta(days=1)


def first_instant(day: date | None) -> int:
    """The instant by which the absence from a day on is known; 0: no such day."""
    return instant_of(day) if day else 0


def days(account: str, since: date, until: date, to: str = "") -> Absence:
    """The absence of an account from the first to the last day, both included; `to`: who gets his cases."""
    return Absence(account, instant_of(since), instant_of(until + timedelta(days=1)), to)


def end(context: Context, who: Person, account: str, since_at: int) -> None:
    """End or cancel an absence; raises `NotFound`, or `Lacking`. What was handed over stays where it is."""
    with writing(context.engine) as connection:
        _demand(connection, who, account)
        if not absences.remove(connection, account, since_at):
            raise NotFound(account, "")
    log.info("absence.ended", account=account, by=who.name)


def begin_due(context: Context, now: int | None = None) -> int:
    """Hand over what the officers hold whose absence has begun; returns the number of cases."""
    now = system_now() if now is None else now
    with reading(context.engine) as connection:
        begun = absences.begun(connection, now)
    done = 0
    for absence in begun:
        done += _hand_over(context, absence.account, absence.to, absence.by)
        with writing(context.engine) as connection:
            absences.note_handed_over(connection, absence, now)
    return done


def hand_over(context: Context, who: Person, account: str, to: str = "") -> int:
    """Hand over at once what an officer holds in all sandboxes, to the queue or to a colleague; returns the number of
    cases. Raises `Refusal` or `Lacking`."""
    with reading(context.engine) as connection:
        _demand(connection, who, account)
        if to:
            _check_colleague(connection, Absence(account, 0, 0, to))
    return _hand_over(context, account, to, who.name)


def _check_days(first: date, last: date, today: date) -> None:
    latest = today + timedelta(days=LONGEST_DAYS)
    if last < today or first > latest or last < first or last - first > timedelta(days=LONGEST_DAYS):
        raise Refusal("absence_days", first=today, last=latest)


def _check_colleague(connection: Connection, wanted: Absence) -> None:
    if wanted.to == wanted.account or wanted.to in absences.absent(connection, system_now()):
        raise Refusal("absence_to", account=wanted.to[:40])
    officer_named(connection, wanted.to)


def _demand(connection: Connection, who: Person, account: str) -> None:
    """Raise `Lacking` for whoever deals with another's absence and does not give cases to officers of his authority."""
    officer = officer_named(connection, account)
    if officer.name == who.name:
        return
    within = who.agency in {"", officer.agency} and who.office in {"", officer.office}
    if not (within and rights.allows(who, RIGHT)):
        raise rights.Lacking(who, (RIGHT,))


def _hand_over(context: Context, account: str, to: str, by: str) -> int:
    with reading(context.engine) as connection:
        names = sandboxes.names(connection)
    done = 0
    for sandbox in names:
        try:
            with writing(context.engine) as connection:
                sandboxes.hold(connection, sandbox)
                done += _hand_over_in(connection, sandbox, account, to, by)
        except sandboxes.ABSENT:
            continue
    log.info("cases.handed_over", account=account, to=to, by=by, cases=done)
    return done


def _hand_over_in(connection: Connection, sandbox: str, account: str, to: str, by: str) -> int:
    """Hand over what an officer holds in one sandbox: what the colleague may not decide goes to the queue."""
    held = case_queue.held_by(connection, sandbox, account, system_now())
    colleague = officer_named(connection, to) if to else None
    fit = [case.key for case in held if colleague is not None and may_take(colleague, case)]
    taken = case_queue.pass_on(connection, sandbox, fit, account, to)
    others = [case.key for case in held if case.key not in fit]
    freed = case_queue.release(connection, sandbox, others, account)
    found = rows.find(connection, by)
    who, now = (by, found.role if found else ""), sandboxes.find(connection, sandbox).clock.now()
    for key in sorted([*taken, *freed]):
        said = f"{account} → {to}" if key in taken else account
        row = decision_log.append_notes(connection, sandbox, [key], decision_log.HANDED_OVER, who, said, now)
        alerts.add(connection, sandbox, {to} - {by} if key in taken else (), key, row)
    return len(taken) + len(freed)


def of_people(connection: Connection, who: Person, now: int) -> Sequence[Absence]:
    """The absences that are or come, of a person and of those whose absence he may mark, by day."""
    return [each for each in absences.all_from(connection, now) if _may_mark(connection, who, each.account)]


def _may_mark(connection: Connection, who: Person, account: str) -> bool:
    try:
        _demand(connection, who, account)
    except (rights.Lacking, Refusal):
        return False
    return True


def present(connection: Connection, people: Collection[Person], now: int) -> list[Person]:
    """Those of these people who are not absent at the machine's instant `now`."""
    absent = absences.absent(connection, now)
    return [person for person in people if person.name not in absent]
