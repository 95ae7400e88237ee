"""Effects of a gateway's commit on questions to declarants: asked, reminded, taken back, left behind.

A gateway only sends the receipt of an act that asks. The question is a row of the window, written in the same commit,
so that it is there exactly if the declarant has been asked. Never commits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from declarations.calendar import DAY, day_of, instant_of
from declarations.working_days import add_working_days
from gateways.records import DecisionAnswer
from single_window.messaging.topology import QUESTION_DUE
from single_window.store import alerts, decision_log, questions
from single_window.store.bulk import insert_rows, of_sandbox, on_sqlite, one_of
from single_window.store.case_queue import Key
from single_window.store.desks import NEVER, desk_of
from single_window.store.law_books import law_of
from single_window.store.numbering import ROWS, Numbering
from single_window.store.questions import Question, QuestionState
from single_window.store.subjects_of_questions import asked_subject, document_version
from single_window.store.tables import deadline, decision, work_case
from single_window.store.work_cases import Changed

ASK, REMIND, WITHDRAW = "ask", "remind", "withdraw"
ACTS = frozenset({ASK, REMIND, WITHDRAW})
_DEADLINE = ("id", "sandbox", "due", "kind", "queue", "subject")


class Asking(NamedTuple):
    """A decision of a batch that was carried out and is about a question."""

    id: int
    key: Key
    action: str
    reason: str
    by: str
    details: Mapping[str, Any]


class Carried(NamedTuple):
    """Decisions about questions that a batch has carried out, and when the cases that they ask about were due."""

    decisions: Sequence[Asking] = ()
    case_due: Mapping[Key, int] = {}


def carried_out(connection: Connection, sandbox: str, answers: Sequence[DecisionAnswer]) -> Carried:
    """The decisions about questions among those that a batch has answered; read before cases change."""
    done = [answer.decision_id for answer in answers if not answer.refused and answer.decision_id]
    if not done:
        return Carried()
    columns = [decision.c[name] for name in ("id", "subject", "subject_id", "action", "reason", "by", "details")]
    rows = connection.execute(
        select(*columns)
        .where(
            of_sandbox(on_sqlite(connection), decision, sandbox),
            decision.c.state == "filed",
            decision.c.action.in_(sorted(ACTS)),
            one_of(connection, decision.c.id, done),
        )
        .order_by(decision.c.id)
    )
    found = [
        Asking(row.id, (row.subject, row.subject_id), row.action, row.reason, row.by, _details(row.details))
        for row in rows
    ]
    asked = [asking.key for asking in found if asking.action == ASK]
    return Carried(found, questions.due_of_cases(connection, sandbox, asked))


def leave_behind(connection: Connection, sandbox: str, changed: Changed, carried: Carried, now: int) -> None:
    """End the questions about changed subjects that went into another state or were declared anew; reads nothing
    where nothing changed. Called before cases follow their subjects."""
    subjects = {(str(kind), _id(subject)): subject for kind, some in changed.items() for subject in some}
    if not subjects or not questions.any_unsettled(connection, sandbox):
        return
    withdrawn = {asking.key for asking in carried.decisions if asking.action == WITHDRAW}
    for asked in questions.unsettled(connection, sandbox, list(subjects)):
        state = _left(asked, subjects[asked.key], asked.key in withdrawn)
        if state is not None:
            questions.settle(connection, sandbox, asked, state, now)
            questions.close(connection, sandbox, [asked], now)


def _left(asked: Question, subject: Any, withdrawn: bool) -> QuestionState | None:
    if withdrawn:
        return QuestionState.WITHDRAWN
    if document_version(subject) != asked.document_version:
        return QuestionState.SUPERSEDED
    return QuestionState.DECIDED if subject.state != asked.asked_in else None


def follow(connection: Connection, numbering: Numbering, sandbox: str, carried: Carried, now: int) -> None:
    """Write what decisions about questions bring about. Called when cases and decisions are written."""
    for asking in carried.decisions:
        if asking.action == ASK:
            _ask(connection, numbering, sandbox, asking, carried.case_due.get(asking.key, 0), now)
        elif asking.action == REMIND:
            questions.remind(connection, sandbox, asking.key, now)
        else:
            _withdraw(connection, sandbox, asking.key, now)


def _ask(connection: Connection, numbering: Numbering, sandbox: str, asking: Asking, case_due: int, now: int) -> None:
    kind, subject_id = asking.key
    subject, case = asked_subject(connection, sandbox, asking.key), _case(connection, sandbox, asking.key)
    if subject is None or case is None:  # the same batch has decided further
        return
    _withdraw(connection, sandbox, asking.key, now)
    due = _end_of(str(asking.details.get("due", "")) or default_due(connection, sandbox, day_of(now)).isoformat())
    desk = desk_of(kind, subject.state, case.kind)
    asked = Question(
        id=asking.id,
        subject=kind,
        subject_id=subject_id,
        mailbox=subject.mailbox,
        number=case.number,
        company=case.company,
        asked_in=subject.state,
        document_version=subject.document_version,
        state=QuestionState.OPEN,
        text=asking.reason,
        returns=str(asking.details.get("returns", "")),
        silence=str(asking.details.get("silence", "")),
        by=asking.by,
        asked_at=now,
        due=due,
        case_due=case_due if case_due not in (0, NEVER) else desk.due(now) if desk else now + DAY,
        reminders=0,
        reminded_at=0,
        answer="",
        files="",
        answered_by="",
        answered_at=0,
        closed_at=0,
    )
    questions.add(connection, sandbox, asked)
    _add_deadline(connection, numbering, sandbox, asked)


def _add_deadline(connection: Connection, numbering: Numbering, sandbox: str, asked: Question) -> None:
    number = numbering.take(ROWS, "row", 1)[0]
    row_of_deadline = (number, sandbox, asked.due, QUESTION_DUE.topic, QUESTION_DUE.queue, f"[{asked.id}]")
    insert_rows(connection, deadline, _DEADLINE, [row_of_deadline])


def fall_silent(connection: Connection, sandbox: str, numbers: Sequence[int], now: int) -> None:
    """End the questions whose day has passed without an answer."""
    for number in numbers:
        asked = questions.find(connection, sandbox, number)
        if asked is not None and asked.is_open and asked.due <= now:
            questions.settle(connection, sandbox, asked, QuestionState.SILENT, now, answered_at=now)
            by = ("system", "system")
            outcome = decision_log.UNANSWERED
            row = decision_log.append_notes(connection, sandbox, [asked.key], outcome, by, asked.text, now)
            alerts.add(connection, sandbox, {asked.by}, asked.key, row)


def default_due(connection: Connection, sandbox: str, today: date) -> date:
    """The day by which an answer is due if a decision names none, by the law of the sandbox."""
    days = law_of(connection, sandbox).on("windows.question_days", today).amount
    return add_working_days(today, int(days)).day


def _end_of(day: str) -> int:
    """The end of a day, as 2026-12-04."""
    return instant_of(date.fromisoformat(day)) + DAY


def _withdraw(connection: Connection, sandbox: str, key: Key, now: int) -> None:
    """End what was asked about a case before, with which nobody is concerned any more."""
    earlier = questions.unsettled(connection, sandbox, [key])
    for asked in earlier:
        questions.settle(connection, sandbox, asked, QuestionState.WITHDRAWN, now)
    questions.close(connection, sandbox, earlier, now)


def _case(connection: Connection, sandbox: str, key: Key) -> Any:
    """The number, company and kind of a case that waits; None if it does not."""
    case = work_case.c
    own = (case.sandbox == sandbox, case.subject == key[0], case.subject_id == key[1], case.waiting > 0)
    return connection.execute(select(case.number, case.company, case.kind).where(*own)).one_or_none()


def _details(text: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = msgspec.json.decode(text) if text else {}
    return found


def _id(subject: Any) -> str:
    return str(getattr(subject, "id", None) or subject.code)
