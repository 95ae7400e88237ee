"""Decisions of persons about subjects: their routes to gateways, and the check that a subject is unchanged.

Each decision has an id; its answer is stored under that id in the transaction that carries the decision out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from declarations.lifecycle import NotAllowed
from declarations.reasons import Reason
from declarations.refusals import refusal_of_action, refusal_reason
from gateways.agency import subjects
from gateways.desk import Desk
from gateways.topics.route import Route
from gateways.topics.shared import Decision

SUBJECT_CHANGED = "16004"
"""Code of a refusal because the subject has changed since the person saw it."""


NO_SUCH_CASE = refusal_reason("没有这一事项", "there is no such case")


class SubjectKind(StrEnum):
    """The kinds of subject of customs, tax and refunds by which code asks; all kinds: `gateways.agency.subjects`."""

    DECLARATION = "declaration"
    REQUEST = "request"
    BATCH = "batch"
    TAX_BILL = "tax_bill"
    REFUND_CLAIM = "refund_claim"


def decision_route(subject: str) -> Route:
    """The gateway and the topic of decisions about a kind of subject; the gateway's `topics.py` names the handler.
    Raises `KeyError` for a kind about which nobody decides."""
    return Route(subjects()[subject], f"decision.{subject}")


class ChangeCheck:
    """Checks, for the decisions of one batch, that a subject is unchanged since the person saw it.

    A row's version is only raised when the batch is written, so this also remembers the subjects that an earlier
    decision of the batch has changed.
    """

    def __init__(self) -> None:
        self._changed_subjects: set[Any] = set()

    def refuse_if_changed(self, decision: Decision, version: int, state: str) -> tuple[Reason, ...]:
        """Return the reason to refuse a decision because its subject has changed; empty if it has not."""
        if not decision.seen or (decision.seen == version and decision.subject_id not in self._changed_subjects):
            return ()
        return (Reason(SUBJECT_CHANGED, {"action": decision.action, "state": state}),)

    def remember_change(self, decision: Decision) -> None:
        """Remember that a decision changed its subject."""
        self._changed_subjects.add(decision.subject_id)


class DecidedCase(Protocol):
    """A case of an agency that officers decide about."""

    state: str
    version: int


CaseT = TypeVar("CaseT", bound=DecidedCase)


def carry_out(
    decisions: Sequence[Decision],
    cases: Mapping[Any, CaseT],
    desk: Desk[Any],
    *,
    kind: str,
    act: Callable[[CaseT, Decision], Sequence[Reason] | None],
    makes: Mapping[str, Callable[[Decision], Sequence[Reason]]] = MappingProxyType({}),
    missing: Reason = NO_SUCH_CASE,
) -> None:
    """Carry out decisions about cases of a kind, or refuse them with reasons; each is answered.

    `act` returns reasons against a decision, none if it was carried out, and raises `NotAllowed` for what the state
    forbids. `makes`: actions that make a case, with what carries them out. `missing`: the reason if there is none."""
    fresh = ChangeCheck()

    def reasons_against(decision: Decision) -> Sequence[Reason]:
        if decision.action in makes:
            return makes[decision.action](decision)
        if (case := cases.get(decision.subject_id)) is None:
            return (missing,)
        if reasons := fresh.refuse_if_changed(decision, case.version, case.state):
            return reasons
        try:
            refused = act(case, decision)
        except NotAllowed as error:
            return (refusal_of_action(error, kind),)
        if not refused:
            fresh.remember_change(decision)
        return refused or ()

    for decision in decisions:
        answer(decision, reasons_against(decision), desk)


def answer(decision: Decision, reasons: Sequence[Reason], desk: Desk[Any]) -> None:
    """Answer a decision: with reasons it was refused, without any it was carried out."""
    if reasons:
        desk.answer_refused(decision.id, reasons)
    else:
        desk.answer_done(decision.id)
