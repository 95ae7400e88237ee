"""Cases by what an officer knows of them: part of any number, company, buyer, or goods. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from gateways.decisions import SubjectKind
from single_window.store import subjects
from single_window.store.case_queue import CASE_COLUMNS, WITH_TRADER, Key, QueuedCase, case_of
from single_window.store.queue_order import KEY_ORDER
from single_window.store.subjects import PROPOSAL
from single_window.store.tables import decision, participant, work_case
from single_window.store.work_cases import figures_of_lists

MAX_ENDED = 5_000
"""So many of the cases that ended last are searched, because no index finds words."""
MAX_WORDS = 8
MAX_COMPANIES = 20
"""So many companies are found by a part of their name, at most."""


def with_words(connection: Connection, sandbox: str, words: str, most: int, office: str = "") -> Sequence[QueuedCase]:
    """The cases that contain every word, at most `most`: first those that wait, by their due instants, then those that
    wait for their declarants, then those that ended last, as their subjects are now. A case about which a proposal
    waits stands there once. `office`: customs office, whose cases, and those of none, are searched; empty: all."""
    wanted = words.lower().split()[:MAX_WORDS]
    if not wanted:
        return []
    column = work_case.c
    here = [column.sandbox == sandbox, *([column.office.in_(("", office))] if office else [])]
    contained = [_has(connection, sandbox, word) for word in wanted]
    found: list[Row[Any]] = []
    for waiting in (1, WITH_TRADER):  # each has an index of its own
        these = select(*CASE_COLUMNS).where(*here, column.waiting == waiting, *contained)
        ordered = these.order_by(column.due, *KEY_ORDER)
        found += connection.execute(ordered.limit(most - len(found))).all()
    cases = _each_once(connection, sandbox, [case_of(row) for row in found])
    if len(found) < most:
        last = select(column.subject, column.subject_id).where(column.sandbox == sandbox, column.ended_at > 0)
        newest = last.order_by(column.ended_at.desc()).limit(MAX_ENDED).subquery()
        ended = (
            select(*CASE_COLUMNS)
            .join(newest, (newest.c.subject == column.subject) & (newest.c.subject_id == column.subject_id))
            .where(*here, column.waiting == 0, column.subject != PROPOSAL, *contained)
            .order_by(column.ended_at.desc(), *KEY_ORDER)
        )
        rows = connection.execute(ended.limit(most - len(found))).all()
        cases += _as_they_are(connection, sandbox, [case_of(row) for row in rows])
    return cases


def _each_once(connection: Connection, sandbox: str, cases: Sequence[QueuedCase]) -> list[QueuedCase]:
    """The cases without the proposals about those among them."""
    asked = [int(case.subject_id) for case in cases if case.subject == PROPOSAL]
    about = select(decision.c.id, decision.c.subject, decision.c.subject_id)
    rows = (
        connection.execute(about.where(decision.c.sandbox == sandbox, decision.c.id.in_(asked))).all() if asked else ()
    )
    own = {case.key for case in cases}
    twice = {(PROPOSAL, str(row.id)) for row in rows if (row.subject, row.subject_id) in own}
    return [case for case in cases if case.key not in twice]


def _as_they_are(connection: Connection, sandbox: str, ended: Sequence[QueuedCase]) -> list[QueuedCase]:
    """Cases that ended, with the states of their subjects, and the value and tax of lists, as they are now."""
    ids: dict[str, list[str]] = {}
    for case in ended:
        ids.setdefault(case.subject, []).append(case.subject_id)
    states: dict[Key, str] = {
        (subject, known): state
        for subject, of_subject in ids.items()
        for known, state in subjects.states(connection, sandbox, subject, of_subject).items()
    }
    figures = figures_of_lists(connection, [int(number) for number in ids.get(SubjectKind.DECLARATION, ())])
    return [_as_it_is(case, states.get(case.key, case.state), figures) for case in ended]


def _as_it_is(case: QueuedCase, state: str, figures: Mapping[int, tuple[int, int]]) -> QueuedCase:
    listed = case.declaration_id if case.subject == SubjectKind.DECLARATION else 0
    value, tax = figures.get(listed, (0, 0))
    return case._replace(state=state, value=value or case.value, tax=tax or case.tax)


def _has(connection: Connection, sandbox: str, word: str) -> ColumnElement[bool]:
    """The condition that a case contains a word, or concerns a company whose name does."""
    named = (participant.c.sandbox == sandbox, participant.c.name.contains(word, autoescape=True))
    codes = connection.execute(select(participant.c.code).where(*named).limit(MAX_COMPANIES)).scalars().all()
    contains = work_case.c.terms.contains(word, autoescape=True)
    return or_(contains, work_case.c.company.in_(codes)) if codes else contains
