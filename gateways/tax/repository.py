"""State of the tax gateway: guarantees and tax bills. The store implements `TaxRepository`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from declarations import lifecycle
from declarations.documents import Inventory
from declarations.tax.import_tax import Assessment
from gateways.desk import Desk
from gateways.records import Stamped


@dataclass(slots=True)
class Guarantee:
    """A guarantor's account, scaled: what was lodged, what is reserved before release, what is booked with a bill."""

    assure_code: str
    amount: int
    reserved: int = 0
    booked: int = 0
    standing: str = ""
    """Withdrawn or used_up (`declarations.collection.Standing`); empty or good: it covers what it can."""
    valid_until: str = ""
    """Its last day, as YYYY-MM-DD; empty: it has none."""
    overdue: int = 0
    """How many bills of the guarantor are overdue."""

    @property
    def available(self) -> int:
        """The amount that can still be reserved."""
        return self.amount - self.reserved - self.booked


@dataclass(slots=True)
class Bill(Stamped):
    """The tax of one list. `sequence` counts the bills of a list: a partial return voids one and makes the next.

    Its states are those of `lifecycle.tax_bill`. It is overdue when the guarantee failed until the last day of payment:
    then it is paid with its surcharge.
    """

    declaration_id: int
    sequence: int
    order_no: str
    key: str
    state: str
    assure_code: str
    assessment: Assessment
    version: int = 0
    tax_no: str = ""
    released_at: int = 0
    collected_at: int = 0
    duty_no: str = ""
    overdue_at: int = 0
    surcharge: int = 0
    """What lateness cost when it was paid, scaled."""
    pending: bool = False
    """A return was applied for in time: collection waits for the goods."""
    mailboxes: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    last_return: int = 0

    def advance(self, action: str) -> None:
        """Move it along its lifecycle; raises `lifecycle.NotAllowed` when its state forbids the action."""
        self.state = lifecycle.move(self.state, action, "tax_bill").to

    @property
    def total(self) -> int:
        """Duty, consumption tax and VAT together, scaled."""
        return self.assessment.total


class TaxedList(NamedTuple):
    """A list that tax is due for."""

    order_no: str
    key: str
    facts: Inventory


class TaxRepository(Protocol):
    """Loads in bulk, keeps what is put back."""

    def inventories(self, document_ids: Sequence[int]) -> Mapping[int, TaxedList]:
        """Lists by document id."""

    def guarantees(self, assure_codes: Sequence[str]) -> Mapping[str, Guarantee]:
        """Guarantors' accounts, locked; an unknown guarantor is missing."""

    def put_guarantee(self, guarantee: Guarantee) -> None:
        """Keep a changed account."""

    def bills(self, declaration_ids: Sequence[int]) -> Mapping[int, Bill]:
        """The newest bill of each list, locked."""

    def first_bill(self, declaration_id: int) -> Bill:
        """The bill that was made at release, whatever became of it since."""

    def put_bill(self, bill: Bill) -> None:
        """Keep a new or changed bill."""


TaxDesk: TypeAlias = Desk[TaxRepository]
