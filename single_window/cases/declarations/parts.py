"""Values of a story, with texts in both languages, for the command line, the pages and programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from single_window.cases.declarations.gaps import TAX, gap_words
from single_window.cases.declarations.next_parts import NextStepOut, OpenDeadlineOut
from single_window.cases.declarations.request_parts import ListRequest
from single_window.cases.declarations.undeclared_document import UndeclaredDocument
from single_window.frame.findings import FindingOut
from single_window.frame.typed import Answer, Instant
from single_window.language.phrases import Basis, Because
from single_window.language.words import Words

NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class Match:
    """Something that has a searched number. `category`: declaration, order, note, message, request, paper (a document
    for another agency than customs) or case (what an agency numbers itself). `id` is 0 for an order; for a note it is
    the id of one of its parts, for a paper the id of its message. `about`: the id of the declaration that a request
    concerns; `note`: the goods, company or terms of a case."""

    category: str
    id: int
    order_no: str
    by: str
    """The kind of number by which it was found."""
    label: str
    state: str
    words: Words
    kind: str = "inventory"
    """The kind of document."""
    flow: str = "I"
    """I import, E export."""
    about: int = 0
    version: int = 0
    """The version of a declaration or request that was read; a decision on it names this version."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """A value of a document, with its wire name and label."""

    name: str
    words: Words
    text: str


class Paper(Answer, frozen=True, kw_only=True):
    """One filed document with its last receipt."""

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
    kind: Annotated[str, Meta(description="the kind of document that it concerns")]
    event: str
    words: Words
    state: Annotated[str, Meta(description="the state to which it led")]
    state_words: Words
    because: tuple[Because, ...]


class GivenReceiptOut(Answer, frozen=True, kw_only=True):
    """One receipt in a mailbox."""

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
    typed: Annotated[str, Meta(description="words of a person that stand in the text, as they were typed")]


@dataclass(frozen=True, slots=True)
class ReservationView:
    """Something that a declaration reserves until it ends."""

    words: Words
    text: str


class Head(Answer, frozen=True, kw_only=True):
    """A declaration's numbers, state and processing."""

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
    """Dutiable value in yuan, as text like all amounts here."""
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
    """The summary declaration that counts it, or why none does; empty while that is undecided."""
    version: int
    """Incremented by every change; a decision names the version that was seen."""


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """One value in all documents of a trade, in the order of the evidence's columns; empty: a document lacks it."""

    name: str
    words: Words
    texts: tuple[str, ...]
    differs: bool
    measures: tuple[Words, ...] = ()
    """The names of the units or currencies in `texts`; empty if there are none."""
    # `answered`: the declarant names it in an answer, which is the last column; `questioned`: the list waits because of
    # it, although the documents may agree
    answered: bool = False
    questioned: bool = False

    @property
    def gap(self) -> Words:
        """Return by how much the list's number differs from the next one's, or what an order kept back from the tax of
        the list; empty where that says nothing."""
        told = self.texts[1::-1] if self.name == TAX else self.texts
        return gap_words(told) if self.differs else Words("", "")


READ = (
    *("order", "export_order", "payment", "collection", "waybill", "export_waybill"),
    *("inventory", "export_inventory", "answer"),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence on a list: its documents side by side and, for an export, the findings of its channel's rules."""

    columns: tuple[tuple[str, Words], ...]
    """(kind, name) of the compared documents."""
    rows: tuple[ComparedValue, ...]
    """Differing values come first."""
    differences: tuple[Because, ...]
    missing: tuple[tuple[str, Words], ...]
    """(kind, name) of required documents that are missing."""
    channel: tuple[Because, ...] = ()
    """Reasons against clearing an export by list or for review by an officer."""
    fob: str = ""
    summarising: Words = NOTHING
    """Whether an export joins a summary declaration; empty for an import."""
    bases: tuple[Basis, ...] = ()
    """The dated values used for an export's evidence."""

    # The places of the columns in the order in which an officer reads them: the order, what was paid, the waybill, then
    # the list that is held against them, and what its declarant has answered.
    read = property(lambda self: sorted(range(len(self.columns)), key=lambda place: READ.index(self.columns[place][0])))

    @property
    def differing(self) -> tuple[ComparedValue, ...]:
        """The values that differ."""
        return tuple(row for row in self.rows if row.differs)

    @property
    def in_sight(self) -> tuple[ComparedValue, ...]:
        """The values that differ, those that are questioned, and those that the declarant names in an answer."""
        return tuple(row for row in self.rows if row.differs or row.questioned or row.answered)

    @property
    def agreeing(self) -> tuple[ComparedValue, ...]:
        """The other values."""
        return tuple(row for row in self.rows if not (row.differs or row.questioned or row.answered))


@dataclass(frozen=True, slots=True)
class Guaranteed:
    """A guarantor's account, in yuan; `available` can still be reserved."""

    assure_code: str
    amount: str
    reserved: str
    booked: str
    available: str


VOID = "void"
"""The state of a bill that was cancelled after the release."""


class Billed(Answer, frozen=True, kw_only=True):
    """One tax bill of a list: state, amounts in yuan, and the steps of the calculation in words (`working_…`).
    `replaced`: it was freed, and the list is assessed otherwise since."""

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
    replaced: bool

    @property
    def counts(self) -> bool:
        """True unless it was cancelled or replaced: what it says of the list is so."""
        return self.state != VOID and not self.replaced

    def working(self, language: str) -> tuple[str, ...]:
        """Return the steps of the calculation in one language."""
        return self.working_zh if language == "zh" else self.working_en


@dataclass(frozen=True, slots=True)
class Story:
    """The complete story of one order number; `head` is None if no list was declared."""

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
    """Number of the sandbox's pending deliveries; 0: the story is up to date."""
    others: tuple[Match, ...] = ()
    """Further declarations with the same order number."""
    evidence: Evidence | None = None
    """None if the list's document was deleted."""
    advice: Words | None = None
    """Advice for a list that waits because it was drawn for inspection and the clock is stopped."""
    undeclared: tuple[UndeclaredDocument, ...] = ()  # what the port refused or staged, with place and remedy


class MessageStory(Answer, frozen=True, kw_only=True):
    """One message with its findings, documents and receipts."""

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
    parked: int
    """Deliveries about it that failed and wait for the operator."""
    kept: bool
    """Whether its bytes are still in the archive."""
