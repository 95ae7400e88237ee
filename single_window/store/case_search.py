"""Cases by what an officer knows of them: part of any number, company, buyer, or goods. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from single_window.store.case_queue import CASE_COLUMNS, WITH_TRADER, QueuedCase, case_of
from single_window.store.tables import participant, work_case

MAX_ENDED = 5_000
"""So many of the cases that ended last are searched, because no index finds words."""
MAX_WORDS = 8
MAX_COMPANIES = 20
"""So many companies are found by a part of their name, at most."""


def with_words(connection: Connection, sandbox: str, words: str, most: int, office: str = "") -> Sequence[QueuedCase]:
    """The cases that contain every word, at most `most`: first those that wait, by their due instants, then those that
    wait for their declarants, then those that ended last. `office`: customs office, whose cases, and those of none, are
    searched; empty: all."""
    wanted = words.lower().split()[:MAX_WORDS]
    if not wanted:
        return []
    column = work_case.c
    here = [column.sandbox == sandbox, *([column.office.in_(("", office))] if office else [])]
    contained = [_has(connection, sandbox, word) for word in wanted]
    found: list[Row[Any]] = []
    for waiting in (1, WITH_TRADER):  # each has an index of its own
        these = select(*CASE_COLUMNS).where(*here, column.waiting == waiting, *contained)
        ordered = these.order_by(column.due, column.subject, column.subject_id)
        found += connection.execute(ordered.limit(most - len(found))).all()
    if len(found) < most:
        last = select(column.subject, column.subject_id).where(column.sandbox == sandbox, column.ended_at > 0)
        newest = last.order_by(column.ended_at.desc()).limit(MAX_ENDED).subquery()
        ended = (
            select(*CASE_COLUMNS)
            .join(newest, (newest.c.subject == column.subject) & (newest.c.subject_id == column.subject_id))
            .where(*here, column.waiting == 0, *contained)
            .order_by(column.ended_at.desc(), column.subject, column.subject_id)
        )
        found += connection.execute(ended.limit(most - len(found))).all()
    return [case_of(row) for row in found]


def _has(connection: Connection, sandbox: str, word: str) -> ColumnElement[bool]:
    """The condition that a case contains a word, or concerns a company whose name does."""
    named = (participant.c.sandbox == sandbox, participant.c.name.contains(word, autoescape=True))
    codes = connection.execute(select(participant.c.code).where(*named).limit(MAX_COMPANIES)).scalars().all()
    contains = work_case.c.terms.contains(word, autoescape=True)
    return or_(contains, work_case.c.company.in_(codes)) if codes else contains
