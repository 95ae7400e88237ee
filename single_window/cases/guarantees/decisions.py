"""Changing the amount of a guarantee: a decision like any other, which a second person approves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from declarations.money import amount_text
from single_window.frame.decision_kinds import Act, DecisionKind, Requested, Subject
from single_window.language import phrases
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store.subjects import GUARANTEE
from single_window.work.guarantee_changes import check, find_guarantee

CHANGE = "change"
"""The only action about a guarantee."""


def _find(connection: Connection, sandbox: str, code: str) -> Subject:
    """A guarantee; its version is its amount (scaled), plus one, since nothing else of it is decided about."""
    held = demand_found(find_guarantee(connection, sandbox, code), code, sandbox)
    amount = amount_text(held.amount)
    return Subject(GUARANTEE, code, code, amount, Words(amount, amount), held.amount + 1, held)


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    return [Act(CHANGE, phrases.phrase("other_act", CHANGE), needs=("amount",))]


def _values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    # the decision is about the amount of now: whatever changes it meanwhile makes it stale
    amount = str(requested.values.get("amount", ""))
    check(subject.record, str(subject.id), amount)
    return {"amount": amount.strip(), "was": amount_text(subject.record.amount)}


GUARANTEE_DECISION = DecisionKind(
    subject=GUARANTEE,
    noun=Words("担保", "guarantee"),
    find=_find,
    by_id=_find,
    acts=_acts,
    values=_values,
    takes=("amount",),
)
