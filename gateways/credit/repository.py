"""The rows of credit: events, cases, and a file for each company, whose lock covers both."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol, TypeAlias

from declarations.credit.conditions import Checked
from declarations.credit.events import CreditEvent
from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.records import FiledDocument


@dataclass(slots=True)
class CreditFile:
    """A company's file: the instant for which its next assessment is scheduled, 0: none."""

    code: str
    next_due: int = 0


@dataclass(slots=True)
class RecordedEvent:
    """An event as it was told last; `key`: agency|eventNo. Days as 2026-04-01, empty: not yet."""

    id: int
    key: str
    ebc_code: str
    kind: str
    degree: str
    agency: str
    occurred: str
    decided: str
    final: str
    amount: int
    documents: int
    doc_no: str
    evidence: str
    cured: str
    withdrawn: str
    recorded_at: int

    @property
    def facts(self) -> CreditEvent:
        """The event as rules read it."""
        return CreditEvent(
            number=self.key,
            kind=self.kind,
            degree=self.degree,
            agency=self.agency,
            occurred=date.fromisoformat(self.occurred),
            decided=date.fromisoformat(self.decided),
            final=_day(self.final),
            amount=self.amount,
            documents=self.documents,
            doc_no=self.doc_no,
            evidence=self.evidence,
            cured=_day(self.cured),
            withdrawn=_day(self.withdrawn),
        )


@dataclass(slots=True)
class CreditCase:
    """A case: the grade to which conditions lead, its grounds, and what became of it.

    `grade_before`: the company's grade when it was proposed. `events`: the numbers of those used, `grounds`: every
    condition with its numbers. `until` of a dropped case: the last day on which its author lets the same grade not be
    proposed again. `decide_until`: the last day on which an objection is to be verified, or a repair decided. Days as
    2026-04-01."""

    id: int
    case_no: str
    state: str
    ebc_code: str
    credit_code: str
    name: str
    grade_before: str
    grade: str
    order_zh: str
    order_en: str
    provisional: bool
    events: tuple[str, ...]
    grounds: tuple[Checked, ...]
    opened_at: int
    version: int = 0
    degree: str = ""
    since: str = ""
    defence_until: str = ""
    objection: str = ""
    shown_until: str = ""
    repair_from: str = ""
    plea: str = ""
    until: str = ""
    decided_by: str = ""
    decided_at: int = 0
    ended_at: int = 0
    reasons: tuple[Reason, ...] = ()
    decide_until: str = ""


class KnownCompany(NamedTuple):
    """A registered company."""

    code: str
    credit_code: str
    name: str
    kinds: str
    grade: str
    suspended_at: int
    dxp_id: str = ""


class CreditRepository(Protocol):
    """Loads and stores rows in bulk. Keys that are not found are missing from the result."""

    def companies(self, codes: Collection[str]) -> Mapping[str, KnownCompany]:
        """Registered companies by either of their codes."""

    def companies_of(self, case_ids: Collection[int]) -> Collection[str]:
        """The customs codes of cases' companies; without locks."""

    def case_ids(self, numbers: Collection[str]) -> Mapping[str, int]:
        """The ids of cases by their numbers; without locks."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, without those that were replaced since."""

    def files(self, codes: Collection[str]) -> Mapping[str, CreditFile]:
        """The files of companies, made where there is none, locked."""

    def put_file(self, file: CreditFile) -> None:
        """Store a changed file."""

    def events(self, codes: Collection[str]) -> Mapping[str, Sequence[RecordedEvent]]:
        """The events of companies, in the order of their numbers."""

    def put_event(self, event: RecordedEvent) -> None:
        """Store an event, replacing that of the same number."""

    def cases(self, ids: Collection[int]) -> Mapping[int, CreditCase]:
        """Cases by id."""

    def cases_of(self, code: str) -> Sequence[CreditCase]:
        """The cases of a company, oldest first."""

    def put_case(self, case: CreditCase) -> None:
        """Store a new or changed case."""

    def documents_of(self, code: str, since: int, until: int) -> int:
        """The number of lists of a company that were accepted between two instants."""

    def new_id(self) -> int:
        """An id for a new row."""


CreditDesk: TypeAlias = Desk[CreditRepository]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
