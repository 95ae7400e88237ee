"""Things that officers keep with a case, as its page shows them: notes, files, and what they did with it besides
deciding."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple

from flask import g
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from single_window.accounts.people import Person
from single_window.cases import assignment
from single_window.clock import system_now
from single_window.frame import notes
from single_window.frame.decision_kinds import Subject
from single_window.frame.files import MAX_FILES
from single_window.frame.http.ports import ports
from single_window.frame.notes import CaseNote, may_keep
from single_window.frame.pages.persons import current_person
from single_window.frame.typed import instant_text
from single_window.store import alerts, decision_log, files, sandboxes
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.engine import writing
from single_window.store.subjects import office_of

QUESTIONED = frozenset({decision_log.REPLIED, decision_log.UNANSWERED})
"""Outcomes of rows about questions, which the declarant knows of."""
HANDED_ON = frozenset({decision_log.GIVEN, decision_log.HANDED_OVER, *assignment.STEPS})
TEAM = frozenset({decision_log.NOTED, decision_log.ATTACHED, *QUESTIONED, *HANDED_ON})
"""Outcomes of rows of the log that the history of a case shows beside what its declarant may know."""
LINES = 100
"""Lines of the history that are shown at most."""


class TeamLine(NamedTuple):
    """A line of the history that only officers see. `at`: as in answers."""

    at: str
    by: str
    action: str
    text: str
    outcome: str
    of_team: bool = True

    @property
    def alone(self) -> bool:
        """True if its declarant does not know of it."""
        return self.outcome not in QUESTIONED


class KeptFile(NamedTuple):
    """A file of a case, with the case by which it is fetched. `size`: bytes; `at`: the sandbox's instant;
    `line`: the line of goods that it shows, 0: none in particular;
    `entry`: which of those of the same content."""

    page: str
    number: str
    sha256: str
    name: str
    media_type: str
    size: int
    by: str
    at: int
    line: int
    entry: int


class Work(NamedTuple):
    """A waiting case whose reader may hand it on. `first` and `last`: the days to which he may put it off;
    `supervisors`: to whom he may hand it."""

    case: QueuedCase
    is_put_off: bool
    first: date
    last: date
    supervisors: Sequence[Person]


class KeptWithCase(NamedTuple):
    """The part of a case's page for officers alone. `page` and `number`: where its forms are sent, empty for whoever
    may add nothing; `work`: None if the reader has nothing to do with who deals with it; `alerted`: rows of the log
    about which the reader had not been told before; `colleagues`: whom his note can mention."""

    page: str
    number: str
    work: Work | None
    notes: Sequence[CaseNote]
    files: Sequence[KeptFile]
    lines: Sequence[TeamLine]
    alerted: Collection[int]
    colleagues: Sequence[Person] = ()


def kept_with(
    connection: Connection, sandbox: str, page: str, subject: Subject, others: Iterable[Subject] = ()
) -> KeptWithCase | None:
    """Return what is kept with a case; None for visitors without an account. `page`: the name of its `DecisionPage`;
    `others`: subjects that its page shows, too.

    Its reader has now been told what concerns him about it (`see_alerts`)."""
    person = current_person()
    if not person.has_account:
        return None
    subjects = {(each.kind, str(each.id)): each for each in (subject, *others)}
    keys = list(subjects)
    office = office_of(connection, sandbox, subject.kind, subject.id)
    rows = decision_log.of_subjects(connection, sandbox, keys, TEAM, LINES)
    alerted = alerts.unseen_of(connection, sandbox, person.name, keys)
    g.seen_alerts = (sandbox, alerted)
    return KeptWithCase(
        page if may_keep(person, subject.kind, office) else "",
        str(subject.id),
        work=_work(connection, sandbox, keys),
        notes=notes.of_cases(connection, sandbox, keys),
        files=[
            KeptFile(page if each is subject else key[0], key[1], *file)
            for key, each in subjects.items()
            for file in files.of_case(connection, sandbox, *key, MAX_FILES)
        ],
        lines=[TeamLine(instant_text(row.answered_at), row.by, row.action, row.reason, row.outcome) for row in rows],
        alerted=alerted,
        colleagues=notes.colleagues(connection, person.name),
    )


def _work(connection: Connection, sandbox: str, keys: Collection[Key]) -> Work | None:
    case = assignment.own_case(connection, sandbox, current_person(), keys)
    if case is None:
        return None
    now = sandboxes.find(connection, sandbox).clock.now()
    first, last = assignment.days(now)
    people = assignment.supervisors(connection, case, current_person())
    return Work(case, case.put_off_until > now, first, last, people)


def in_time(lines: Sequence[Any], kept: KeptWithCase | None) -> Sequence[Any]:
    """The lines of a history, which come in the order in which one followed from the other, and those that only
    officers see, each behind all that had happened by then.

    A receipt bears a time of its own, a little later than the step that it follows from and than what followed from the
    same message; so the times of a history do not order it."""
    instants = [str(line.at) for line in lines]
    since = list(accumulate(reversed(instants), min))[::-1]  # nothing behind a line happened before
    told = [(instant, 0, line) for instant, line in zip(since, lines, strict=True)]
    told += [(str(line.at), 1, line) for line in (kept.lines if kept else ())]
    return [line for *_, line in sorted(told, key=itemgetter(0, 1))]


def see_alerts() -> None:
    """Note that the visitor has been told what the page that was shown says; called after each page. If that cannot be
    written now, he is told again."""
    sandbox, alerted = g.get("seen_alerts", ("", ()))
    if alerted:
        with suppress(SQLAlchemyError), writing(ports().window.engine) as connection:
            alerts.see(connection, sandbox, current_person().name, alerted, system_now())
