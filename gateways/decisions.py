"""Decisions of persons about subjects: their routes to gateways, and the check that a subject is unchanged.

Each decision has an id; its answer is stored under that id in the transaction that carries the decision out.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from declarations.reasons import Reason
from gateways.agency import subjects
from gateways.topics.route import Route
from gateways.topics.shared import Decision

SUBJECT_CHANGED = "16004"
"""Code of a refusal because the subject has changed since the person saw it."""


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
