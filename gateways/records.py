"""The records that handlers take and give: circumstances, filed documents, receipts, events, deadlines, answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from msgspec import Struct

from declarations.calendar import day_of
from declarations.documents import DOCUMENTS, Document, unpack
from declarations.goods import GoodsRegister
from declarations.parameters import Parameters
from declarations.reasons import Reason
from gateways.forced import UNFORCED, Forced
from gateways.topics.topic import Route


class Options(Struct, frozen=True, omit_defaults=True):
    """The behaviour of a sandbox in what the law leaves open."""

    open: bool = True
    """An unknown company is admitted with a finding; closed: refused with 22001."""
    automatic_officer: bool = False
    """Cases that wait for an officer are decided after some hours by keyed draw."""
    rounding: str = "P1"
    """How the tax of a line is rounded: P1 rounds the payable taxes once, P2 the statutory ones first."""
    guarantee_short: str = "review"
    """What a guarantee that is too small leads to: review (300) or reject (100)."""
    pre_check: bool = False
    """The port checks limits itself and answers -621005 or -621018 instead of customs."""
    await_arrival: bool = False
    """Direct purchases (9610) wait (400) until a site operator reports the parcel (711)."""
    inspection: bool = True
    """False: no list is drawn for inspection (a measuring run wants the green lane)."""
    batches: str = ""
    """Lists join a batch by themselves: of their master_waybill, arrival or stock_out; empty: they do not."""
    identity: str = "payer"
    """How buyers are identified: payer (the buyer must have paid) or registry (name and number as imported persons)."""
    split_currency: bool = False
    """Summaries make a declaration for each currency, as some brokers do."""
    signatures: str = "off"
    """Signatures of messages: off, check (what is wrong stands in the timeline) or require (it is refused)."""
    require_179: bool = False
    """Accepted imports wait for the original payment data of their platform (2018-179), or go to review."""
    open_desks: bool = False
    """On a window of this machine alone, calls decide as officers without a key or account; every answer says so."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that a gateway may use besides its messages and its repository: sandbox, instant, law."""

    sandbox: str
    seed: str
    now: int
    options: Options
    parameters: Parameters
    goods: GoodsRegister
    forced: Forced = UNFORCED
    """What a test forces."""

    @property
    def day(self) -> date:
        """The calendar day in Asia/Shanghai."""
        return day_of(self.now)


class FiledDocument:
    """A document as the port filed it. `order_no` is where it meets others, and under what its timeline is found;
    `mailboxes` are the DXP ids that get its receipts, joined by ';', its sender's first.

    `facts` are unpacked when they are first read: a document that still waits for its partners never is.
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
    def facts(self) -> Document:
        """The facts that rules read of it."""
        if self._facts is None:
            self._facts = unpack(DOCUMENTS[self.kind], self._packed)
        return self._facts


class Stamped:
    """A subject of receipts: each receipt is later than every one before."""

    __slots__ = ("last_return",)
    last_return: int

    def stamp(self, now: int) -> int:
        """The instant of the next receipt: now, yet after every earlier one."""
        self.last_return = max(now, self.last_return + 1)
        return self.last_return


class ReceiptDraft(Struct, frozen=True, kw_only=True, array_like=True):
    """A receipt before it has a place in a participant's sequence: recipient, subject, content."""

    mailboxes: str
    code: str
    order_no: str
    kind: str
    key: str
    return_status: str
    return_time: int
    reason: Reason
    fields: Mapping[str, Any]


class TimelineEvent(Struct, frozen=True, kw_only=True):
    """A line of the timeline: actor, action, document and reasons; `at` is the instant of its batch."""

    order_no: str
    kind: str
    key: str
    at: int
    actor: str
    event: str
    state: str
    reasons: Sequence[Reason] = ()
    return_status: str = ""
    """Of the receipt that reports the same; empty: none does."""
    return_time: int | None = None
    """Of that receipt, else of the latest about the same before it; 0: there was none; None: nobody knows."""


class DeadlineDraft(NamedTuple):
    """A payload to be delivered when its instant comes."""

    due: int
    route: Route
    payload: Any


class PaymentRequestDraft(NamedTuple):
    """A request for the original payment data of an order: from which platform, about which list, until when."""

    session_id: str
    order_no: str
    platform: str
    declaration_id: int
    due: int


class DecisionAnswer(NamedTuple):
    """The answer to a person's decision: carried out, or refused, and why; `decision_id` is never 0."""

    decision_id: int
    refused: bool
    reasons: Sequence[Reason]


@dataclass(slots=True)
class Answers:
    """Everything a gateway says in return for one batch."""

    receipts: list[ReceiptDraft] = field(default_factory=list)
    timeline: list[TimelineEvent] = field(default_factory=list)
    sends: dict[Route, list[Any]] = field(default_factory=dict)
    deadlines: list[DeadlineDraft] = field(default_factory=list)
    decisions: list[DecisionAnswer] = field(default_factory=list)
    payment_requests: list[PaymentRequestDraft] = field(default_factory=list)

    def carried_out(self, decision_id: int, reasons: Sequence[Reason] = ()) -> None:
        """Answer a decision: it was carried out. With id 0 nobody waits for the answer."""
        if decision_id:
            self.decisions.append(DecisionAnswer(decision_id, False, reasons))

    def refuse(self, decision_id: int, reasons: Sequence[Reason]) -> None:
        """Answer a decision: it was not carried out, for these reasons. With id 0 nobody waits for the answer."""
        if decision_id:
            self.decisions.append(DecisionAnswer(decision_id, True, reasons))

    def send(self, route: Route, payload: Any) -> None:
        """Send one payload to the handler of its topic."""
        self.sends.setdefault(route, []).append(payload)
