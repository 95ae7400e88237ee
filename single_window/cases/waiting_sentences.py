"""Returns sentences that tell officers why a case waits at their desk, from the reasons stored with it; nothing is
decided here.

Some cases have no stored reasons: a list that was drawn for inspection, a claim in review. Their sentence comes from
the last step of their timeline that led into their present state.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, select

from declarations.documents import DOCUMENTS, unpack
from declarations.reasons import Reason
from schemas.remedies import remedy
from single_window.cases import proposed
from single_window.cases.steps_here import steps_of, told_by_steps, without_acts
from single_window.cases.why_facts import facts_of
from single_window.language import phrases, sentences
from single_window.language.company_names import short_name
from single_window.language.sentences import Why
from single_window.language.words import Words
from single_window.store import case_queue, quality_checks, questions
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.law_books import law_of
from single_window.store.participants import company_names
from single_window.store.subjects import PROPOSAL, QUALITY_CHECK
from single_window.store.tables import document, request

ROOM_IN_ROW = 130
"""Characters of sentences in a row of the queue, at most, in either language; the first is told whatever it takes."""
STEPPED_INTO = frozenset({"under_inspection", "detained", "suspended"})
"""States whose last step tells more than the reasons that were stored before it."""
WHOLE = 300
"""Characters of what is proposed, and why, in a row of the queue: a second officer reads it whole."""
MOST_OF_ANSWER = 40
"""Characters of an answer in a row of the queue."""
KeyT = TypeVar("KeyT")
COMPANIES = frozenset({"assure_code", "platform", "agent_code"})
"""Values of reasons that are codes of companies."""


class RowWhy(NamedTuple):
    """Why a case waits, as far as a row has room: sentences in short forms, and how many more its page tells."""

    told: tuple[Words, ...]
    more: int


def whys_of(connection: Connection, sandbox: str, key: Key, stored: Sequence[Reason] = ()) -> tuple[Why, ...]:
    """Return why the case of a subject (kind, id) waits: a sentence for each reason, with the law beside it. Of a case
    that is settled, why it waited last; empty if it never did. `stored`: the reasons kept with the subject, for a
    waiting case that has none."""
    case = case_queue.of_keys(connection, sandbox, [key]).get(key)
    if case is None:
        return ()
    return tuple(
        why._replace(settled_at=case.ended_at)
        for why in _whys_of(connection, sandbox, case, () if case.ended_at else stored)
    )


def _whys_of(connection: Connection, sandbox: str, case: QueuedCase, stored: Sequence[Reason]) -> tuple[Why, ...]:
    reasons = reasons_of(connection, sandbox, [case])[case.key] or stored
    law = law_of(connection, sandbox)
    whys = [sentences.why(reason, law, facts_of(connection, sandbox, case, reason, law)) for reason in reasons]
    if whys and case.subject != PROPOSAL:
        return tuple(whys)
    of_state = sentences.of_case(case.kind, case.state, _facts_of_request(connection, case))
    sentence = proposed.told(connection, sandbox, [case]).get(case.key, of_state)
    return (Why("", sentence, sentence, ()), *whys)


def rows_of(connection: Connection, sandbox: str, cases: Sequence[QueuedCase]) -> Mapping[Key, RowWhy]:
    """Return why each of these cases waits, in short forms for its row of the queue. Reasons that only inform, such as
    the rate at which an amount was converted, stand on its page alone where others ask for something."""
    reasons, answers = reasons_of(connection, sandbox, cases), _answers(connection, sandbox, cases)
    proposals = proposed.told(connection, sandbox, cases)
    return {
        case.key: _with_room(
            answers.get(case.key, ())
            + ((sentences.shortened(proposals[case.key], WHOLE),) if case.key in proposals else ())
            + (
                tuple(map(sentences.short, _asking(reasons[case.key])))
                or (() if case.key in proposals else (sentences.shortened(sentences.of_case(case.kind, case.state)),))
            )
        )
        for case in cases
    }


def _asking(reasons: Sequence[Reason]) -> Sequence[Reason]:
    """Reasons without those that only inform; all, where there are no others."""
    return [reason for reason in reasons if remedy(reason.rule).zh] or reasons


def _with_room(every: tuple[Words, ...]) -> RowWhy:
    lengths = accumulate(max(len(words.zh), len(words.en)) for words in every)
    fitting = max(1, sum(length <= ROOM_IN_ROW for length in lengths))
    return RowWhy(every[:fitting], len(every[fitting:]))


def _answers(connection: Connection, sandbox: str, cases: Sequence[QueuedCase]) -> Mapping[Key, tuple[Words, ...]]:
    """Return what came back to questions about these cases: the answer, or that there is none."""
    asked = questions.unsettled(connection, sandbox, [case.key for case in cases])
    return {question.key: (_came_back(question),) for question in asked if not question.is_open}


def _came_back(asked: questions.Question) -> Words:
    state = phrases.phrase("question_state", asked.state)
    said = f"“{asked.answer[:MOST_OF_ANSWER]}”" if asked.answer else ""
    return Words(f"{state.zh}{said}", f"{state.en.capitalize()} {said}".rstrip())


def codes_of(connection: Connection, sandbox: str, cases: Collection[QueuedCase]) -> Mapping[Key, Sequence[str]]:
    """Return the codes of the reasons for which each of these cases waits, as its page tells them."""
    stored = _stored_reasons(connection, sandbox, cases)
    return {key: [reason.rule for reason in reasons] for key, reasons in stored.items()}


def reasons_of(connection: Connection, sandbox: str, cases: Collection[QueuedCase]) -> Mapping[Key, tuple[Reason, ...]]:
    """The reasons for which cases wait, with companies by their names."""
    return named_reasons(connection, sandbox, _stored_reasons(connection, sandbox, cases))


def named_reasons(
    connection: Connection, sandbox: str, stored: Mapping[KeyT, Sequence[Reason]]
) -> dict[KeyT, tuple[Reason, ...]]:
    """Return reasons, whatever they are stored by, with companies by their names."""
    every = [reason for reasons in stored.values() for reason in reasons]
    codes = {reason.values[name] for reason in every for name in COMPANIES & reason.values.keys()}
    names = company_names(connection, sandbox, codes)
    return {key: tuple(_named(reason, names) for reason in reasons) for key, reasons in stored.items()}


def _named(reason: Reason, names: Mapping[str, str]) -> Reason:
    """A reason whose companies are told by name and code; those that are not registered, by their code."""
    known = {blank: code for blank in COMPANIES & reason.values.keys() if (code := reason.values[blank]) in names}
    if not known:
        return reason
    named = {blank: f"{short_name(names[code])} {code}" for blank, code in known.items()}
    return reason._replace(values={**reason.values, **named})


def _stored_reasons(
    connection: Connection, sandbox: str, cases: Collection[QueuedCase]
) -> Mapping[Key, tuple[Reason, ...]]:
    """The reasons stored with cases, or those of their last step. Requests have neither: the company's own words are
    shown (`_facts_of_request`)."""
    cases = _as_decided(connection, sandbox, cases)
    without = [case for case in cases if case.subject != "request" and (not case.reasons or case.state in STEPPED_INTO)]
    steps = steps_of(connection, sandbox, without)
    blind = without_acts(steps)
    of_steps = {
        case.key: _by_the_system(told_by_steps(case, blind))
        if case.subject == QUALITY_CHECK
        else told_by_steps(case, steps)
        for case in without
    }
    return {case.key: of_steps.get(case.key) or case.reasons for case in cases}


def _as_decided(connection: Connection, sandbox: str, cases: Collection[QueuedCase]) -> Sequence[QueuedCase]:
    """Return cases, those of quality checks in the state in which what they check was decided, to which its steps led,
    and without what officers had written about it."""
    checks = [case.subject_id for case in cases if case.subject == QUALITY_CHECK]
    before = quality_checks.states_before(connection, sandbox, checks)
    return [
        case._replace(state=before.get(case.subject_id, case.state), reasons=_by_the_system(case.reasons))
        if case.subject == QUALITY_CHECK
        else case
        for case in cases
    ]


def _by_the_system(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    return tuple(reason for reason in reasons if "reason" not in reason.values)


def _facts_of_request(connection: Connection, case: QueuedCase) -> Mapping[str, str]:
    """Return what a company wrote as the reason of its request."""
    if case.subject != "request":
        return {}
    row = connection.execute(
        select(document.c.kind, document.c.facts)
        .join(request, request.c.document_id == document.c.id)
        .where(request.c.id == int(case.subject_id))
    ).first()
    said = getattr(unpack(DOCUMENTS[row.kind], row.facts), "reason", "") if row is not None else ""
    return {"reason": said} if said else {}
