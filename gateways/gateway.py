"""What a gateway is: it hears a batch, works on its memory, and answers. It keeps no state of its own.

The runner loads, calls `hear` and commits memory and answers together; a gateway never sees a database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from declarations.calendar import day_of
from declarations.goods import GoodsRegister
from declarations.parameters import Parameters
from declarations.reasons import Reason

Item = Any
"""One thing said in a delivery: a list of plain JSON values, whose meaning the topic fixes."""


class Options(Struct, frozen=True, omit_defaults=True):
    """How a sandbox behaves where the law leaves it to us."""

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


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a gateway may know besides what it hears and remembers: which sandbox, when, under which law."""

    sandbox: str
    seed: str
    now: int
    options: Options
    parameters: Parameters
    goods: GoodsRegister

    @property
    def day(self) -> date:
        """The calendar day in Asia/Shanghai."""
        return day_of(self.now)


class ReceiptDraft(NamedTuple):
    """A receipt before it has a place in anybody's sequence: who gets it, what it is about, what it says."""

    mailboxes: str
    code: str
    order_no: str
    kind: str
    key: str
    return_status: str
    return_time: int
    reason: Reason
    fields: Mapping[str, Any]


class Event(NamedTuple):
    """A line of the timeline: who did what to which document, and why."""

    order_no: str
    kind: str
    key: str
    at: int
    actor: str
    event: str
    state: str
    reasons: Sequence[Reason] = ()


class DeadlineDraft(NamedTuple):
    """Something to be said to a queue when its instant comes: `topic` with one item, `subject`."""

    due: int
    topic: str
    queue: str
    subject: Item


class PaymentRequestDraft(NamedTuple):
    """A request for the original payment data of an order: which platform is asked, about which list, until when."""

    session_id: str
    order_no: str
    platform: str
    declaration_id: int
    due: int


class DecisionAnswer(NamedTuple):
    """What became of a person's decision: carried out, or refused, and why; `decision_id` is never 0."""

    decision_id: int
    refused: bool
    reasons: Sequence[Reason]


@dataclass(slots=True)
class Answers:
    """Everything a gateway says in return for one batch."""

    receipts: list[ReceiptDraft] = field(default_factory=list)
    timeline: list[Event] = field(default_factory=list)
    sends: dict[str, list[Item]] = field(default_factory=dict)
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

    def send(self, topic: str, item: Item) -> None:
        """Say one thing to whoever hears the topic."""
        self.sends.setdefault(topic, []).append(item)


class Heard(NamedTuple):
    """One thing heard: its topic and its item."""

    topic: str
    item: Item


Hearing = Callable[[Sequence[Item], Any, Circumstances, Answers], None]


class Gateway(Protocol):
    """An agency's stub."""

    name: str
    hearings: Mapping[str, Hearing]
    """What it does for each topic: items of one topic at a time, in the order of arrival."""

    def hold(self, batch: Sequence[Heard], memory: Any, circumstances: Circumstances) -> None:
        """Ask the memory once for everything that the batch may change, each kind sorted, in an order of its own.

        Called before the batch is heard where several may work on the memory at the same time.
        """


def hear(gateway: Gateway, batch: Sequence[Heard], memory: Any, circumstances: Circumstances) -> Answers:
    """Let a gateway hear a batch, topic by topic in the order in which topics first appear."""
    answers = Answers()
    by_topic: dict[str, list[Item]] = {}
    for one in batch:
        by_topic.setdefault(one.topic, []).append(one.item)
    for hearing, items in _grouped(gateway, by_topic).items():
        hearing(items, memory, circumstances, answers)
    return answers


def _grouped(gateway: Gateway, by_topic: Mapping[str, list[Item]]) -> dict[Hearing, list[Item]]:
    """Topics that one hearing serves are heard together: the four documents of a trade meet in one go."""
    grouped: dict[Hearing, list[Item]] = {}
    for topic, items in by_topic.items():
        hearing = gateway.hearings.get(topic)
        if hearing is None:
            raise LookupError(
                f"The gateway {gateway.name!r} does not hear {topic!r}; it hears {sorted(gateway.hearings)}.")
        grouped.setdefault(hearing, []).extend(items)
    return grouped
