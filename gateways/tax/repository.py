"""The rows of the tax gateway: guarantees and tax bills. The store implements `TaxRepository`."""

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
    """A guarantor's account; amounts are scaled: the guarantee, reserved before release, booked for bills."""

    assure_code: str
    amount: int
    reserved: int = 0
    booked: int = 0
    standing: str = ""
    """withdrawn, used_up or waived (`declarations.collection.GuaranteeStanding`); empty or good: valid."""
    valid_until: str = ""
    """Its last day, as YYYY-MM-DD; empty: unlimited."""
    overdue: int = 0
    """Number of the guarantor's overdue bills."""

    @property
    def available(self) -> int:
        """The amount that can still be reserved."""
        return self.amount - self.reserved - self.booked


@dataclass(slots=True)
class Bill(Stamped):
    """The tax of one list; `state` is one of the lifecycle `tax_bill`.

    `sequence` counts the bills of a list, since a partial return replaces the bill. A bill is overdue if the guarantee
    fails until the last day of payment; it is then paid with a surcharge.
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
    """The surcharge paid for lateness, scaled."""
    pending: bool = False
    """A return is pending: collection is suspended."""
    mailboxes: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    last_return: int = 0

    def advance(self, action: str) -> None:
        """Apply an action of the lifecycle; raises `lifecycle.NotAllowed` if the state forbids it."""
        self.state = lifecycle.transition_of(self.state, action, "tax_bill").to

    @property
    def total(self) -> int:
        """Total of duty, consumption tax and VAT, scaled."""
        return self.assessment.total


class TaxedList(NamedTuple):
    """A list to assess."""

    order_no: str
    key: str
    facts: Inventory


class TaxRepository(Protocol):
    """Loads and stores rows in bulk."""

    def inventories(self, document_ids: Sequence[int]) -> Mapping[int, TaxedList]:
        """Lists by document id."""

    def guarantees(self, assure_codes: Sequence[str]) -> Mapping[str, Guarantee]:
        """Guarantors' accounts, locked, without unknown guarantors."""

    def grade_of(self, code: str) -> str:
        """The credit grade of a company by its customs code; empty if it is not registered."""

    def put_guarantee(self, guarantee: Guarantee) -> None:
        """Store a changed account."""

    def bills(self, declaration_ids: Sequence[int]) -> Mapping[int, Bill]:
        """The newest bill of each list, locked."""

    def first_bill(self, declaration_id: int) -> Bill:
        """The bill made at release, in any state."""

    def put_bill(self, bill: Bill) -> None:
        """Store a new or changed bill."""


TaxDesk: TypeAlias = Desk[TaxRepository]
