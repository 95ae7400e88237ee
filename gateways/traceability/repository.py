"""The rows of traceability: trace batches with their codes, recalls with what buyers did. Locks on lots of account
books cover the batches of these lots, those on recalls what is reported of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from declarations.money import Scaled
from declarations.reasons import Reason
from declarations.traceability.recalls import Quantities
from gateways.desk import Desk
from gateways.records import FiledDocument

BookKey: TypeAlias = tuple[str, str]
"""Account book and item, which together are a lot: (emsNo, itemRecordNo); empty texts for goods of no book."""
NO_LOT: BookKey = ("", "")


@dataclass(slots=True)
class TraceBatch:
    """A quantity of one lot of a producer, for which trace codes were issued.

    `batch_no` is the trace code of the lot. `precision`: how exactly its goods are found in lists: `lot` if no other
    lot shares its item of an account book, else `sku+days`. `codes`: how many items have a code of their own. Days are
    yyyyMMdd, quantities scaled."""

    id: int
    batch_no: str
    key: str
    state: str
    ebc_code: str
    cop_no: str
    goods_kind: str
    lot: str
    origin: str
    produced_day: str
    expiry_day: str
    qty: int
    unit: str
    precision: str
    registered_at: int
    gtin: str = ""
    item_no: str = ""
    gname: str = ""
    gcode: str = ""
    ems_no: str = ""
    item_record_no: str = ""
    codes: int = 0
    recall_agent: str = ""
    recall_no: str = ""
    version: int = 0

    @property
    def book_key(self) -> BookKey:
        """The lot of the account book that it belongs to."""
        return self.ems_no, self.item_record_no


class BookLot(NamedTuple):
    """A lot of an account book; quantities are scaled and in `unit`."""

    ems_no: str
    item_record_no: str
    gcode: str
    gname: str
    unit: str
    filed: int
    drawn: int
    booked_out: int

    @property
    def left(self) -> Scaled:
        """The quantity that no list has drawn, and that has not left the book without a list."""
        return max(0, self.filed - self.drawn - self.booked_out)


class TraceCode(NamedTuple):
    """A trace code of a batch: `serial` is 0 for that of the lot, else 1 and up."""

    code: str
    batch_id: int
    serial: int
    issued_at: int


class TracedUnit(NamedTuple):
    """The goods that a recall looks for in lists: a lot of an account book, or an item number of the company in lists
    that were released at `since` or later. `lots`: those of the producer that it stands for, with blanks between."""

    lots: str
    precision: str
    ems_no: str = ""
    item_record_no: str = ""
    item_no: str = ""
    since: int = 0

    @property
    def book_key(self) -> BookKey:
        """The lot of the account book."""
        return self.ems_no, self.item_record_no


class TracedLine(NamedTuple):
    """A line of a list with goods of a unit. `released_at`: 0 if the list still waits; `returned`: of its quantity what
    customs has taken back (625, 626; 213). `gcode`: empty of goods of an account book, which has it."""

    declaration_id: int
    invt_no: str
    ebc_code: str
    ebp_code: str
    logistics_key: str
    released_at: int
    gnum: int
    quantity: int
    unit: TracedUnit
    returned: int = 0
    gcode: str = ""

    @property
    def kept(self) -> Scaled:
        """The quantity that has not come back."""
        return self.quantity - self.returned


@dataclass(slots=True)
class Recall:
    """A recall: which goods, what the window found of them when it was registered, what became of those sold.

    `ordered`: Y or N; `source`: the measure of a spot check that ordered it. `lots`: of the producer, empty for all.
    `held_qty`, `sold_qty`, `lists`: as found at registration, `holding`: whether lots of it are still held.
    `seq`: of the newest report. Instants are 0 until they come."""

    id: int
    recall_no: str
    state: str
    goods_kind: str
    recall_class: str
    ordered: str
    ebc_code: str
    hazard: str
    start_at: int
    start_due: int
    finish_due: int
    law: str
    registered_at: int
    ebp_code: str = ""
    recall_agent: str = ""
    gtin: str = ""
    item_no: str = ""
    ems_no: str = ""
    item_record_no: str = ""
    lots: tuple[str, ...] = ()
    made_from: str = ""
    made_until: str = ""
    remedy: str = ""
    source: str = ""
    opened_by: str = ""
    units: tuple[TracedUnit, ...] = ()
    platforms: tuple[str, ...] = ()
    precision: str = ""
    gname: str = ""
    held_qty: int = 0
    sold_qty: int = 0
    lists: int = 0
    holding: int = 0
    seq: int = 0
    told: int = 0
    back: int = 0
    destroyed: int = 0
    refunded: int = 0
    began_at: int = 0
    completed_at: int = 0
    overdue_at: int = 0
    overdue_kind: str = ""
    reasons: tuple[Reason, ...] = ()
    version: int = 0
    booked_out: dict[str, Scaled] = field(default_factory=dict)
    """By lot of an account book (book|item)."""

    @property
    def quantities(self) -> Quantities:
        """The sums of the goods that were sold, in all."""
        return Quantities(self.told, self.back, self.destroyed, self.refunded)

    @property
    def book_keys(self) -> Sequence[BookKey]:
        """The lots of account books that it concerns."""
        return [unit.book_key for unit in self.units if unit.ems_no]


class ParcelOutcome(NamedTuple):
    """What became of the goods of one list: quantities that came back, were destroyed, were refunded; of each counts
    the newest report."""

    recall_id: int
    invt_no: str
    back: int
    destroyed: int
    refunded: int
    seq: int
    at: int


class TracedGoods(Protocol):
    """Loads batches, lots of account books and lists in which their goods were sold."""

    def book_lots(self, keys: Collection[BookKey]) -> Mapping[BookKey, BookLot]:
        """Lots of account books, in a batch of deliveries locked against others of them."""

    def batches(
        self, keys: Collection[str] = (), lots: Collection[str] = (), books: Collection[BookKey] = ()
    ) -> Sequence[TraceBatch]:
        """The batches with one of these keys (ebcCode|copNo), lots of the producer, or lots of account books."""

    def batches_of(self, ebc_code: str, gtin: str, item_no: str, book: BookKey) -> Sequence[TraceBatch]:
        """The batches of a company with any of these numbers of goods; empty ones, and `NO_LOT`, count for nothing."""

    def traced_lines(
        self, ebc_code: str, units: Sequence[TracedUnit], until: int, invt_nos: Collection[str] = ()
    ) -> Iterable[TracedLine]:
        """The lines of accepted lists that were not cancelled, with goods of these units: those that draw on a lot,
        whosever lists they are, import or export, and import lists of the company with an item number, released at
        `until` or before; `invt_nos`: only lists with these numbers."""


class TraceabilityRepository(TracedGoods, Protocol):
    """Loads and stores rows in bulk."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, without those that were replaced since."""

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        """The DXP ids of companies that have one, by their codes."""

    def put_batch(self, batch: TraceBatch) -> None:
        """Store a new or changed batch."""

    def put_codes(self, codes: Sequence[TraceCode]) -> None:
        """Store new codes."""

    def code_numbers(self, count: int) -> Sequence[int]:
        """So many numbers that no code of the sandbox was made of."""

    def recalls(self, ids: Collection[int]) -> Mapping[int, Recall]:
        """Recalls by id, locked."""

    def recall_ids(self, numbers: Collection[str]) -> Mapping[str, int]:
        """The ids of recalls by their numbers."""

    def recalls_of(self, ebc_code: str) -> Sequence[Recall]:
        """The recalls of a company."""

    def put_recall(self, recall: Recall) -> None:
        """Store a new or changed recall."""

    def outcomes(self, recall_id: int) -> Sequence[ParcelOutcome]:
        """What became of goods of the lists of a recall, as last reported."""

    def put_outcomes(self, outcomes: Sequence[ParcelOutcome]) -> None:
        """Store what became of goods of lists; newer reports replace older ones."""

    def new_id(self) -> int:
        """An id for a new row."""


TraceabilityDesk: TypeAlias = Desk[TraceabilityRepository]
