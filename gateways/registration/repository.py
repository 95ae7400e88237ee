"""The rows of the registrar: companies, their grades, filed goods. The store implements `RegistrarRepository`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.records import FiledDocument, Stamped

IMPORTED, FILED = "imported", "filed"
"""Sources of a participant: master data, or an application."""


@dataclass(slots=True)
class Enterprise(Stamped):
    """The registration of a company. Amounts are scaled, instants 0 until known.

    `state` is one of the lifecycle `registration`. `channel` is green, officer, or imported (from master data: only
    codes, name and kinds are known). The columns hold the registered values, or those applied for before the first
    registration. `document_id` and `document_version` are those of the last application handled.
    """

    code: str
    key: str
    state: str
    version: int = 0
    """0: not yet stored."""
    credit_code: str = ""
    name: str = ""
    kinds: str = ""
    channel: str = ""
    zone: str = ""
    taxpayer_kind: str = ""
    refund_kind: str = ""
    tax_credit: str = ""
    net_assets: int = 0
    last_refund: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    """Further values: days of the last refusal and suspension, last day to correct errors, licences, agent, and
    `standing`, the state to return to if the application in review is refused."""
    mailboxes: str = ""
    document_id: int = 0
    document_version: int = 0
    reasons: tuple[Reason, ...] = ()
    filed_at: int = 0
    decided_at: int = 0
    suspended_at: int = 0
    last_return: int = 0


@dataclass(slots=True)
class Participant:
    """A company as all agencies see it, without the window's settings for it (edition, tolerances)."""

    code: str
    credit_code: str
    name: str
    kinds: str
    dxp_id: str
    credit_grade: str
    source: str
    suspended_at: int = 0


@dataclass(slots=True)
class CreditGrade:
    """The grade of a company from the day `since` (as 2026-04-01); given by `who`, at the instant `at`."""

    code: str
    since: str
    grade: str
    source: str
    who: str
    at: int


@dataclass(slots=True)
class GoodsPaper(Stamped):
    """A filing of goods; `id` is that of its document, `reasons` are those of refused lines."""

    id: int
    key: str
    state: str
    ebc_code: str
    cop_no: str
    mailboxes: str
    document_id: int
    document_version: int
    version: int = 0
    """0: not yet stored."""
    reasons: tuple[Reason, ...] = ()
    filed_at: int = 0
    last_return: int = 0


@dataclass(slots=True)
class FiledGoods:
    """Goods that a company has filed, by its own item number."""

    ebc_code: str
    item_no: str
    gcode: str
    gname: str
    unit: str
    country: str
    state: str
    filing_id: int
    at: int


class RegistrarRepository(Protocol):
    """Loads and stores rows in bulk. Keys that are not found are missing from the result."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id."""

    def enterprises(self, codes: Sequence[str]) -> Mapping[str, Enterprise]:
        """Registrations by customs code, locked."""

    def put_enterprise(self, enterprise: Enterprise) -> None:
        """Store a new or changed registration."""

    def participants(self, codes: Sequence[str]) -> Mapping[str, Participant]:
        """Participants by customs code, locked."""

    def put_participant(self, participant: Participant) -> None:
        """Store a new or changed participant."""

    def companies(self, codes: Sequence[str]) -> Mapping[str, Sequence[Participant]]:
        """Participants by either of their codes, including this batch's changes; without locks."""

    def grades(self, codes: Sequence[str]) -> Mapping[str, Sequence[CreditGrade]]:
        """The grades of companies by code, oldest first, read under the locks of their participants."""

    def put_grade(self, grade: CreditGrade) -> None:
        """Store a grade, replacing one for the same day."""

    def filings(self, ids: Sequence[int]) -> Mapping[int, GoodsPaper]:
        """Filings of goods by document id, locked."""

    def put_filing(self, filing: GoodsPaper) -> None:
        """Store a new or changed filing."""

    def put_goods(self, goods: FiledGoods) -> None:
        """Store goods, replacing those with the same company and item number."""


RegistrarDesk: TypeAlias = Desk[RegistrarRepository]
