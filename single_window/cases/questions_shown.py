"""Questions to declarants as pages of cases show them: those that were asked, with their answers, and what may be
asked now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.reasons import Reason
from single_window.cases import waiting_sentences
from single_window.cases.price_at_stake import facts_of_line
from single_window.frame import asking
from single_window.frame.asking import Template
from single_window.frame.decision_kinds import Subject
from single_window.language.words import Words
from single_window.store import case_queue, questions
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.law_books import law_of
from single_window.store.questions import Question

MOST = 5
"""Questions about a case that its page shows, at most."""


class AskingShown(NamedTuple):
    """The questions about a case, newest first, the prepared questions, the day by which an answer is due unless the
    officer names another, and what may happen without one."""

    asked: Sequence[Question]
    templates: Sequence[Template]
    due: str
    silences: Sequence[str] = asking.SILENCES


def shown(connection: Connection, sandbox: str, subject: Subject) -> AskingShown:
    """Return what the page of a subject shows of questions."""
    key = (subject.kind, str(subject.id))
    due = asking.default_due(connection, sandbox).isoformat()
    asked = questions.of_case(connection, sandbox, key, MOST)
    return AskingShown(asked, _templates(connection, sandbox, key), due, asking.silences(subject.kind))


def for_many(connection: Connection, sandbox: str, subject: str) -> AskingShown:
    """Return the questions that fit all cases of a kind, for several at once: first those that a single case asks with
    its numbers."""
    templates = (*asking.templates(f"{subject}.many", (), {}), *asking.templates(subject, (), {}))
    return AskingShown((), templates, asking.default_due(connection, sandbox).isoformat())


def own_questions(connection: Connection, sandbox: str, cases: Sequence[QueuedCase]) -> Mapping[Key, Words]:
    """Return of each of these cases the prepared question about what it waits for, with its numbers: the one that its
    page offers first. Cases that no such question fits are left out."""
    reasons = waiting_sentences.reasons_of(connection, sandbox, cases)
    found = {case.key: _about(connection, sandbox, case, reasons[case.key]) for case in cases}
    codes = {key: {reason.rule for reason in own} for key, own in reasons.items()}
    return {key: own[0].words for key, own in found.items() if own and own[0].name in codes[key]}


def _templates(connection: Connection, sandbox: str, key: Key) -> Sequence[Template]:
    """The prepared questions about a case, filled with the numbers of the reasons for which it waits."""
    case = case_queue.of_keys(connection, sandbox, [key]).get(key)
    if case is None:
        return asking.templates(key[0], (), {})
    return _about(connection, sandbox, case, waiting_sentences.reasons_of(connection, sandbox, [case])[key])


def _about(connection: Connection, sandbox: str, case: QueuedCase, reasons: Sequence[Reason]) -> Sequence[Template]:
    law, facts = law_of(connection, sandbox), dict[str, str]()
    for reason in reasons:
        facts |= facts_of_line(connection, sandbox, case.declaration_id, reason, law)
    return asking.templates(case.subject, reasons, facts)
