"""A person's own decisions, with their outcomes, for his pages and calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from single_window.accounts.people import Person
from single_window.cases.subjects import DECISION_KINDS
from single_window.language.acts import act_words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import NotFound
from single_window.store import case_queue, own_decisions
from single_window.store.case_queue import Key
from single_window.store.decisions import DecisionState, StoredDecision
from single_window.store.own_decisions import SETTLED, OwnStep
from single_window.store.subjects import PROPOSAL

GOODS_SHOWN = 24
"""Characters of the goods of a case in its name, at most."""


class OwnDecision(NamedTuple):
    """A decision of a person. `sequence`: of his row in the log; `label`: the number by which people know the case;
    `settled`: approved or declined if he settled what another had proposed, else empty. `made`: as it stands now;
    `said`: why a second officer declined it."""

    sequence: int
    words: Words
    label: str
    settled: str
    made: StoredDecision
    said: str = ""


def of_person(
    connection: Connection, sandbox: str, person: Person, before: int = 0, most: int = 50
) -> Sequence[OwnDecision]:
    """A person's decisions, newest first; `before`: only those with lower sequences."""
    steps = own_decisions.of_person(connection, sandbox, person.name, before, most)
    declined = [step.decision for step in steps if step.decision.state == DecisionState.DECLINED]
    said = own_decisions.reasons_of_declining(connection, sandbox, declined)
    return [_own(connection, sandbox, step)._replace(said=said.get(step.decision.id, "")) for step in steps]


def _own(connection: Connection, sandbox: str, step: OwnStep) -> OwnDecision:
    settled = step.outcome if step.outcome in SETTLED else ""
    made = step.decision
    label = _made_by(connection, sandbox, made) or label_of(connection, sandbox, (made.subject, made.subject_id))
    return OwnDecision(step.sequence, act_words(made.action, made.subject), label, settled, made)


def _made_by(connection: Connection, sandbox: str, decided: StoredDecision) -> str:
    """The number of what a decision has made; empty if it makes nothing, or has not yet."""
    kind = DECISION_KINDS.get(decided.subject)
    creations = kind.creations if kind else ()
    creation = next((creation for creation in creations if creation.action == decided.action), None)
    made = creation.made(connection, sandbox, decided) if creation else None
    return creation.number(made) if creation and made else ""


def label_of(connection: Connection, sandbox: str, key: Key) -> str:
    """The number by which people know a subject, or what a proposal is about; its id if it is not there any more."""
    kind = DECISION_KINDS.get(key[0])
    try:
        subject = kind.by_id(connection, sandbox, key[1]) if kind else None
    except (NotFound, Refusal):
        return key[1]
    if subject is not None and subject.kind == PROPOSAL:
        return label_of(connection, sandbox, (subject.record.subject, subject.record.subject_id))
    return subject.label if subject is not None else key[1]


def name_of(connection: Connection, sandbox: str, key: Key) -> str:
    """A subject as messages name it: the beginning of its goods, if it waits with any, and its number without that of
    its order."""
    case = case_queue.of_keys(connection, sandbox, [key]).get(key)
    return named(case.goods if case else "", label_of(connection, sandbox, key))


def named(goods: str, label: str) -> str:
    """The beginning of the goods, and a number without that of its order."""
    return f"{goods[:GOODS_SHOWN]} {label.rpartition(' · ')[2]}".strip()
