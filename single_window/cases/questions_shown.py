"""Questions to declarants as pages of cases show them: those that were asked, with their answers, and what may be
asked now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from single_window.cases.price_at_stake import facts_of_line
from single_window.frame import asking
from single_window.frame.asking import Template
from single_window.frame.decision_kinds import Subject
from single_window.store import case_queue, questions
from single_window.store.case_queue import Key
from single_window.store.law_books import law_of
from single_window.store.questions import Question

MOST = 5
"""Questions about a case that its page shows, at most."""


class AskingShown(NamedTuple):
    """The questions about a case, newest first, the prepared questions, and the day by which an answer is due unless
    the officer names another."""

    asked: Sequence[Question]
    templates: Sequence[Template]
    due: str


def shown(connection: Connection, sandbox: str, subject: Subject) -> AskingShown:
    """Return what the page of a subject shows of questions."""
    key = (subject.kind, str(subject.id))
    due = asking.default_due(connection, sandbox).isoformat()
    return AskingShown(questions.of_case(connection, sandbox, key, MOST), _templates(connection, sandbox, key), due)


def for_many(connection: Connection, sandbox: str, subject: str) -> AskingShown:
    """Return the questions that fit all cases of a kind, for several at once: first those that a single case asks with
    its numbers."""
    templates = (*asking.templates(f"{subject}.many", (), {}), *asking.templates(subject, (), {}))
    return AskingShown((), templates, asking.default_due(connection, sandbox).isoformat())


def _templates(connection: Connection, sandbox: str, key: Key) -> Sequence[Template]:
    """The prepared questions about a case, filled with the numbers of the reasons for which it waits."""
    case, law = case_queue.of_keys(connection, sandbox, [key]).get(key), law_of(connection, sandbox)
    reasons = case.reasons if case is not None else ()
    facts: dict[str, str] = {}
    for reason in reasons:
        facts |= facts_of_line(connection, sandbox, case.declaration_id if case else 0, reason, law)
    return asking.templates(key[0], reasons, facts)
