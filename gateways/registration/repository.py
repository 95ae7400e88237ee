"""State of the registrar: companies, their grades, goods that they filed. The store implements the protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.records import FiledDocument, Stamped

IMPORTED, FILED = "imported", "filed"
"""Where a participant comes from: master data, or an application."""


@dataclass(slots=True)
class Enterprise(Stamped):
    """The registration of a company. Amounts are scaled, instants 0 until they are known.

    `state` is one of the lifecycle `registration`; `channel` is green, officer, or imported (master data brought the
    company, and nothing but its codes, name and kinds is known); the named columns say what is
    registered, or applied for where nothing is yet; `document_id` and `document_version` the application handled last.
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
    """What else is known: days of the last refusal and suspension, until when it may put things right, the state that
    an application in review will leave if it is refused, licences and agent."""
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
    """A company as all agencies know it. Edition and tolerances, which are its settings here, are not the
    registrar's."""

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
    """The grade of a company from a day on (as 2026-04-01): where it comes from, who gave it, when that was."""

    code: str
    since: str
    grade: str
    source: str
    who: str
    at: int


@dataclass(slots=True)
class GoodsPaper(Stamped):
    """A filing of goods; `id` is that of its document, `reasons` say what was refused of it."""

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
    """Loads in bulk, keeps what is put back. Keys that are not found are simply missing from the answer."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id."""

    def enterprises(self, codes: Sequence[str]) -> Mapping[str, Enterprise]:
        """Registrations by customs code, locked."""

    def put_enterprise(self, enterprise: Enterprise) -> None:
        """Keep a new or changed registration."""

    def participants(self, codes: Sequence[str]) -> Mapping[str, Participant]:
        """Participants by their code, locked."""

    def put_participant(self, participant: Participant) -> None:
        """Keep a new or changed participant."""

    def companies(self, codes: Sequence[str]) -> Mapping[str, Sequence[Participant]]:
        """Participants by either of their codes, with what this batch has changed; only looked up, not locked."""

    def grades(self, codes: Sequence[str]) -> Mapping[str, Sequence[CreditGrade]]:
        """The grades of companies by code, oldest first, read under the locks of their participants."""

    def put_grade(self, grade: CreditGrade) -> None:
        """Keep a new grade, or another for the same day."""

    def filings(self, ids: Sequence[int]) -> Mapping[int, GoodsPaper]:
        """Filings of goods by the id of their document, locked."""

    def put_filing(self, filing: GoodsPaper) -> None:
        """Keep a new or changed filing."""

    def put_goods(self, goods: FiledGoods) -> None:
        """Keep goods, in place of those of the same company and item number."""


RegistrarDesk: TypeAlias = Desk[RegistrarRepository]
