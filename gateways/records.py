"""The input and output of handlers: circumstances, filed documents, receipts, events, deadlines, answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from msgspec import Struct

from declarations.documents import DOCUMENTS, Document, unpack
from declarations.reasons import Reason
from gateways.holds import Hold, LiftedHold
from gateways.replies import ANSWER_CODES
from gateways.topics.route import Route


class FiledDocument:
    """A document that the port has filed.

    `order_no` is the key of its meeting and of its timeline; `mailboxes` are the DXP ids that receive its receipts,
    joined by ';', the sender's first. `facts` are unpacked on first use, which saves time for documents that only wait.
    """

    __slots__ = (
        "_facts",
        "_packed",
        "id",
        "key",
        "kind",
        "last_return",
        "mailboxes",
        "order_no",
        "port_no",
        "state",
        "version",
    )

    def __init__(
        self,
        id: int,
        kind: str,
        key: str,
        order_no: str,
        version: int,
        state: str,
        port_no: str,
        mailboxes: str,
        last_return: int,
        packed: bytes,
    ) -> None:
        self.id, self.kind, self.key, self.order_no, self.version = id, kind, key, order_no, version
        self.state, self.port_no, self.mailboxes, self.last_return = state, port_no, mailboxes, last_return
        self._packed, self._facts = packed, None

    @property
    def sender(self) -> str:
        """The DXP id from which it was sent."""
        return self.mailboxes.partition(";")[0]

    @property
    def facts(self) -> Document:
        """The fields of the document that rules read."""
        if self._facts is None:
            self._facts = unpack(DOCUMENTS[self.kind], self._packed)
        return self._facts


class Stamped:
    """A row with receipts, whose times strictly increase."""

    __slots__ = ("last_return", "stored")
    last_return: int
    stored: Sequence[Any]
    """The values of its row as last read or written, for the store; not set before."""

    def stamp(self, now: int) -> int:
        """Return the time of the next receipt: now, or just after the last receipt if that is later."""
        self.last_return = max(now, self.last_return + 1)
        return self.last_return


class ReceiptDraft(Struct, frozen=True, kw_only=True, array_like=True):
    """A receipt that is not yet numbered for its recipients: recipients, subject, content."""

    mailboxes: str
    code: str
    order_no: str
    kind: str
    key: str
    return_status: str
    return_time: int
    reason: Reason
    fields: Mapping[str, Any]


class Notice(Struct, frozen=True, kw_only=True):
    """A notice to a company whose mailbox and time the window finds; `once`: what it says, of which the company is told
    once a subject. `number` is its place among the company's notices about the subject, 0: not given yet."""

    company: str
    once: str
    draft: ReceiptDraft
    number: int = 0


class TimelineEvent(Struct, frozen=True, kw_only=True):
    """An event of the timeline: actor, action, document and reasons; `at` is the instant of its batch."""

    order_no: str
    kind: str
    key: str
    at: int
    actor: str
    event: str
    state: str
    reasons: Sequence[Reason] = ()
    return_status: str = ""
    """The status of the receipt about the same event; empty: there is none."""
    return_time: int | None = None
    """The time of that receipt, else of the last earlier one about the document; 0: none; None: unknown."""


class CaseReference(Struct, frozen=True, gc=False):
    """The kind and key by which receipts and events name a document or case, and the number under which it meets
    others."""

    kind: str
    key: str
    order_no: str

    def receipt(
        self, mailboxes: str, status: str, time: int, reason: Reason, fields: Mapping[str, Any], code: str = ""
    ) -> ReceiptDraft:
        """Return a receipt about it; `code` is the code of the message, if not the one that answers documents of this
        kind."""
        return ReceiptDraft(
            mailboxes=mailboxes,
            code=code or ANSWER_CODES[self.kind],
            order_no=self.order_no,
            kind=self.kind,
            key=self.key,
            return_status=status,
            return_time=time,
            reason=reason,
            fields=fields,
        )

    def event(
        self,
        name: str,
        state: str,
        at: int,
        reasons: Sequence[Reason] = (),
        *,
        actor: str = "customs",
        return_time: int | None = None,
    ) -> TimelineEvent:
        """Return an event of its timeline; `state` is the state that it led to."""
        return TimelineEvent(
            order_no=self.order_no,
            kind=self.kind,
            key=self.key,
            at=at,
            actor=actor,
            event=name,
            state=state,
            reasons=reasons,
            return_time=return_time,
        )


class DeadlineDraft(NamedTuple):
    """A payload to be delivered at the instant `due`."""

    due: int
    route: Route
    payload: Any


class PaymentRequestDraft(NamedTuple):
    """A request to a platform for the original payment data of an order, due at an instant."""

    session_id: str
    order_no: str
    platform: str
    declaration_id: int
    due: int


class DecisionAnswer(NamedTuple):
    """The answer to a person's decision: carried out or refused, with reasons; `decision_id` is never 0."""

    decision_id: int
    refused: bool
    reasons: Sequence[Reason]


class AutomaticStep(NamedTuple):
    """A step of a case that nobody decided, as the log of decisions has it. `by`: the agency that took it."""

    kind: str
    """Of its subject."""
    id: int
    action: str
    by: str
    reason: Reason


@dataclass(slots=True)
class Answers:
    """All results of a gateway for one batch."""

    receipts: list[ReceiptDraft] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    timeline: list[TimelineEvent] = field(default_factory=list)
    sends: dict[Route, list[Any]] = field(default_factory=dict)
    deadlines: list[DeadlineDraft] = field(default_factory=list)
    recurring: list[DeadlineDraft] = field(default_factory=list)
    """Deadlines that are filed unless an equal one is open."""
    decisions: list[DecisionAnswer] = field(default_factory=list)
    payment_requests: list[PaymentRequestDraft] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    lifted: list[LiftedHold] = field(default_factory=list)
    automatic: list[AutomaticStep] = field(default_factory=list)
    """Steps that nobody decided."""
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)
    """The secrets that were used, by agency and plan."""

    def send(self, route: Route, payload: Any) -> None:
        """Send one payload on a route."""
        self.sends.setdefault(route, []).append(payload)
