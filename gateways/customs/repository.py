"""The state of customs: declarations, requests, allowances, account books, parcels.

The store implements `CustomsRepository`. All queries are in bulk; what was changed is passed back with `put_*`
and kept when the batch commits. Declarations, requests and documents are locked with the meeting of their order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, TypeAlias

from msgspec import Struct

from declarations.allowance import Allowance
from declarations.reasons import Reason
from gateways.customs.batches.places import BatchMember
from gateways.customs.marks import Mark
from gateways.desk import Desk
from gateways.records import FiledDocument, Stamped


class ReviewCause(StrEnum):
    """The causes for which a list is put in review by an officer."""

    EXAMINATION = "examination"
    """What its documents say."""
    RISK = "risk"
    """The lane of a list, as a test forces it."""
    PAYMENT_DATA = "payment_data"
    """The original payment data of its platform are wrong or missing."""
    ASSESSMENT = "assessment"
    """What was found when its tax was assessed, such as its price."""
    GUARANTEE = "guarantee"
    """Its guarantor does not cover its tax: the assessment is requested again before it is concluded."""
    OFFICER = "officer"
    """An officer wants it so."""


class HeldAllowance(Struct, array_like=True):
    """The part of a buyer's yearly allowance that a list has reserved or used."""

    identity: str
    year: int
    value: int
    """Scaled."""
    state: str
    """reserved or used."""


class HeldCap(Struct, array_like=True):
    """The quantity that a list counts against a yearly cap of its buyer."""

    group: str
    quantity: int


class HeldStock(Struct, array_like=True):
    """The quantity that a line of a list has drawn from an account book."""

    ems_no: str
    item_record_no: str
    quantity: int
    gnum: int


class HeldPaymentData(Struct):
    """The request for the payment data of a list: its session, what was wrong with the last upload, whether it still
    matters."""

    session_id: str
    wrong: str = ""
    """The code with which the last upload was refused."""
    settled: bool = False


class Reservations(Struct, omit_defaults=True):
    """The reservations of a declaration, given back when it ends badly, stored as JSON. Empty, it is False."""

    allowance: HeldAllowance | None = None
    caps: list[HeldCap] = []
    stock: list[HeldStock] = []
    queried: bool = False
    """What its assessment found was put to an officer."""
    decision: int = 0
    """The id of a decision to conclude it that is answered when tax has answered; 0: none."""
    payment_data: HeldPaymentData | None = None
    """The payment data requested from its platform, where the sandbox requires them."""

    def __bool__(self) -> bool:
        """True if anything is held."""
        return self != _NOTHING

    @property
    def book_keys(self) -> set[tuple[str, str]]:
        """The lines of account books that stock was drawn from."""
        return {(drawn.ems_no, drawn.item_record_no) for drawn in self.stock}


_NOTHING = Reservations()


@dataclass(slots=True)
class Declaration(Stamped):
    """The life of one list. Instants are 0 until they are known; `value` is the dutiable value, scaled."""

    id: int
    key: str
    order_no: str
    state: str
    document_id: int
    document_version: int
    mailboxes: str
    cop_no: str
    pre_no: str
    customs_code: str
    ebp_code: str
    ebc_code: str
    agent_code: str
    assure_code: str
    logistics_key: str
    trade_mode: str
    buyer: str
    version: int = 0
    """0: not yet stored."""
    invt_no: str = ""
    lane: str = ""
    detention: str = ""
    value: int = 0
    full_tax: bool = False
    accepted_at: int = 0
    released_at: int = 0
    closed_at: int = 0
    delivered_at: int = 0
    arrived_at: int = 0
    last_return: int = 0
    reasons: tuple[Reason, ...] = ()
    held: Reservations = field(default_factory=Reservations)
    flow: str = "I"
    """I: import, E: export."""
    bill_no: str = ""
    batch_id: int = 0
    """The batch that it is a member of; 0: none."""
    statistics_flag: str = ""
    """What kind of declaration an export list is: A simplified, B summary; its receipts state it."""
    batch_no: str = ""
    """The number of that batch, which its receipts carry."""
    review_cause: str = ""
    """Why it is in review (`ReviewCause`), or was until its assessment was requested again; empty: it is not."""


@dataclass(slots=True)
class Request(Stamped):
    """A cancellation (623), return (625), tally (215) or note of transport, and what became of it."""

    id: int
    kind: str
    key: str
    declaration_id: int
    state: str
    document_id: int
    document_version: int
    mailboxes: str
    fields: dict[str, str]
    version: int = 0
    lines: dict[int, int] = field(default_factory=dict)
    """The quantities of a return, by number of the line."""
    filed_at: int = 0
    tally_id: int = 0
    """The tally (215) that found the parcel of an export return; 0: none has."""
    last_return: int = 0
    reasons: tuple[Reason, ...] = ()
    parcels_left: int = 0
    """The parcels of a departure note whose release is awaited."""


@dataclass(slots=True)
class BookLine:
    """One item of a bonded account book: what was filed and what has been drawn down, scaled."""

    ems_no: str
    item_record_no: str
    gcode: str
    gname: str
    unit: str
    filed: int = 0
    drawn: int = 0


