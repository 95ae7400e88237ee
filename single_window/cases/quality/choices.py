"""The acts between which a second officer chooses about a closed case: those that were possible when it was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from gateways.decisions import SubjectKind
from single_window.accounts import rights
from single_window.cases import subjects
from single_window.cases.declarations.cosmetics import waiting_lines
from single_window.cases.declarations.decisions import acts_for
from single_window.cases.declarations.revaluing import COSMETICS
from single_window.frame.asking import fitting_acts
from single_window.frame.decision_kinds import Act, MissingAct, Subject
from single_window.language import phrases
from single_window.language.acts import act_words
from single_window.language.words import Words
from single_window.store import case_queue, questions
from single_window.store import decision_log as decision_log_rows
from single_window.store.decisions import find_decision
from single_window.store.quality_checks import StoredCheck
from single_window.store.questions import QuestionState
from single_window.store.tables import decision_log, tax_bill

MOST_ROWS = 200
"""Decisions about a case among which the first one is looked for: the newest."""
CONCLUDE, FREED = "conclude", "dropped"
"""The act that a short guarantee stands against, and the state of a bill whose reservation was freed."""


def choices(connection: Connection, sandbox: str, check: StoredCheck) -> Mapping[str, Words]:
    """Return action → words, of the acts that an officer could have taken about the case of a check."""
    return {
        act.action: act_words(act.action)
        for act, was_possible in _looked_for(connection, sandbox, check)
        if was_possible
    }


def not_possible_then(connection: Connection, sandbox: str, check: StoredCheck) -> Sequence[MissingAct]:
    """Return the acts that an officer could not have taken then about the case of a check, each with why."""
    why = phrases.phrase("label", "not_as_things_stood")
    return [
        MissingAct(act.action, act_words(act.action), why, True)
        for act, was_possible in _looked_for(connection, sandbox, check)
        if not was_possible
    ]


def _looked_for(connection: Connection, sandbox: str, check: StoredCheck) -> Iterator[tuple[Act, bool]]:
    """The acts of the state in which the case of a check was decided, and whether each was possible."""
    is_covered = _was_covered(connection, sandbox, check)
    for act in _fitting(connection, sandbox, check, _acts(connection, sandbox, check)):
        if rights.rights_to(check.subject, act.action, check.before):
            yield act, not act.vain or (is_covered and act.action == CONCLUDE)


def _acts(connection: Connection, sandbox: str, check: StoredCheck) -> Sequence[Act]:
    """The acts that the case allowed in the state in which it was decided. A list that is closed has forgotten why it
    waited; its case has not."""
    kind = subjects.DECISION_KINDS[check.subject]
    found = _put_back(kind.by_id(connection, sandbox, check.subject_id), check.before)
    if check.subject != SubjectKind.DECLARATION:
        return kind.acts(connection, sandbox, found)
    key = (check.subject, check.subject_id)
    case = case_queue.of_keys(connection, sandbox, [key]).get(key)
    return acts_for(connection, sandbox, found.record, case.reasons if case else ())


def decided_at(connection: Connection, sandbox: str, check: StoredCheck) -> int:
    """Return the instant at which the case was decided; 0 for a case of known answer, which names no decision."""
    if not check.sequence:
        return 0
    chosen = select(decision_log.c.answered_at).where(
        decision_log.c.sandbox == sandbox, decision_log.c.sequence == check.sequence
    )
    return int(connection.execute(chosen).scalar() or 0)


def row_of_first(connection: Connection, sandbox: str, check: StoredCheck) -> int:
    """Return the first row of the log about the decision that closed the case: what stands before it, its officer could
    see, also in the same instant. For a case of known answer, its last decision; 0 if there is none."""
    log = decision_log.c
    about = (log.sandbox == sandbox, log.subject == check.subject, log.subject_id == check.subject_id)
    closing = check.sequence or (
        connection.execute(select(func.max(log.sequence)).where(*about, log.outcome == "done")).scalar() or 0
    )
    decision = select(log.decision_id).where(*about, log.sequence == closing).scalar_subquery()
    first = select(func.min(log.sequence)).where(*about, log.decision_id == decision)
    return int(connection.execute(first).scalar() or closing)


def _put_back(subject: Subject, state: str) -> Subject:
    """The subject in the state in which it was decided."""
    return subject._replace(state=state, record=_in_state(subject.record, state))


def _in_state(record: Any, state: str) -> Any:
    if is_dataclass(record) and not isinstance(record, type) and hasattr(record, "state"):
        return replace(record, state=state)
    if "state" in getattr(record, "_fields", ()) and hasattr(record, "_replace"):
        return record._replace(state=state)
    return record


def _fitting(connection: Connection, sandbox: str, check: StoredCheck, acts: Sequence[Act]) -> Sequence[Act]:
    """Those of the acts that fit to whether a question to the declarant was open then."""
    instant = decided_at(connection, sandbox, check)
    decided = (
        each
        for each in questions.of_case(connection, sandbox, (check.subject, check.subject_id))
        if each.state is QuestionState.DECIDED and (not instant or each.asked_at <= instant <= each.closed_at)
    )
    return fitting_acts(acts, next(decided, None))


def _was_covered(connection: Connection, sandbox: str, check: StoredCheck) -> bool:
    """True if the guarantee of a list covers its tax by now: whatever is left of it, nothing was short."""
    if check.subject != SubjectKind.DECLARATION:
        return False
    chosen = select(tax_bill.c.state).where(
        tax_bill.c.sandbox == sandbox, tax_bill.c.declaration_id == int(check.subject_id)
    )
    return connection.execute(chosen).scalar() not in (None, FREED)


def cosmetics_to_decide(connection: Connection, sandbox: str, check: StoredCheck) -> tuple[str, ...]:
    """Return the lines of cosmetics of which the first officer had to decide, whatever he did."""
    key = (check.subject, check.subject_id)
    case = case_queue.of_keys(connection, sandbox, [key]).get(key)
    return waiting_lines(case.reasons) if case else ()


def cosmetics_of_first(connection: Connection, sandbox: str, check: StoredCheck, row: int) -> Mapping[str, str]:
    """Return what the first officer decided of each line of cosmetics, in the row of the log that closed the case."""
    key = (check.subject, check.subject_id)
    entries = decision_log_rows.of_subjects(connection, sandbox, [key], (), MOST_ROWS)
    numbers = (entry.decision_id for entry in entries if entry.sequence == row)
    decided = find_decision(connection, sandbox, next(numbers, 0))
    found: Mapping[str, str] = decided.details.get(COSMETICS, {}) if decided is not None else {}
    return found


def decides_as_first(connection: Connection, sandbox: str, check: StoredCheck, said: Mapping[str, str]) -> bool:
    """True if this is what the first officer decided of cosmetics, or he decided nothing of them."""
    first = cosmetics_of_first(connection, sandbox, check, row_of_first(connection, sandbox, check))
    return said == first or not first
