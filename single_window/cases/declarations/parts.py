"""Parts of a story: plain values, already in words, for the command line, the pages and programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from single_window.frame.findings import FindingOut
from single_window.frame.typed import Answer, Instant
from single_window.language.phrases import Basis, Because
from single_window.language.words import Words

NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class Match:
    """Something that a number led to. `category` is declaration, order, note, message, request or paper (of the tax
    office and its like); `id` is 0 for an order, of a note it is that of one of its parts, of a paper that of its
    message."""

    category: str
    id: int
    order_no: str
    by: str
    """Which number it was found by."""
    label: str
    state: str
    words: Words
    kind: str = "inventory"
    """The kind of document that it is about."""
    flow: str = "I"
    """I import, E export."""
    about: int = 0
    """The id of the declaration that a request is about."""
    version: int = 0
    """Of a declaration or request: which version of it was read; a decision carries the version that was seen."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A named value of a document, by its wire name and its words."""

    name: str
    words: Words
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One document as it was filed, with the last answer it got."""

    id: int
    kind: str
    words: Words
    key: str
    order_no: str
    guid: str
    state: str
    state_words: Words
    version: int
    app_time: str
    port_no: str
    message_id: int
    position: int
    received_at: Instant
    last_status: str
    last_words: Words
    facts: tuple[Amount, ...]
    lines: tuple[tuple[Amount, ...], ...]


class HappeningOut(Answer, frozen=True, kw_only=True):
    """One line of a timeline."""

    at: Instant
    actor: Words
    kind: Annotated[str, Meta(description="the kind of document that it is about")]
    event: str
    words: Words
    state: Annotated[str, Meta(description="the state to which it led")]
    state_words: Words
    because: tuple[Because, ...]


class GivenReceiptOut(Answer, frozen=True, kw_only=True):
    """One receipt as somebody got it."""

    mailbox: str
    sequence: Annotated[int, Meta(description="its place in the mailbox; 0: not yet assigned")]
    code: str
    kind: str
    key: str
    status: str
    words: Words
    time: Instant
    info: str
    info_en: str


class NextStepOut(Answer, frozen=True, kw_only=True):
    """A step that may be taken now: by whom, on which terms."""

    action: str
    words: Words
    by: tuple[str, ...]
    to: str
    return_status: str
    needs: tuple[Words, ...]


class OpenDeadlineOut(Answer, frozen=True, kw_only=True):
    """Something that will happen by itself at an instant of the sandbox's clock."""

    at: Instant
    kind: str
    words: Words


@dataclass(frozen=True, slots=True)
class ReservationView:
    """The things that a declaration holds until it ends."""

    words: Words
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """A declaration: its numbers, its state, its way."""

    id: int
    key: str
    order_no: str
    cop_no: str
    pre_no: str
    invt_no: str
    state: str
    state_words: Words
    lane: str
    lane_words: Words
    detention: str
    trade_mode: str
    trade_mode_words: Words
    customs_code: str
    office: Words
    agent_code: str
    ebc_code: str
    logistics_no: str
    value: str
    """Dutiable value in yuan, as text; so are all amounts here."""
    full_tax: bool
    accepted_at: Instant
    released_at: Instant
    closed_at: Instant
    delivered_at: Instant
    arrived_at: Instant
    held: tuple[ReservationView, ...]
    because: tuple[Because, ...]
    flow: str
    """I import, E export."""
    flow_words: Words
    kind: str
    bill_no: str
    batch_no: str
    statistics_flag: str
    summary: Words
    """In which summary declaration it was counted, or why in none; empty while that is open."""
    version: int
    """Grows with every change; a decision carries the version that was seen."""


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """One value of a trade by its documents, in the order of the evidence's columns; empty: a document has none."""

    name: str
    words: Words
    texts: tuple[str, ...]
    differs: bool
    measures: tuple[Words, ...] = ()
    """The units or currencies of these texts in words, where their codes need any."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence on a list: its documents beside each other and, of an export, the findings of its channel's
    rules."""

    columns: tuple[tuple[str, Words], ...]
    """The documents that are there, each by its kind."""
    rows: tuple[ComparedValue, ...]
    """Values that differ come first."""
    differences: tuple[Because, ...]
    missing: tuple[tuple[str, Words], ...]
    """Documents without which nothing is compared, as long as they are not there."""
    channel: tuple[Because, ...] = ()
    """Why an export cannot clear by list, or what an officer must review; empty: neither."""
    fob: str = ""
    summarising: Words = NOTHING
    """Whether an export joins a summary declaration; empty: an import."""
    bases: tuple[Basis, ...] = ()
    """The dated values that the judgement of an export rests on."""

    @property
    def differing(self) -> tuple[ComparedValue, ...]:
        """The values that differ."""
        return tuple(row for row in self.rows if row.differs)

    @property
    def agreeing(self) -> tuple[ComparedValue, ...]:
        """The values against which customs' comparison has nothing."""
        return tuple(row for row in self.rows if not row.differs)


@dataclass(frozen=True, slots=True)
class Guaranteed:
    """A guarantor's account, in yuan; `available` can still be reserved."""

    assure_code: str
    amount: str
    reserved: str
    booked: str
    available: str


@dataclass(frozen=True, slots=True)
class Billed:
    """The tax of a list, one bill: state, amounts in yuan, working in words."""

    sequence: int
    state: str
    state_words: Words
    tax_no: str
    duty_no: str
    value: str
    duty: str
    consumption: str
    vat: str
    total: str
    working_zh: tuple[str, ...]
    working_en: tuple[str, ...]
    guarantee: Guaranteed | None
    assure_code: str
    released_at: Instant
    collected_at: Instant
    pending: bool
    days: tuple[ReservationView, ...]

    def working(self, language: str) -> tuple[str, ...]:
        """The working in one language."""
        return self.working_zh if language == "zh" else self.working_en


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A cancellation (623) or return (625) of the list."""

    id: int
    kind: str
    words: Words
    key: str
    state: str
    state_words: Words
    filed_at: Instant
    because: tuple[Because, ...]
    next: tuple[NextStepOut, ...]
    due: tuple[OpenDeadlineOut, ...]
    version: int
    """Grows with every change; a decision carries the version that was seen."""


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one order number; `head` is None while no list was declared."""

    sandbox: str
    now: Instant
    order_no: str
    head: Head | None
    documents: tuple[Paper, ...]
    timeline: tuple[HappeningOut, ...]
    receipts: tuple[GivenReceiptOut, ...]
    bills: tuple[Billed, ...]
    requests: tuple[ListRequest, ...]
    next: tuple[NextStepOut, ...]
    due: tuple[OpenDeadlineOut, ...]
    open_deliveries: int
    """Work of the sandbox that is still under way; 0: this is how it stands."""
    others: tuple[Match, ...] = ()
    """Further declarations with the same order number."""
    evidence: Evidence | None = None
    """Of a list whose own document is there."""
    advice: Words | None = None
    """How to continue where a draw, and a clock that stands still, leave the list waiting."""


@dataclass(frozen=True, slots=True)
class MessageStory:
    """One message: what came, what was wrong with it, which documents it held."""

    id: int
    code: str
    words: Words
    sender: str
    transmission_id: str
    guid: str
    channel: str
    edition: str
    received_at: Instant
    size: int
    documents: int
    state: str
    state_words: Words
    findings: tuple[FindingOut, ...]
    papers: tuple[Paper, ...]
    receipts: tuple[GivenReceiptOut, ...]
    kept: bool
    """Whether its bytes are still in the archive."""
