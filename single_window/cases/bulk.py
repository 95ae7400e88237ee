"""Decisions about many cases of the queue at once: which acts are offered, and one decision for each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.accounts.rights import Lacking
from single_window.cases import questions_shown
from single_window.cases.bulk_hindrances import by_subject, hindrance, steps_of, words_of
from single_window.cases.questions_shown import AskingShown
from single_window.cases.subjects import DECISION_KINDS
from single_window.context import Context
from single_window.frame import deciding
from single_window.frame.decision_kinds import NOTHING, REASON, Act, DecisionKind, Requested, act_of
from single_window.frame.pages.decision_forms import await_answer, question_of_form, reason_of_form, refusal_words
from single_window.frame.pages.prepared_reasons import ReasonChoice, reason_choices
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import NotFound
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.decisions import DecisionState, StoredDecision
from single_window.store.engine import reading
from single_window.store.questioning import ASK
from single_window.store.subjects import PROPOSAL
from single_window.work import filing


class BulkForm(NamedTuple):
    """The acts that a person may take about several listed cases of a kind of subject, and the prepared reasons."""

    subject: str
    noun: Words
    acts: Mapping[str, Act]
    choices: Sequence[ReasonChoice]
    asking: AskingShown | None = None
    """The prepared questions, if the declarants of all may be asked at once."""


class Ticked(NamedTuple):
    """A ticked case, in the version that was listed."""

    key: Key
    seen: int


class DecisionResult(NamedTuple):
    """The outcome of one of many decisions."""

    key: Key
    label: str
    done: bool
    words: Words


def tick(case: QueuedCase) -> str:
    """The value of a case's tick box."""
    return f"{case.subject}~{case.subject_id}~{case.version}"


def ticked(values: Sequence[str]) -> list[Ticked]:
    """The cases of ticked boxes; other texts are left out."""
    parts = [value.split("~") for value in values]
    return [Ticked((part[0], part[1]), int(part[2])) for part in parts if len(part) == 3 and part[2].isdecimal()]


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
    acts = {}
    for action in kind.bulk:
        allowing = [case for case in cases if hindrance(kind, case, action, who) is None]
        case = next((case for case in allowing if offers.has(case, action)), None)
        if case is not None:
            acts[action] = _act(kind, action, case, allowing)
    choices = [choice for choice in reason_choices(kind.subject) if choice.act in acts]
    asking = questions_shown.for_many(connection, sandbox, kind.subject) if ASK in acts else None
    return BulkForm(kind.subject, kind.noun, acts, choices, asking)


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
    facts = rights.CaseFacts(case.state, 0, frozenset(reason.rule for reason in case.reasons))
    return rights.reason_needed(kind.subject, action, facts)


def decide_many(
    context: Context, sandbox: str, cases: Sequence[Ticked], chosen: str, form: MultiDict[str, str], who: Person
) -> list[DecisionResult]:
    """File one decision for each case of the chosen kind (`chosen`: kind of subject, a dot, action), then wait for
    those that are sent at once. Prepared reasons and questions are those of the act; the rest of the form is shared.
    Nothing is done about cases of another kind, and about those that changed since they were listed."""
    subject, _, action = chosen.partition(".")
    prepared = form.get(f"chosen-{chosen}", "")
    texts = {"chosen": prepared, "reason": form.get("reason", "")}
    reason = reason_of_form(subject, action, texts)
    asked = question_of_form(form, "", f"-{chosen}") if action == ASK else NOTHING
    filed: list[tuple[Key, str, int]] = []
    outcomes: list[DecisionResult] = []
    until = filing.end_of_undo(context)
    for case in cases:
        label = case.key[1]
        try:
            kind = DECISION_KINDS[subject if case.key[0] == subject else ""]
            with reading(context.engine) as connection:
                found = kind.by_id(connection, sandbox, case.key[1])
                in_vain = [act for act in kind.acts(connection, sandbox, found) if act.action == action and act.vain]
            label = found.label
            if in_vain:
                why = in_vain[0].hindered or phrases.phrase("label", "not_as_things_stand")
                outcomes.append(DecisionResult(case.key, label, False, why))
                continue
            requested = Requested(action, reason, case.seen, asked, prepared_for=prepared.partition(".")[0])
            decided = deciding.decide(context, sandbox, kind, found, requested, who, not_before=until)
            filed.append((case.key, label, decided.decision))
        except KeyError:
            outcomes.append(DecisionResult(case.key, label, False, phrases.phrase("label", "of_another_kind")))
        except NotFound:
            outcomes.append(DecisionResult(case.key, label, False, phrases.phrase("label", "moved_on")))
        except (Refusal, Lacking) as refused:
            outcomes.append(DecisionResult(case.key, label, False, refused.words))
    return outcomes + [_result_of(key, label, await_answer(sandbox, number)) for key, label, number in filed]


def _result_of(key: Key, label: str, decided: StoredDecision) -> DecisionResult:
    name = {
        DecisionState.DONE: "carried_out",
        DecisionState.PROPOSED: "now_proposed",
        DecisionState.DECLINED: "decline_proposal",
    }
    note = phrases.phrase(
        "label", "decided_undoable" if decided.not_before else name.get(decided.state, "decision_filed")
    )
    return DecisionResult(key, label, not decided.refused, refusal_words(decided) if decided.refused else note)
