"""The rows of customs: declarations, requests, allowances, account books, parcels.

The store implements `CustomsRepository`. All queries are in bulk; changed rows are passed back with `put_*` and stored
when the batch commits. A meeting is the row under which the documents of one order (or parcel, or note) are joined; its
lock covers their declarations, requests and documents.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, TypeAlias

from declarations.allowance import Allowance
from declarations.reasons import Reason
from declarations.tax.returned_export import ReturnedTax
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.book_movements import BookMovement
from gateways.customs.held import Reservations
from gateways.customs.korea_standings import KoreaStandings
from gateways.customs.marks import Mark
from gateways.desk import Desk
from gateways.records import FiledDocument, Stamped


class ReviewCause(StrEnum):
    """The causes for which a list is put in review by an officer."""

    EXAMINATION = "examination"
    """Findings in its documents."""
    RISK = "risk"
    """The lane, which a test trigger forced."""
    PAYMENT_DATA = "payment_data"
    """The original payment data of its platform are wrong or missing."""
    ASSESSMENT = "assessment"
    """Doubts about its assessment, such as its price."""
    GUARANTEE = "guarantee"
    """Its tax is not guaranteed; before it is concluded, the assessment is requested again."""
    OFFICER = "officer"
    """An officer's decision."""
    HELD = "held"
    """Somebody holds it, a company of it, its goods or a lot on which it draws."""


@dataclass(slots=True)
class Declaration(Stamped):
    """The life of one list. Instants are 0 until known; `value` is the dutiable value, scaled."""

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
    """Kind of declaration of an export list: A simplified, B summary; stated in its receipts."""
    batch_no: str = ""
    """The number of that batch; stated in its receipts."""
    review_cause: str = ""
    """A `ReviewCause` while it is in review or its assessment is requested again after that; else empty."""


@dataclass(slots=True)
class Request(Stamped):
    """The state of a cancellation (623, 605), return (625, 213), tally (215), summary request or note of transport."""

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
    """The quantities of a return, by line number."""
    filed_at: int = 0
    tally_id: int = 0
    """Id of the tally (215) for the parcel of an export return; 0: none."""
    last_return: int = 0
    reasons: tuple[Reason, ...] = ()
    parcels_left: int = 0
    """Number of parcels of a departure note whose release is awaited."""
    tax: ReturnedTax | None = None
    """The import taxes of an export that comes back, if it is not free of them."""


@dataclass(slots=True)
class BookLine:
    """One item of a bonded account book, a lot; `filed`, `drawn` by lists and `booked_out` are quantities, scaled.

    `area_code`: the warehouse that filed it last; empty for imported stock of which no owner was given."""

    ems_no: str
    item_record_no: str
    gcode: str
    gname: str
    unit: str
    filed: int = 0
    drawn: int = 0
    booked_out: int = 0
    area_code: str = ""


@dataclass(slots=True)
class ParcelRecord:
    """The progress of a parcel: arrival at the site and the buyer's signature; for exports also the master waybill of
    its consolidation, the arrival note that named it, its departure."""

    logistics_key: str
    arrived_at: int = 0
    signed_at: int = 0
    bill_no: str = ""
    arrival_key: str = ""
    departed_at: int = 0
    departure_id: int = 0
    """Id of the departure note (`Request`) that waits for the release of this parcel; 0: none."""


class CustomsCompany(NamedTuple):
    """A registered company; it may not declare since `suspended_at`, if that is not 0."""

    code: str
    name: str
    kinds: frozenset[str]
    credit_grade: str
    suspended_at: int = 0


