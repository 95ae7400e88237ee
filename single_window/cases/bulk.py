"""Decisions about many cases of the queue at once: which acts are offered, and one decision for each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.cases import questions_shown
from single_window.cases.bulk_hindrances import (
    by_subject,
    facts_of,
    hindrance,
    steps_of,
    words_of,
)
from single_window.cases.questions_shown import AskingShown
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame import deciding
from single_window.frame.decision_kinds import REASON, Act, DecisionKind, act_of
from single_window.language.prepared_reasons import ReasonChoice, reason_choices
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import NotFound
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.questioning import ASK
from single_window.store.subjects import PROPOSAL


class BulkForm(NamedTuple):
    """The acts that a person may take about several listed cases of a kind of subject, and the prepared reasons."""

    subject: str
    noun: Words
    acts: Mapping[str, Act]
    choices: Sequence[ReasonChoice]
    asking: AskingShown | None = None
    """The prepared questions, if the declarants of all may be asked at once."""
    by_flow: Mapping[str, Mapping[str, Act]] = {}
    """Act → flow → the act, where the receipts of imports and exports differ."""


class Ticked(NamedTuple):
    """A ticked case, in the version that was listed."""

    key: Key
    seen: int


def tick(case: QueuedCase) -> str:
    """The value of a case's tick box."""
    return f"{case.subject}~{case.subject_id}~{case.version}"


def ticked(values: Sequence[str]) -> list[Ticked]:
    """The cases of ticked boxes; raises `Refusal` for a text that names no version of its case."""
    parts = [value.split("~") for value in values]
    if any(len(part) != 3 or not (part[2].isascii() and part[2].isdigit() and len(part[2]) < 20) for part in parts):
        raise Refusal("version_missing")
    return [Ticked((part[0], part[1]), int(part[2])) for part in parts]


def forms(connection: Connection, sandbox: str, cases: Sequence[QueuedCase], who: Person) -> Sequence[BulkForm]:
    """A form for each kind of subject among the listed cases about which the person may decide: with the acts that the
    page of at least one of these cases offers."""
    made = [
        _form(
            connection,
            sandbox,
            DECISION_KINDS[subject],
            of_kind,
            who,
            _Offers(connection, sandbox, DECISION_KINDS[subject], who),
        )
        for subject, of_kind in by_subject(cases).items()
        if subject in DECISION_KINDS
    ]
    return [form for form in made if form.acts]


class _Offers:
    """The acts that the pages of cases offer a person, each case read at most once, and only when it is asked for."""

    def __init__(self, connection: Connection, sandbox: str, kind: DecisionKind, who: Person) -> None:
        self._connection, self._sandbox, self._kind, self._who = connection, sandbox, kind, who
        self._acts: dict[str, frozenset[str]] = {}

    def has(self, case: QueuedCase, action: str) -> bool:
        """True if the case's page offers an act; False for a case that has gone since it was listed."""
        if case.subject_id not in self._acts:
            self._acts[case.subject_id] = self._read(case)
        return action in self._acts[case.subject_id]

    def _read(self, case: QueuedCase) -> frozenset[str]:
        try:
            subject = self._kind.by_id(self._connection, self._sandbox, case.subject_id)
        except NotFound:
            return frozenset()
        acts = deciding.acts_of_person(self._connection, self._sandbox, self._kind, subject, self._who)
        return frozenset(act.action for act in acts)


def _form(
    connection: Connection,
    sandbox: str,
    kind: DecisionKind,
    cases: Sequence[QueuedCase],
    who: Person,
    offers: _Offers,
) -> BulkForm:
    acts, by_flow = {}, {}
    for action in kind.bulk:
        allowing = [case for case in cases if hindrance(kind, case, action, who) is None]
        case = next((case for case in allowing if offers.has(case, action)), None)
        if case is not None:
            acts[action] = _act(kind, action, case, allowing)
            flows = {other.flow: _act(kind, action, other, allowing) for other in reversed(allowing)}
            if len({each.return_status for each in flows.values()}) > 1:
                by_flow[action] = flows
    choices = [choice for choice in reason_choices(kind.subject) if choice.act in acts]
    asking = questions_shown.for_many(connection, sandbox, kind.subject) if ASK in acts else None
    return BulkForm(kind.subject, kind.noun, acts, choices, asking, by_flow)


def _act(kind: DecisionKind, action: str, case: QueuedCase, allowing: Sequence[QueuedCase]) -> Act:
    """An act as the lifecycle of a case has it, under the name that the kind gives it; with a reason if one of the
    cases that allow it is not decided without. A proposal has no lifecycle."""
    if kind.subject == PROPOSAL:
        return Act(action, words_of(kind, action), needs=(REASON,) if action == "decline" else ())
    step = next(step for step in steps_of(case) if step.action == kind.steps.get(action, action))
    act = act_of(step, action)._replace(words=words_of(kind, action))
    if not any(_needs_reason(kind, action, other) for other in allowing):
        return act
    return act._replace(needs=tuple(dict.fromkeys((*act.needs, REASON))))


def _needs_reason(kind: DecisionKind, action: str, case: QueuedCase) -> bool:
    """True if an act about this case is not taken without a reason, for what it waits for."""
    return rights.reason_needed(kind.subject, action, facts_of(case))
