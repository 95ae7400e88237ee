"""Decisions about many cases of the queue at once: one for each ticked case, with an outcome for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from single_window.accounts.people import Person
from single_window.accounts.rights import Lacking
from single_window.cases import questions_shown, waiting_sentences
from single_window.cases.bulk import Ticked, tick
from single_window.cases.bulk_hindrances import (
    Hindrances,
    hindrances_of_cases,
)
from single_window.cases.bulk_reasons import fitting_reason, own_of
from single_window.cases.subjects import DECISION_KINDS
from single_window.clock import system_now
from single_window.context import Context
from single_window.frame import deciding
from single_window.frame.decision_kinds import NOTHING, REASON, Act, DecisionKind, Requested, Subject
from single_window.frame.pages.decision_forms import await_answer, question_of_form, reason_of_form, refusal_words
from single_window.language import phrases
from single_window.language.prepared_reasons import reason_choices, reason_in_words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import NotFound
from single_window.store import case_queue
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.decisions import DecisionState, StoredDecision
from single_window.store.engine import reading
from single_window.store.questioning import ASK
from single_window.work import filing


class DecisionResult(NamedTuple):
    """The outcome of one of many decisions."""

    key: Key
    label: str
    done: bool
    words: Words


class _Chosen(NamedTuple):
    """The choice about many cases: an act of a kind of subject, the value of its prepared reason, what was typed,
    and what is asked; `own_question`: each case has the question that fits why it waits, besides."""

    subject: str
    action: str
    prepared: str
    typed: str
    asked: Mapping[str, Any]
    own_question: bool = False

    @property
    def each_its_own(self) -> bool:
        """True if each case has the prepared reason that fits why it waits."""
        return self.prepared == own_of(self.action)

    def reason_for(self, codes: Collection[str]) -> str:
        """The reason that the declarant of a case reads that waits for these codes: if each has its own, that which
        fits."""
        value = self.prepared
        if self.each_its_own:
            fitting = fitting_reason(reason_choices(self.subject), self.action, codes)
            value = fitting.value if fitting is not None else ""
        return reason_of_form(self.subject, self.action, {"chosen": value, "reason": self.typed})

    def asked_about(self, own: Words | None) -> Mapping[str, Any]:
        """Return the question asked about a case that has this question of its own; None: none fits it."""
        return {**self.asked, "questions": (own.zh, *self.asked["questions"])} if own is not None else self.asked

    def lacks_question(self, own: Words | None) -> bool:
        """True if each case has its own question, none fits this one, and nothing else is asked."""
        return self.own_question and own is None and not (self.asked["questions"] or self.typed.strip())

    def lacks_reason(self, reason: str, act: Act | None) -> bool:
        """True if each case has its own reason, and none fits one that is not decided without."""
        return self.each_its_own and not reason and act is not None and REASON in act.needs


def _chosen(form: MultiDict[str, str], chosen: str) -> _Chosen:
    subject, _, action = chosen.partition(".")
    asked = question_of_form(form, "", f"-{chosen}") if action == ASK else NOTHING
    own_question = action == ASK and own_of(ASK) in form.getlist(f"questions-{chosen}")
    return _Chosen(subject, action, form.get(f"chosen-{chosen}", ""), form.get("reason", ""), asked, own_question)


class _Filed(NamedTuple):
    """A decision that is filed; `own_reason`: of a case that has a reason or question of its own."""

    key: Key
    label: str
    decision: int
    own_reason: str


class _Together(NamedTuple):
    """The inputs of one decision about ticked cases: the choice, the cases that are still as they were listed, why some
    do not allow an act, the codes for which each waits, and the question that fits each."""

    context: Context
    sandbox: str
    who: Person
    name: str
    wanted: _Chosen
    until: int
    listed: Mapping[Key, QueuedCase]
    hindrances: Mapping[Key, Hindrances]
    codes: Mapping[Key, Sequence[str]]
    questions: Mapping[Key, Words]

    def decide(self, case: Ticked) -> _Filed | DecisionResult:
        """File the decision about a case, or say why there is none."""
        label = case.key[1]
        try:
            kind = DECISION_KINDS[self.wanted.subject if case.key[0] == self.wanted.subject else ""]
            found, act = self._found(kind, case)
            label = found.label
            reason = self.wanted.reason_for(self.codes.get(case.key, ()))
            why = self._why_not(case, act, reason)
            return self._file(kind, case, found, reason) if why is None else DecisionResult(case.key, label, False, why)
        except KeyError:
            return DecisionResult(case.key, label, False, phrases.phrase("label", "of_another_kind"))
        except NotFound:
            return DecisionResult(case.key, label, False, phrases.phrase("label", "moved_on"))
        except (Refusal, Lacking) as refused:
            return DecisionResult(case.key, label, False, refused.words)

    def _found(self, kind: DecisionKind, case: Ticked) -> tuple[Subject, Act | None]:
        """The subject of a case, and the act as it allows it now."""
        with reading(self.context.engine) as connection:
            found = kind.by_id(connection, self.sandbox, case.key[1])
            acts = kind.acts(connection, self.sandbox, found)
            return found, next((act for act in acts if act.action == self.wanted.action), None)

    def _why_not(self, case: Ticked, act: Act | None, reason: str) -> Words | None:
        """Why nothing is decided about a case; None: it is."""
        if act is not None and act.vain:
            return act.hindered or phrases.phrase("label", "not_as_things_stand")
        hindered = self.hindrances.get(case.key, {}).get(self.name)
        if hindered is not None or case.key not in self.listed:
            return hindered
        if self.wanted.lacks_reason(reason, act):
            return phrases.phrase("label", "no_reason_fits")
        lacks_question = self.wanted.lacks_question(self.questions.get(case.key))
        return phrases.phrase("label", "no_question_fits") if lacks_question else None

    def _file(self, kind: DecisionKind, case: Ticked, found: Subject, reason: str) -> _Filed:
        wanted, question = self.wanted, self.questions.get(case.key)
        prepared_for = wanted.prepared.partition(".")[0]
        requested = Requested(wanted.action, reason, case.seen, wanted.asked_about(question), prepared_for=prepared_for)
        decided = deciding.decide(self.context, self.sandbox, kind, found, requested, self.who, not_before=self.until)
        own = question.zh if question is not None else reason if wanted.each_its_own else ""
        return _Filed(case.key, found.label, decided.decision, own)


def decide_many(
    context: Context, sandbox: str, cases: Sequence[Ticked], chosen: str, form: MultiDict[str, str], who: Person
) -> list[DecisionResult]:
    """File one decision for each case of the chosen kind (`chosen`: kind of subject, a dot, action), then wait for
    those that are sent at once. Prepared reasons and questions are those of the act, or each case has the one that fits
    why it waits; the rest of the form is shared. Nothing is done about cases of another kind, about those that do not
    allow the act together with others, and about those that changed since they were listed."""
    together = _together(context, sandbox, cases, chosen, form, who)
    results = [together.decide(case) for case in cases]
    return [result for result in results if isinstance(result, DecisionResult)] + [
        _result_of(filed.key, filed.label, await_answer(sandbox, filed.decision), filed.own_reason)
        for filed in results
        if isinstance(filed, _Filed)
    ]


def _together(
    context: Context, sandbox: str, cases: Sequence[Ticked], chosen: str, form: MultiDict[str, str], who: Person
) -> _Together:
    wanted = _chosen(form, chosen)
    until, listed = filing.end_of_undo(context), _as_listed(context, sandbox, cases)
    with reading(context.engine) as connection:
        waiting = list(listed.values())
        return _Together(
            context=context,
            sandbox=sandbox,
            who=who,
            name=chosen,
            wanted=wanted,
            until=until,
            listed=listed,
            hindrances=hindrances_of_cases(connection, sandbox, waiting, who, system_now()),
            codes=waiting_sentences.codes_of(connection, sandbox, waiting) if wanted.each_its_own else {},
            questions=questions_shown.own_questions(connection, sandbox, waiting) if wanted.own_question else {},
        )


def own_questions(connection: Connection, sandbox: str, cases: Sequence[Ticked]) -> Mapping[str, Words]:
    """Return the question that fits what each ticked case waits for, by the value of its box; cases that changed since
    they were listed, or that no prepared question fits, are left out."""
    seen, found = dict(cases), case_queue.of_keys(connection, sandbox, [case.key for case in cases])
    listed = [case for key, case in found.items() if case.version == seen[key]]
    fitting = questions_shown.own_questions(connection, sandbox, listed)
    return {tick(case): fitting[case.key] for case in listed if case.key in fitting}


def _as_listed(context: Context, sandbox: str, cases: Sequence[Ticked]) -> Mapping[Key, QueuedCase]:
    """The ticked cases that are still as they were listed."""
    seen = dict(cases)
    with reading(context.engine) as connection:
        found = case_queue.of_keys(connection, sandbox, list(seen))
    return {key: case for key, case in found.items() if not case.ended_at and case.version == seen[key]}


def _result_of(key: Key, label: str, decided: StoredDecision, own_reason: str) -> DecisionResult:
    """The outcome of a filed decision; `own_reason`: of a case that has a reason of its own, which is told with it."""
    name = {
        DecisionState.DONE: "carried_out",
        DecisionState.PROPOSED: "now_proposed",
        DecisionState.DECLINED: "decline_proposal",
        DecisionState.WITHDRAWN: "now_withdrawn",
    }
    if decided.refused:
        return DecisionResult(key, label, False, refusal_words(decided))
    note = phrases.phrase(
        "label", "decided_undoable" if decided.not_before else name.get(decided.state, "decision_filed")
    )
    said = reason_in_words(own_reason)
    told = Words(f"{note.zh}：{said.zh}", f"{note.en}: {said.en}") if own_reason else note
    return DecisionResult(key, label, True, told)
