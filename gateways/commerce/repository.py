"""The rows of market supervision and commerce: licences, queries, authorisations, filings, reports, counts, cases. One
lock a sandbox covers them: they are few, and a case joins several."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, TypeAlias

from declarations.commerce.licences import LicenceAnswer, LicenceRecord
from declarations.commerce.zone_reports import CellKey, ZoneCell, ZoneMonth
from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.records import FiledDocument


@dataclass(slots=True)
class LicenceQueryRow:
    """A query of the register about a company as of a day. `code`: the company that applies to the registrar, or that
    asks by a message (`document_id`). `answers`: what the register said, the same again only once."""

    id: int
    credit_code: str
    as_of: str
    code: str
    purpose: str
    document_id: int = 0
    document_version: int = 0
    asked_at: int = 0
    due_at: int = 0
    answered_at: int = 0
    times_answered: int = 0
    filing_no: str = ""
    answers: tuple[LicenceAnswer, ...] = ()

    @property
    def of_registration(self) -> bool:
        """True if the registrar asked."""
        return not self.document_id


@dataclass(slots=True)
class LicenceAuthorisation:
    """A company (`credit_code`) lets another (`holder`) ask for its licence until a day."""

    credit_code: str
    auth_no: str
    holder: str
    until: str
    withdrawn: bool = False


@dataclass(slots=True)
class TraderFilingRow:
    """The filing of a company as a foreign-trade operator."""

    credit_code: str
    filing_no: str
    en_code: str
    filed: str


class ZoneCompany(NamedTuple):
    """The company that reports for a pilot zone (the name of its city), from a day on."""

    zone: str
    since: str
    company: str


@dataclass(slots=True)
class ZoneMonthRow:
    """A revision of a zone's month: as its company told it (`revision` from 1), or as customs counted it. `reasons` of
    a told one: what differed when it came."""

    id: int
    zone: str
    month: str
    told: bool
    revision: int
    company: str
    at: int
    firms: int
    parcels: int
    cells: tuple[tuple[CellKey, ZoneCell], ...]
    new_registrations: str = ""
    warehouses: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def content(self) -> ZoneMonth:
        """Return its cells and totals."""
        return ZoneMonth(dict(self.cells), self.firms, self.parcels)


@dataclass(slots=True)
class CommerceCase:
    """Something that an officer looks at. `kind`: S the register is silent, X it contradicts itself, L it corrected
    itself later, V a registered company's licence ended, D a month differs, O a month is overdue. `key`: by which the
    same is known again; `about`: the company of the query or licence, or the zone's month."""

    id: int
    case_no: str
    state: str
    kind: str
    key: str
    about: str
    company: str
    credit_code: str
    zone: str
    month: str
    opened_at: int
    version: int = 0
    ended_at: int = 0
    decided_by: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def query_id(self) -> int:
        """The query that a case about a company is about (S, X, L, V)."""
        return int(self.key.rpartition("|")[2])


class CommerceRepository(Protocol):
    """Loads and stores rows in bulk. Keys that are not found are missing from the result."""

    def lock(self) -> None:
        """Lock market supervision and commerce of the sandbox."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, without those that were replaced since."""

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        """The DXP ids of companies that have one, by their customs codes and by their credit codes."""

    def credit_codes(self, codes: Collection[str]) -> Mapping[str, str]:
        """The credit codes of registered companies, by either code."""

    def companies(self, credit_codes: Collection[str]) -> Mapping[str, Collection[str]]:
        """The codes of registered companies by their credit codes."""

    def licensed(self) -> Collection[str]:
        """The credit codes of all registered companies of which the register has recorded something."""

    def licences(self, credit_codes: Collection[str]) -> Mapping[str, Sequence[LicenceRecord]]:
        """All that the register recorded of companies."""

    def queries(self, ids: Collection[int]) -> Mapping[int, LicenceQueryRow]:
        """Queries by id."""

    def queries_about(self, credit_codes: Collection[str]) -> Sequence[LicenceQueryRow]:
        """The registrar's queries about companies, oldest first."""

    def put_query(self, query: LicenceQueryRow) -> None:
        """Store a new or changed query."""

    def authorisation(self, credit_code: str, auth_no: str) -> LicenceAuthorisation | None:
        """An authorisation by its company and number."""

    def put_authorisation(self, given: LicenceAuthorisation) -> None:
        """Store a new or changed authorisation."""

    def filings(self, credit_codes: Collection[str]) -> Mapping[str, TraderFilingRow]:
        """Filings of foreign-trade operators by company."""

    def put_filing(self, filing: TraderFilingRow) -> None:
        """Store a filing, which replaces an earlier one of the company."""

    def zone_companies(self, zone: str) -> Sequence[ZoneCompany]:
        """The companies that report for a zone, the earliest first."""

    def months(self, zone: str, month: str) -> Sequence[ZoneMonthRow]:
        """All revisions of a zone's month, told and counted, oldest first."""

    def put_month(self, row: ZoneMonthRow) -> None:
        """Store a new revision."""

    def count(self, zone: str, first: date) -> ZoneMonth:
        """Count the lists of a zone's customs offices that were closed in a month, from customs' own rows."""

    def cases(self, ids: Collection[int]) -> Mapping[int, CommerceCase]:
        """Cases by id."""

    def cases_about(self, about: Collection[str]) -> Sequence[CommerceCase]:
        """The cases about queries, companies or months, oldest first."""

    def put_case(self, case: CommerceCase) -> None:
        """Store a new or changed case."""

    def new_id(self) -> int:
        """An id for a new row."""


CommerceDesk: TypeAlias = Desk[CommerceRepository]
