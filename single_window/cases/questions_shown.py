"""What pages of cases show of questions to their declarants: those that were asked, with their answers, and what may be
asked now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from single_window.cases.price_at_stake import facts_of_line
from single_window.frame import asking
from single_window.frame.asking import Template
from single_window.frame.decision_kinds import Subject
from single_window.store import case_queue, files, questions
from single_window.store.case_queue import Key
from single_window.store.files import CaseFile
from single_window.store.law_books import law_of
from single_window.store.questions import Question

MOST = 5
"""Questions about a case that its page shows, at most."""
MOST_FILES = 200


class AskingShown(NamedTuple):
    """The questions about a case, newest first, the files of the case by their hash, the prepared questions, and the day
    by which an answer is due unless the officer names another."""

    asked: Sequence[Question]
    files: Mapping[str, CaseFile]
    templates: Sequence[Template]
    due: str


def shown(connection: Connection, sandbox: str, subject: Subject) -> AskingShown:
    """Return what the page of a subject shows of questions."""
    key = (subject.kind, str(subject.id))
    asked = questions.of_case(connection, sandbox, key, MOST)
    of_answers = {sha256 for question in asked for sha256 in question.files.split()}
    kept = files.of_case(connection, sandbox, *key, MOST_FILES) if of_answers else ()
    return AskingShown(
        asked,
        {file.sha256: file for file in kept if file.sha256 in of_answers},
        _templates(connection, sandbox, key),
        asking.default_due(connection, sandbox).isoformat(),
    )


def _templates(connection: Connection, sandbox: str, key: Key) -> Sequence[Template]:
    """The prepared questions about a case, filled with the numbers of the reasons for which it waits."""
    case, law = case_queue.of_keys(connection, sandbox, [key]).get(key), law_of(connection, sandbox)
    reasons = case.reasons if case is not None else ()
    facts: dict[str, str] = {}
    for reason in reasons:
        facts |= facts_of_line(connection, sandbox, case.declaration_id if case else 0, reason, law)
    return asking.templates(key[0], reasons, facts)
