"""The view of a second officer on a decision that waits for him: where it leads, what the declarant would read, its
values, the inspection's results; and why the last proposal was declined."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from gateways.decisions import SubjectKind
from gateways.traceability.acts import TERMS
from single_window.cases.inspection_findings import FoundLine, lines_about
from single_window.cases.inspection_results import FINDINGS
from single_window.cases.profiles import rule_words
from single_window.cases.proposed import changed
from single_window.cases.recalls import order_words
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame.decision_kinds import GAP, Act, Subject
from single_window.frame.pages.keys import said_to_declarant
from single_window.language import phrases, statuses
from single_window.language.acts import act_words
from single_window.language.prepared_reasons import reason_in_words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import NotFound
from single_window.store import proposals
from single_window.store.decisions import DecisionState, StoredDecision, decisions_about
from single_window.store.own_decisions import reasons_of_declining
from single_window.store.subjects import GUARANTEE
from single_window.store.tables import declaration

_DOCUMENT = {str(SubjectKind.DECLARATION): "inventory", str(SubjectKind.REQUEST): "cancellation"}
"""Kinds of subjects whose receipts' statuses are named as those of a kind of document."""


class Effect(NamedTuple):
    """The effect of a proposal. `to`: words for the state that it leads to; `status` and `reads`: of the receipt, empty
    without one; `values`: those of the decision by their labels; `vain`: it is not possible as things stand."""

    proposal: StoredDecision
    words: Words
    to: Words
    return_status: str
    status: Words
    reads: Words
    values: Sequence[tuple[Words, Words]]
    lines: Sequence[FoundLine]
    vain: bool


class Settled(NamedTuple):
    """A proposal that was declined, with what the second officer said, or withdrawn."""

    proposal: StoredDecision
    words: Words
    reason: str


NOTHING = Words("", "")
METHOD, PROFILE = "method", "profile"
"""Values of decisions that are named by a code or written as a rule: the method of a re-determined value, the rule of a
risk profile."""


def effects(connection: Connection, sandbox: str, keys: Collection[tuple[str, str]]) -> Sequence[Effect]:
    """Return what the proposals that wait about these subjects would do."""
    found = [proposals.about(connection, sandbox, *key) for key in keys]
    return [effect_of(connection, sandbox, proposal) for proposal in found if proposal is not None]


def effect_of(connection: Connection, sandbox: str, proposal: StoredDecision) -> Effect:
    """Return what a proposal would do, as its subject stands now."""
    kind = DECISION_KINDS[proposal.subject]
    named = _DOCUMENT.get(proposal.subject, proposal.subject)
    subject = _subject_of(connection, sandbox, proposal)
    acts = kind.acts(connection, sandbox, subject) if subject is not None else ()
    act = next((act for act in acts if act.action == proposal.action), None)
    lives = kind.lifecycle(subject) if subject is not None else proposal.subject
    status = act.return_status if act else ""
    return Effect(
        proposal=proposal,
        words=kind.words_of(proposal.action, lives),
        to=phrases.state(act.to, lives) if act and act.to else NOTHING,
        return_status=status,
        status=statuses.told_of(status, named, act.to if act else "") if status else NOTHING,
        reads=_reads(connection, proposal, act) if act and status else NOTHING,
        values=_values(connection, sandbox, proposal),
        lines=lines_about(connection, sandbox, proposal),
        vain=subject is not None and act is None,
    )


def last_declined(connection: Connection, sandbox: str, key: tuple[str, str]) -> Settled | None:
    """The proposal about a subject that was declined or withdrawn last; None if something was decided since."""
    made = decisions_about(connection, sandbox, *key)
    if not made or made[-1].state not in {DecisionState.DECLINED, DecisionState.WITHDRAWN}:
        return None
    said = reasons_of_declining(connection, sandbox, [made[-1]])
    return Settled(
        made[-1],
        act_words(made[-1].action, made[-1].subject),
        said.get(made[-1].id, ""),
    )


def _subject_of(connection: Connection, sandbox: str, proposal: StoredDecision) -> Subject | None:
    """The subject as it stands; None if it is gone, or is made only when the proposal is approved."""
    try:
        return DECISION_KINDS[proposal.subject].by_id(connection, sandbox, proposal.subject_id)
    except (NotFound, Refusal):
        return None


def _reads(connection: Connection, proposal: StoredDecision, act: Act) -> Words:
    """Return what the declarant would read, with the reason in its place."""
    plain, reasoned = said_to_declarant(act, _batch_of(connection, proposal))
    if not proposal.reason:
        return plain
    said = reason_in_words(proposal.reason)
    return Words(reasoned.zh.replace(GAP, said.zh), reasoned.en.replace(GAP, said.en))


def _batch_of(connection: Connection, proposal: StoredDecision) -> str:
    if proposal.subject != SubjectKind.DECLARATION:
        return ""
    chosen = select(declaration.c.batch_no).where(declaration.c.id == int(proposal.subject_id))
    return connection.execute(chosen).scalar() or ""


def _values(connection: Connection, sandbox: str, proposal: StoredDecision) -> Sequence[tuple[Words, Words]]:
    return [
        row
        for name, value in _changed(connection, sandbox, proposal).items()
        if name != FINDINGS and value not in ("", None, False)
        for row in (
            (
                *order_words.rows(connection, sandbox, str(value)),
                *order_words.quantities(connection, sandbox, str(value)),
            )
            if name == TERMS
            else [(phrases.phrase("decision_value", name), _words(name, value))]
        )
    ]


def _changed(connection: Connection, sandbox: str, proposal: StoredDecision) -> Mapping[str, object]:
    """The values of a proposal; what it changes stands after what it is without it."""
    words = changed(connection, sandbox, proposal)
    if not words.zh:
        return proposal.details
    if proposal.subject == GUARANTEE:
        return {"amount": words}
    return {**proposal.details, "value": words}


def _words(name: str, value: object) -> Words:
    if isinstance(value, Words):
        return value
    if name == PROFILE:
        return rule_words.summary(str(value))
    if name == METHOD:
        return phrases.phrase("valuation_method", str(value))
    return Words(_text(value), _text(value))


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {number}" for name, number in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