@dataclass(slots=True)
class ParcelRecord:
    """The facts known of a waybill besides its documents: arrival at the site, signature of the buyer; for exports the
    master waybill of its consolidation, the arrival note that named it, its departure."""

    logistics_key: str
    arrived_at: int = 0
    signed_at: int = 0
    bill_no: str = ""
    arrival_key: str = ""
    departed_at: int = 0
    departure_id: int = 0
    """The departure note, as a request, that still waits for the release of this parcel; 0: none."""


class CustomsCompany(NamedTuple):
    """A registered company as customs knows it; `suspended_at` is since when it may not declare, 0: it may."""

    code: str
    name: str
    kinds: frozenset[str]
    credit_grade: str
    suspended_at: int = 0


class CustomsRepository(Protocol):
    """Loads in bulk, keeps what is put back. Keys that are not found are simply missing from the answer."""

    def orders(self, kind: str, values: Sequence[Any]) -> Collection[str]:
        """Order numbers of lists, by what names them: "declaration" or "request" (ids), "invt_no", "parcel" (keys);
        "note" (ids of requests) gives the meetings of notes of transport.

        They are only looked up, not locked.
        """

    def filed_at(self, order_nos: Sequence[str], kinds: Sequence[str]) -> Sequence[FiledDocument]:
        """Documents of some kinds at these meetings; only looked up, not locked."""

    def marks_at(self, order_nos: Sequence[str]) -> Collection[Mark]:
        """The marks of these meetings, together; only looked up, not locked."""

    def lock(self, order_nos: Sequence[str]) -> None:
        """Lock the meetings of these orders, in sorted order: with it everything that belongs to their trades."""

    def meet(self, order_nos: Sequence[str]) -> Mapping[str, list[FiledDocument]]:
        """Lock the meetings of these orders and give the documents of each."""

    def marks(self, order_no: str) -> Collection[Mark]:
        """The marks of a locked meeting."""

    def put_mark(self, order_no: str, mark: Mark) -> None:
        """Leave a mark at a locked meeting."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id."""

    def declarations(self, ids: Sequence[int]) -> Mapping[int, Declaration]:
        """Declarations by id, locked."""

    def declarations_of(self, order_nos: Sequence[str]) -> Sequence[Declaration]:
        """All declarations of these orders, locked."""

    def papers(self, kind: str, keys: Sequence[str]) -> Mapping[str, FiledDocument]:
        """Documents of a kind by business key, read under the locks of their meetings, which the caller holds."""

    def declarations_by_key(self, keys: Sequence[str], flow: str = "I") -> Mapping[str, Declaration]:
        """Declarations of a flow by business key, locked."""

    def declarations_by_invt_no(self, numbers: Sequence[str]) -> Mapping[str, Declaration]:
        """Declarations by list number, locked."""

    def declarations_by_parcel(self, logistics_keys: Sequence[str], flow: str = "I") -> Mapping[str, list[Declaration]]:
        """Declarations of a flow by carrier and waybill, locked."""

    def put_declaration(self, declaration: Declaration) -> None:
        """Keep a new or changed declaration."""

    def reserved(self, keys: Collection[str]) -> Sequence[BatchMember]:
        """Places that batches keep for these keys (merchant|order number, or an order number alone)."""

    def new_id(self) -> int:
        """An id for a new row."""

    def list_no(self, customs_code: str, year: int, flow: str = "I") -> str:
        """A new list number (invtNo)."""

    def intake_no(self, customs_code: str, now: int) -> str:
        """A new warehouse-entry number (rkdNo)."""

    def companies(self, codes: Sequence[str]) -> Mapping[str, CustomsCompany]:
        """Registered companies by either of their codes."""

    def persons(self, id_numbers: Sequence[str]) -> Mapping[str, str]:
        """Names of the persons that the identity register has, by identity number in capitals."""

    def allowances(self, persons: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Allowance]:
        """Allowance lines by identity and year, locked; a person without one gets an empty one."""

    def put_allowance(self, line: Allowance) -> None:
        """Keep a changed allowance line."""

    def caps(self, persons: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], dict[str, int]]:
        """Quantities counted against yearly caps, by identity and year, then by group; locked with the allowance."""

    def put_cap(self, identity: str, year: int, group: str, quantity: int) -> None:
        """Keep a changed quantity."""

    def book_lines(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], BookLine]:
        """Account-book lines by book and item, locked."""

    def put_book_line(self, line: BookLine) -> None:
        """Keep a new or changed line."""

    def requests(self, kind: str, keys: Sequence[str]) -> Mapping[str, Request]:
        """Cancellations or returns by business key, locked."""

    def requests_by_id(self, ids: Sequence[int]) -> Mapping[int, Request]:
        """Cancellations or returns by id, locked."""

    def requests_of(self, declaration_ids: Sequence[int]) -> Mapping[int, list[Request]]:
        """Cancellations and returns of declarations."""

    def refund_settled(self, declaration_id: int) -> bool:
        """True if the tax office has a certificate for the goods of an export list, or nothing of them was refunded."""

    def put_request(self, request: Request) -> None:
        """Keep a new or changed request."""

    def parcels(self, logistics_keys: Sequence[str]) -> Mapping[str, ParcelRecord]:
        """The facts known of these waybills, locked, also of those of which nothing is known yet."""

    def put_parcel(self, parcel: ParcelRecord) -> None:
        """Keep it."""


CustomsDesk: TypeAlias = Desk[CustomsRepository]