class CustomsRepository(KoreaStandings, Protocol):
    """Loads and stores rows in bulk. Keys that are not found are missing from the result."""

    def orders(self, kind: str, values: Sequence[Any]) -> Collection[str]:
        """Order numbers of lists, without locks. `kind` says what `values` are: "declaration" or "request" (ids),
        "invt_no", "parcel" (keys); for "note" (ids of requests) the result is the meetings of notes of transport.
        """

    def found_differing(self, ids: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Lists of which an inspector has recorded that goods differ or are missing → these lines; whatever came of the
        decision that recorded it: his proposal was declined, he withdrew it or took it back."""

    def filed_at(self, order_nos: Sequence[str], kinds: Sequence[str]) -> Sequence[FiledDocument]:
        """Documents of some kinds at these meetings, without locks."""

    def marks_at(self, order_nos: Sequence[str]) -> Collection[Mark]:
        """All marks of these meetings, without locks."""

    def lock(self, order_nos: Sequence[str]) -> None:
        """Lock the meetings of these orders, in sorted order; this covers all rows of their trades."""

    def load_meetings(self, order_nos: Sequence[str]) -> Mapping[str, list[FiledDocument]]:
        """Lock the meetings of these orders and return the documents of each."""

    def marks(self, order_no: str) -> Collection[Mark]:
        """The marks of a locked meeting."""

    def put_mark(self, order_no: str, mark: Mark) -> None:
        """Leave a mark at a locked meeting."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id."""

    def declarations(self, ids: Sequence[int]) -> Mapping[int, Declaration]:
        """Declarations by id, locked."""

    def lists_in_review(self, cause: str, about: str, after: int, most: int) -> Sequence[int]:
        """Ids of lists in review for a cause, one of whose reasons has this value, behind an id, in their order; at
        most so many. Not locked."""

    def declarations_of(self, order_nos: Sequence[str]) -> Sequence[Declaration]:
        """All declarations of these orders, locked."""

    def papers(self, kind: str, keys: Sequence[str]) -> Mapping[str, FiledDocument]:
        """Documents of a kind by business key, read under the locks of their meetings, which the caller holds."""

    def declarations_by_key(self, keys: Sequence[str], flow: str = "I") -> Mapping[str, Declaration]:
        """Declarations of a flow by business key, locked."""

    def declarations_by_invt_no(self, given_numbers: Sequence[str]) -> Mapping[str, Declaration]:
        """Declarations by list number, locked."""

    def declarations_by_parcel(self, logistics_keys: Sequence[str], flow: str = "I") -> Mapping[str, list[Declaration]]:
        """Declarations of a flow by carrier and waybill, locked."""

    def put_declaration(self, declaration: Declaration) -> None:
        """Store a new or changed declaration."""

    def reserved(self, keys: Collection[str]) -> Sequence[BatchMember]:
        """Places that batches have reserved for these keys (merchant|order number, or an order number alone)."""

    def new_id(self) -> int:
        """An id for a new row."""

    def list_no(self, customs_code: str, year: int, flow: str = "I") -> str:
        """A new list number (invtNo)."""

    def intake_no(self, customs_code: str, now: int) -> str:
        """A new warehouse-entry number (rkdNo)."""

    def companies(self, codes: Sequence[str]) -> Mapping[str, CustomsCompany]:
        """Registered companies by either of their codes."""

    def persons(self, id_numbers: Sequence[str]) -> Mapping[str, str]:
        """Names of persons in the identity register, by identity number in capitals."""

    def allowances(self, persons: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Allowance]:
        """Allowance lines by identity and year, locked; a person without one gets an empty one."""

    def put_allowance(self, line: Allowance) -> None:
        """Store a changed allowance line."""

    def caps(self, persons: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], dict[str, int]]:
        """Quantities counted against yearly caps, by identity and year, then by group; locked with the allowance."""

    def put_cap(self, identity: str, year: int, group: str, quantity: int) -> None:
        """Store a changed quantity."""

    def book_lines(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], BookLine]:
        """Account-book lines by book and item, locked."""

    def put_book_movement(self, movement: BookMovement) -> None:
        """Store what was booked out of a book."""

    def put_book_line(self, line: BookLine) -> None:
        """Store a new or changed line."""

    def requests(self, kind: str, keys: Sequence[str]) -> Mapping[str, Request]:
        """Requests of a kind by business key, locked."""

    def requests_by_id(self, ids: Sequence[int]) -> Mapping[int, Request]:
        """Requests by id, locked."""

    def requests_of(self, declaration_ids: Sequence[int]) -> Mapping[int, list[Request]]:
        """Requests by id of their declaration."""

    def refund_settled(self, declaration_id: int) -> bool:
        """True if the tax office has issued a certificate for the goods of an export list, or never refunded them."""

    def put_request(self, request: Request) -> None:
        """Store a new or changed request."""

    def parcels(self, logistics_keys: Sequence[str]) -> Mapping[str, ParcelRecord]:
        """Parcels by key; locked, also those that do not exist yet."""

    def put_parcel(self, parcel: ParcelRecord) -> None:
        """Store a new or changed parcel."""


CustomsDesk: TypeAlias = Desk[CustomsRepository]
