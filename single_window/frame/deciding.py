"""Decides about a subject, whatever its kind: what was seen, what is possible, what it needs; then it is filed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.reasons import typed
from single_window.accounts.people import Person
from single_window.context import Context
from single_window.frame.decision_kinds import REASON, Act, DecisionKind, Requested, Subject
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.decisions import decisions_about
from single_window.store.engine import reading

MOVED_ON = "moved_on"
CONFLICTS = frozenset(
    {MOVED_ON, "overtaken", "held_by_another", "already_proposed", "proposed_just_now", "not_waiting"}
)
"""Refusals which mean that somebody else was there first: look again."""


class Filed(NamedTuple):
    """A decision that was filed, or a proposal that was settled: about what, as it was before."""

    subject: Subject
    action: str
    decision: int


def decide(context: Context, sandbox: str, kind: DecisionKind, number: str, requested: Requested, who: Person) -> Filed:
    """File what somebody decides about the subject that a number names.

    Raises `NotFound`, `Refusal` or `rights.Lacking`; then nothing is filed. It is done when the window has worked;
    `work.decisions.outcome` returns what became of it."""
    with reading(context.engine) as connection:
        subject = kind.find(connection, sandbox, number)
    return decide_about(context, sandbox, kind, subject, requested, who)


def decide_about(
    context: Context, sandbox: str, kind: DecisionKind, subject: Subject, requested: Requested, who: Person
) -> Filed:
    """File what somebody decides about a subject as it was read; raises as `decide`."""
    requested = requested._replace(reason=typed(kind.reason(requested)))
    with reading(context.engine) as connection:
        if requested.seen not in (0, subject.version):
            raise moved_on(connection, sandbox, subject)
        act = possible(kind, subject, kind.acts(connection, sandbox, subject), requested.action)
        if REASON in act.needs and not requested.reason:
            raise reason_needed(act)
        values = kind.values(connection, sandbox, subject, requested)
    return Filed(subject, act.action, kind.filed(context, sandbox, subject, requested, who, values))


def possible(kind: DecisionKind, subject: Subject, acts: Sequence[Act], action: str) -> Act:
    """The act that an action means; raises `Refusal` where it is none of those that are possible now."""
    for act in acts:
        if act.action == action:
            return act
    why = kind.why_not(subject, action)
    raise Refusal(
        "act_not_allowed",
        label=subject.label,
        state=_state(subject),
        action=action[:40],
        why=Words(f"（{why}）", f" ({why})") if why else "",
        allowed=", ".join(f"{act.action} ({act.words.zh})" for act in acts) or Words("无", "nothing"),
    )


def _state(subject: Subject) -> Words:
    known, zh = subject.state, subject.words.zh
    return Words(zh, known if zh == known else f"{known} ({zh})")


def reason_needed(act: Act) -> Refusal:
    """The refusal of an act that came without its reason."""
    if act.why is not None:
        return Refusal("reason_needed_here", action=act.action, why=act.why)
    return Refusal("reason_needed", action=act.action)


def moved_on(connection: Connection, sandbox: str, subject: Subject) -> Refusal:
    """The refusal of a decision on what has changed since it was seen: what it is now, and who decided last."""
    done = [decided for decided in decisions_about(connection, sandbox, subject.kind, str(subject.id)) if decided.done]
    last = f"{done[-1].action} · {done[-1].by}" if done else phrases.phrase("label", "nobody")
    return Refusal(
        MOVED_ON,
        label=subject.label,
        state=_state(subject),
        last=last,
    )
