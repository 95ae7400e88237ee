"""Assignment of waiting cases to officers and days: an officer puts it off to a day, takes it up again, lets it go, or
hands it to a supervisor.

Each is a row of the log; nothing of it changes the case, its due instant or what its declarant reads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from declarations.calendar import day_of, instant_of
from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.cases import queue, reassigning
from single_window.clock import system_now
from single_window.context import Context
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.store import alerts, case_queue, decision_log, sandboxes
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.desks import NEVER
from single_window.store.engine import writing
from single_window.work import filing

log = structlog.get_logger(__name__)
LONGEST_DAYS = 30
"""Days of the sandbox for which a case may be put off, at most. Our own limit."""
MAX_NOTE = 500
"""Characters of the note that goes with it, at most."""
PUT_OFF, TAKE_UP, LET_GO, ESCALATE = "put_off", "take_up", "let_go", "escalate"


class Wanted(NamedTuple):
    """A requested assignment of a case; `until`: the day to which it is put off; `to`: the account of the
    supervisor who gets it."""

    action: str
    until: date | None = None
    note: str = ""
    to: str = ""


class Told(NamedTuple):
    """The words of the log about an action beside the note, and whom it concerns."""

    text: str = ""
    accounts: Collection[str] = ()


Step = Callable[[Connection, str, Person, QueuedCase, Wanted], Told]
"""Carries out an action."""


def assign(context: Context, sandbox: str, who: Person, key: Key, wanted: Wanted) -> None:
    """Do with a case what an officer of its desk wants, or a supervisor who gives it to somebody. Raises `Refusal` if
    it does not wait at one of his desks, if another holds it, or if the action is not possible; `Lacking` for whoever
    may give nothing."""
    if wanted.action not in ACTIONS:
        raise Refusal("no_assignment", action=wanted.action[:40], known=", ".join(ACTIONS))
    if wanted.action == GIVE:
        if not reassigning.give_cases(context, sandbox, who, [key], wanted.to):
            raise Refusal("not_given", account=wanted.to[:40])
        return
    with writing(context.engine) as connection:
        sandboxes.hold(connection, sandbox)
        case = _own(connection, sandbox, who, key)
        told = STEPS[wanted.action](connection, sandbox, who, case, wanted)
        now = sandboxes.find(connection, sandbox).clock.now()
        said = " · ".join(filter(None, (told.text, _note(wanted))))
        number = decision_log.append_notes(connection, sandbox, [key], wanted.action, (who.name, who.role), said, now)
        alerts.add(connection, sandbox, told.accounts, key, number)
    log.info("case.assigned", sandbox=sandbox, subject=key[0], subject_id=key[1], action=wanted.action, by=who.name)


def own_case(connection: Connection, sandbox: str, who: Person, keys: Collection[Key]) -> QueuedCase | None:
    """The first of these cases that waits at the person's desks and that no other officer holds."""
    clock = system_now()
    return next(
        (case for case in queue.allowed_keys(connection, sandbox, who, keys) if not _of_another(case, who, clock)), None
    )


def days(now: int) -> tuple[date, date]:
    """The first and the last day to which a case may be put off at the sandbox's instant `now`."""
    today = day_of(now)
    return today + timedelta(days=1), today + timedelta(days=LONGEST_DAYS)


def _own(connection: Connection, sandbox: str, who: Person, key: Key) -> QueuedCase:
    case = next(iter(queue.allowed_keys(connection, sandbox, who, [key])), None)
    if case is None:
        raise Refusal("not_at_your_desk")
    if _of_another(case, who, system_now()):
        raise filing.held_by_another(case)
    return case


def _of_another(case: QueuedCase, who: Person, clock: int) -> bool:
    return case.assignee not in {"", who.name} and case.lease_until >= clock


def _put_off(connection: Connection, sandbox: str, who: Person, case: QueuedCase, wanted: Wanted) -> Told:
    first, last = days(sandboxes.find(connection, sandbox).clock.now())
    if wanted.until is None or not first <= wanted.until <= last:
        raise Refusal("put_off_day", first=first, last=last)
    if not case_queue.put_off(connection, sandbox, case.key, who.name, instant_of(wanted.until), system_now()):
        raise Refusal("not_at_your_desk")
    return Told(f"→ {wanted.until}")


def _take_up(connection: Connection, sandbox: str, who: Person, case: QueuedCase, wanted: Wanted) -> Told:
    case_queue.release(connection, sandbox, [case.key])
    case_queue.hold(connection, sandbox, [case.key], who.name, system_now())
    return Told()


def _let_go(connection: Connection, sandbox: str, who: Person, case: QueuedCase, wanted: Wanted) -> Told:
    if not case_queue.release(connection, sandbox, [case.key], who.name):
        raise Refusal("not_held_by_you", label=case.number)
    return Told()


def _escalate(connection: Connection, sandbox: str, who: Person, case: QueuedCase, wanted: Wanted) -> Told:
    """The supervisor has the case until he decides it, lets it go or gives it to somebody."""
    known = [person.name for person in supervisors(connection, case, who)]
    if wanted.to not in known:
        raise Refusal(
            "escalate_to", account=wanted.to[:40], known=", ".join(known) or phrases.phrase("label", "nobody")
        )
    if not _note(wanted):
        raise Refusal("escalate_why")
    if not case_queue.give(connection, sandbox, [case.key], wanted.to, system_now(), NEVER):
        raise Refusal("not_at_your_desk")
    return Told(f"→ {wanted.to}", [wanted.to])


def supervisors(connection: Connection, case: QueuedCase, who: Person) -> list[Person]:
    """Those to whom an officer may hand a case: who gives cases to officers, and may decide it himself."""
    return [
        person
        for person in reassigning.officers(connection)
        if person.name != who.name and rights.allows(person, reassigning.RIGHT) and reassigning.may_take(person, case)
    ]


def _note(wanted: Wanted) -> str:
    return " ".join(wanted.note.split())[:MAX_NOTE]


STEPS: dict[str, Step] = {PUT_OFF: _put_off, TAKE_UP: _take_up, LET_GO: _let_go, ESCALATE: _escalate}
"""The actions of an officer who may hold the case, by name."""
GIVE = "give"
ACTIONS = (*STEPS, GIVE)
"""All actions; giving is a supervisor's, whoever holds the case."""
