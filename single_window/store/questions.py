"""Questions of officers to declarants: rows read and written; what brings them about is in `questioning`. Never
commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, select, update

from single_window.store import held_cases
from single_window.store.bulk import insert_rows, pair_of
from single_window.store.case_queue import WITH_TRADER, Key
from single_window.store.tables import question, work_case


class QuestionState(StrEnum):
    """The state of a question. It is open until it is answered, its day has passed (`silent`), the declarant sent a
    newer message (`superseded`), or an officer took it back (`withdrawn`) or decided without an answer (`decided`)."""

    OPEN = "open"
    ANSWERED = "answered"
    SILENT = "silent"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"


class Question(NamedTuple):
    """A question. `mailbox`: that of the declarant, whose it is; `number` and `company`: of the case; `asked_in`: the
    state of the subject since; `text`: as the receipt has it; `returns`: what should come back; `silence`: what
    happens otherwise. `due`: until when, and `case_due`: when its case was due, instants of the sandbox. `files`: of
    the answer, SHA-256, by blanks. `closed_at`: when the officers were through with it."""

    id: int
    subject: str
    subject_id: str
    mailbox: str
    number: str
    company: str
    asked_in: str
    document_version: int
    state: QuestionState
    text: str
    returns: str
    silence: str
    by: str
    asked_at: int
    due: int
    case_due: int
    reminders: int
    reminded_at: int
    answer: str
    files: str
    answered_by: str
    answered_at: int
    closed_at: int

    @property
    def key(self) -> Key:
        """The key of its case."""
        return self.subject, self.subject_id

    @property
    def announces_refusal(self) -> bool:
        """True if the declarant was told that his case is refused without an answer, and no answer came."""
        return self.state is QuestionState.SILENT and self.silence == "refuse" and not self.closed_at

    @property
    def is_open(self) -> bool:
        """True while the declarant is to answer."""
        return self.state is QuestionState.OPEN


_COLUMNS = [question.c[name] for name in Question._fields]
_INSERTED = ("sandbox", *Question._fields)


def add(connection: Connection, sandbox: str, asked: Question) -> None:
    """Insert a question, take its case out of the queue, and hold the deadlines of its subject."""
    insert_rows(connection, question, _INSERTED, [(sandbox, *asked)])
    case = _case_of(sandbox, asked.key, 1)
    connection.execute(update(work_case).where(*case).values(waiting=WITH_TRADER, assignee="", lease_until=0))
    held_cases.hold(connection, sandbox, asked.subject_id, asked.text, held_cases.QUESTION)


def find(connection: Connection, sandbox: str, number: int) -> Question | None:
    """A question by its id."""
    row = connection.execute(select(*_COLUMNS).where(question.c.sandbox == sandbox, question.c.id == number)).first()
    return None if row is None else _question(row)


def of_case(connection: Connection, sandbox: str, key: Key, most: int = 20) -> list[Question]:
    """The newest questions about a case, newest first."""
    chosen = select(*_COLUMNS).where(*_about(sandbox, key)).order_by(question.c.id.desc()).limit(most)
    return [_question(row) for row in connection.execute(chosen)]


def open_about(connection: Connection, sandbox: str, key: Key) -> Question | None:
    """The open question about a case; there is one at most."""
    row = connection.execute(select(*_COLUMNS).where(*_about(sandbox, key), question.c.state == "open")).first()
    return None if row is None else _question(row)


def any_unsettled(connection: Connection, sandbox: str) -> bool:
    """True if the officers of a sandbox are not through with some question."""
    chosen = select(question.c.id).where(question.c.sandbox == sandbox, question.c.closed_at == 0).limit(1)
    return connection.execute(chosen).first() is not None


def unsettled(connection: Connection, sandbox: str, keys: Collection[Key]) -> list[Question]:
    """The questions about these cases with which the officers are not through."""
    if not keys:
        return []
    about = pair_of(connection, (question.c.subject, question.c.subject_id), list(keys))
    chosen = select(*_COLUMNS).where(question.c.sandbox == sandbox, question.c.closed_at == 0, about)
    return [_question(row) for row in connection.execute(chosen)]


def page(
    connection: Connection,
    sandbox: str,
    mailboxes: Collection[str] | None,
    before: int = 0,
    most: int = 100,
    state: str = "",
) -> list[Question]:
    """Questions to the owners of these mailboxes (None: to all), newest first; `before`: ids below it."""
    where = [question.c.sandbox == sandbox]
    where += [question.c.mailbox.in_(mailboxes)] if mailboxes is not None else []
    where += [question.c.id < before] if before else []
    where += [question.c.state == state] if state else []
    chosen = select(*_COLUMNS).where(*where).order_by(question.c.id.desc()).limit(most)
    return [_question(row) for row in connection.execute(chosen)]


def answerable(connection: Connection, sandbox: str, mailboxes: Collection[str] | None, most: int) -> list[Question]:
    """Questions to the owners of these mailboxes (None: to all) that still take an answer, the earliest due first."""
    where = [question.c.sandbox == sandbox, question.c.state.in_(("open", "silent")), question.c.closed_at == 0]
    where += [question.c.mailbox.in_(mailboxes)] if mailboxes is not None else []
    chosen = select(*_COLUMNS).where(*where).order_by(question.c.due, question.c.id).limit(most)
    return [_question(row) for row in connection.execute(chosen)]


def came_back(connection: Connection, sandbox: str, desks: Collection[str], most: int) -> list[Question]:
    """Answered questions, and those without an answer in time, whose cases wait at these desks; newest first."""
    chosen = (
        select(*_COLUMNS)
        .join(work_case, _same_case())
        .where(question.c.sandbox == sandbox, question.c.state.in_(("answered", "silent")), question.c.closed_at == 0)
        .where(work_case.c.desk.in_(desks), work_case.c.waiting == 1)
        .order_by(question.c.answered_at.desc(), question.c.id)
    )
    return [_question(row) for row in connection.execute(chosen.limit(most))]


def remind(connection: Connection, sandbox: str, key: Key, now: int) -> None:
    """Count a reminder of the open question about a case."""
    values = {"reminders": question.c.reminders + 1, "reminded_at": now}
    connection.execute(update(question).where(*_about(sandbox, key), question.c.state == "open").values(values))


def settle(
    connection: Connection, sandbox: str, asked: Question, state: QuestionState, now: int, **values: Any
) -> bool:
    """Compare-and-set: end an open question at the sandbox's instant `now`, and give its case back to the queue, due
    as much later as it was with the declarant; False if it is not open any more. Nothing goes on by itself before the
    officers are through with it."""
    changed = connection.execute(
        update(question)
        .where(question.c.sandbox == sandbox, question.c.id == asked.id, question.c.state == "open")
        .values(state=state, **values)
    )
    if not changed.rowcount:
        return False
    due = asked.case_due + now - asked.asked_at
    case = _case_of(sandbox, asked.key, WITH_TRADER)
    connection.execute(update(work_case).where(*case).values(waiting=1, due=due))
    return True


def take_answer(
    connection: Connection, sandbox: str, asked: Question, now: int, answer: str, files: str, by: str
) -> None:
    """Store the answer to a question that is open, or was left without one until now."""
    values = {"answer": answer, "files": files, "answered_by": by, "answered_at": now}
    if not settle(connection, sandbox, asked, QuestionState.ANSWERED, now, **values):
        own = (question.c.sandbox == sandbox, question.c.id == asked.id, question.c.closed_at == 0)
        connection.execute(update(question).where(*own).values(state=QuestionState.ANSWERED, **values))


def close(connection: Connection, sandbox: str, asked: Sequence[Question], now: int) -> None:
    """Note that the officers are through with questions that are not open, and let the deadlines of their subjects be
    due as much later as these have waited."""
    for one in asked:
        own = (question.c.sandbox == sandbox, question.c.id == one.id, question.c.closed_at == 0)
        if connection.execute(update(question).where(*own).values(closed_at=now)).rowcount:
            held_cases.resume(connection, sandbox, one.subject_id, now, now - one.asked_at)


def remove(connection: Connection, sandbox: str, subject: str, ids: Collection[str]) -> None:
    """Delete the questions about these cases."""
    of_cases = (question.c.sandbox == sandbox, question.c.subject == subject, question.c.subject_id.in_(ids))
    connection.execute(question.delete().where(*of_cases))


def due_of_cases(connection: Connection, sandbox: str, keys: Collection[Key]) -> Mapping[Key, int]:
    """The due instants of cases that wait at desks."""
    if not keys:
        return {}
    about = pair_of(connection, (work_case.c.subject, work_case.c.subject_id), list(keys))
    rows = connection.execute(
        select(work_case.c.subject, work_case.c.subject_id, work_case.c.due).where(
            work_case.c.sandbox == sandbox, work_case.c.waiting == 1, about
        )
    )
    return {(row.subject, row.subject_id): row.due for row in rows}


def _about(sandbox: str, key: Key) -> Sequence[ColumnElement[bool]]:
    return (question.c.sandbox == sandbox, question.c.subject == key[0], question.c.subject_id == key[1])


def _case_of(sandbox: str, key: Key, waiting: int) -> Sequence[ColumnElement[bool]]:
    case = work_case.c
    return (case.sandbox == sandbox, case.subject == key[0], case.subject_id == key[1], case.waiting == waiting)


def _same_case() -> ColumnElement[bool]:
    names = ("sandbox", "subject", "subject_id")
    first, *others = [work_case.c[name] == question.c[name] for name in names]
    for other in others:
        first = first & other
    return first


def _question(row: Any) -> Question:
    return Question._make(row)._replace(state=QuestionState(row.state))
