"""A person's decision about a subject, as a gateway receives it, and the answer that it owes for each.

A decision has an id of its own; the answer is written under that id in the commit that carries the decision out.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from declarations.reasons import Reason
from gateways.topics.shared import Decision
from gateways.topics.topic import Route

MOVED_ON = "16004"
"""Refused: the subject has changed since the deciding person saw it."""


class SubjectKind(StrEnum):
    """The kinds of subject that may be decided about; decisions about one come under the topic `decision.` and its
    name."""

    DECLARATION = "declaration"
    REQUEST = "request"
    BATCH = "batch"
    TAX_BILL = "tax_bill"
    REFUND_CLAIM = "refund_claim"
    FOREX_REPORT = "forex_report"
    REGISTRATION = "registration"


_GATEWAYS = {
    SubjectKind.DECLARATION: "customs",
    SubjectKind.REQUEST: "customs",
    SubjectKind.BATCH: "customs",
    SubjectKind.TAX_BILL: "tax",
    SubjectKind.REFUND_CLAIM: "refund",
    SubjectKind.FOREX_REPORT: "forex",
    SubjectKind.REGISTRATION: "registration",
}


def decision_route(subject: SubjectKind) -> Route:
    """The route of a decision to the gateway that keeps its subject."""
    return Route(_GATEWAYS[subject], f"decision.{subject}")


class Fresh:
    """Checks within one batch of deliveries whether a subject is unchanged since it was seen.

    A version is counted up when the batch is written; a second decision about what a first one of the same batch has
    changed is therefore detected here.
    """

    def __init__(self) -> None:
        self._decided: set[Any] = set()

    def refusal(self, decision: Decision, version: int, state: str) -> tuple[Reason, ...]:
        """Why a decision is refused because its subject has moved on; empty where it has not."""
        if not decision.seen or (decision.seen == version and decision.subject_id not in self._decided):
            return ()
        return (Reason(MOVED_ON, {"action": decision.action, "state": state}),)

    def decided(self, decision: Decision) -> None:
        """Note that a decision changed its subject."""
        self._decided.add(decision.subject_id)
