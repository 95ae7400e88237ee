"""Decides about a subject of any kind: checks the version seen, the possible acts and their needs, then files the
decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.reasons import clean_typed_text
from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.context import Context
from single_window.frame import asking
from single_window.frame.decision_kinds import REASON, Act, DecisionKind, Requested, Subject
from single_window.language import phrases
from single_window.language.acts import act_words
from single_window.language.refusal import Refusal, demand_plain_words
from single_window.language.words import Words
from single_window.store import deferred
from single_window.store.decisions import StoredDecision, decisions_about
from single_window.store.engine import reading
from single_window.store.questioning import ACTS as QUESTIONS
from single_window.store.subjects import office_of
from single_window.work import filing

MOVED_ON = "moved_on"
CONFLICTS = frozenset(
    {
        MOVED_ON,
        "overtaken",
        "held_by_another",
        "held_for_good",
        "already_proposed",
        "proposed_just_now",
        "already_decided",
        "decided_just_now",
        "not_waiting",
        "key_used",
    }
)
"""Refusals which mean that the subject has changed or somebody else deals with it: read it again."""


class Filed(NamedTuple):
    """A filed decision, or a settled proposal; `subject` is its state before."""

    subject: Subject
    action: str
    decision: int


def find(context: Context, sandbox: str, kind: DecisionKind, number: str) -> Subject:
    """The subject that a number names, in its current state; raises `NotFound`, or `Refusal` if there are several."""
    with reading(context.engine) as connection:
        return kind.find(connection, sandbox, number)


def acts_now(connection: Connection, sandbox: str, kind: DecisionKind, subject: Subject) -> Sequence[Act]:
    """The acts that are possible about a subject now: none while its last decision can still be taken back."""
    if deferred.about(connection, sandbox, subject.kind, subject.id):
        return ()
    return _acts(connection, sandbox, kind, subject)


def _acts(connection: Connection, sandbox: str, kind: DecisionKind, subject: Subject) -> Sequence[Act]:
    return asking.may_ask(connection, sandbox, subject, kind.acts(connection, sandbox, subject))


def acts_of_person(
    connection: Connection, sandbox: str, kind: DecisionKind, subject: Subject, who: Person
) -> Sequence[Act]:
    """The acts that a person may take about a subject now: those that it allows and the person has the right to."""
    acts = acts_now(connection, sandbox, kind, subject)
    if kind.may is not None:
        return [act for act in acts if kind.may(connection, sandbox, subject, act.action, who)]
    return open_acts(who, subject.kind, subject.state, office_of(connection, sandbox, subject.kind, subject.id), acts)


def open_acts(who: Person, subject: str, state: str, office: str, acts: Sequence[Act]) -> Sequence[Act]:
    """Those of the possible acts that a person has the right to and that are not in vain."""
    return [act for act in acts if not act.vain and rights.may_act(who, subject, act.action, office, state)]


def decide(
    context: Context,
    sandbox: str,
    kind: DecisionKind,
    subject: Subject,
    requested: Requested,
    who: Person,
    *,
    not_before: int = 0,
) -> Filed:
    """File a person's decision about a subject that was read before. `not_before`: as in `filing.file`.

    Raises `NotFound`, `Refusal` or `rights.Lacking`; then nothing is filed. A gateway carries the decision out later;
    `work.filing.wait` waits for the outcome."""
    with reading(context.engine) as connection:
        if requested.seen not in (0, subject.version):
            raise moved_on(connection, sandbox, subject)
        act = _possible(kind, subject, _acts(connection, sandbox, kind, subject), requested.action)
        if act.action in QUESTIONS:
            requested = asking.completed(connection, sandbox, subject, requested)
            values = requested.values
        else:
            requested = _check_reason(kind, act, requested)
            values = kind.values(connection, sandbox, subject, requested)
            reason = "; ".join(filter(None, (requested.reason, kind.chosen(values))))
            requested = requested._replace(reason=reason)
    demand_plain_words(requested.reason)
    if kind.settle is not None:
        return Filed(subject, act.action, kind.settle(context, sandbox, subject, requested, who, not_before))
    decision = filing.file(
        context,
        sandbox,
        subject.kind,
        subject.id,
        act.action,
        by=who,
        seen=subject.version,
        reason=requested.reason,
        values=values,
        not_before=0 if act.action in kind.at_once else not_before,
    )
    return Filed(subject, act.action, decision)


def _check_reason(kind: DecisionKind, act: Act, requested: Requested) -> Requested:
    """The request with the reason that is kept; raises `Refusal` if the act needs a reason and has none of its own."""
    if requested.of_form:
        needed = {name: value for name, value in requested.values.items() if name in act.needs}
        requested = requested._replace(values=needed)
    reason = clean_typed_text(kind.reason(requested))
    if REASON in act.needs and requested.prepared_for not in ("", act.action):
        raise Refusal("reason_of_another")
    if REASON in act.needs and not reason:
        raise reason_needed(act)
    return requested._replace(reason=reason)


def _possible(kind: DecisionKind, subject: Subject, acts: Sequence[Act], action: str) -> Act:
    """The act of this name; raises `Refusal` if it is not possible now."""
    for act in acts:
        if act.action == action:
            return act
    why = kind.why_not(subject, action)
    raise Refusal(
        "act_not_allowed",
        label=subject.label,
        state=subject.words,
        action=action[:40],
        why=Words(f"（{why}）", f" ({why})") if why else "",
        allowed=_listed(acts),
    )


def _listed(acts: Sequence[Act]) -> Words:
    """Acts by their names in calls and commands, with their words."""
    if not acts:
        return Words("无", "nothing")
    return Words(
        ", ".join(f"{act.action} ({act.words.zh})" for act in acts),
        ", ".join(f"{act.action} ({act.words.en})" for act in acts),
    )


def reason_needed(act: Act) -> Refusal:
    """The refusal of an act without the reason that it needs."""
    if act.why is not None:
        return Refusal("reason_needed_here", action=act.words, why=act.why)
    return Refusal("reason_needed", action=act.words)


def moved_on(connection: Connection, sandbox: str, subject: Subject) -> Refusal:
    """The refusal of a decision about a subject that has changed since; it names the current state and the last
    decision."""
    done = [decided for decided in decisions_about(connection, sandbox, subject.kind, str(subject.id)) if decided.done]
    return Refusal(MOVED_ON, label=subject.label, state=subject.words, last=_last_of(done[-1] if done else None))


def _last_of(decided: StoredDecision | None) -> Words:
    """Say what was decided last about a subject that has changed; without a decision, that no officer did it."""
    if decided is None:
        return phrases.phrase("label", "changed_by_itself")
    words = act_words(decided.action, decided.subject)
    return phrases.phrase("label", "decided_since").filled(act=words, by=decided.by)
