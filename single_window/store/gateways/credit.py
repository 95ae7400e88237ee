"""The credit gateway's state in the database, and what it reads of companies and their lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, union

from declarations.credit.conditions import Checked
from declarations.reasons import Reason
from gateways.credit.repository import CreditCase, CreditFile, KnownCompany, RecordedEvent
from gateways.records import FiledDocument
from single_window.store import work_cases
from single_window.store.agency_tables.credit import credit_case, credit_event, credit_file
from single_window.store.bulk import begins_with, of_sandbox, on_sqlite, one_of, upsert_rows
from single_window.store.gateways.filed import filed_by_id
from single_window.store.numbering import ROWS, Numbering
from single_window.store.records import Records, decoder
from single_window.store.tables import declaration, participant

FILES = Records(CreditFile, credit_file)
EVENTS = Records(RecordedEvent, credit_event)
CASES = Records(
    CreditCase,
    credit_case,
    {
        "events": decoder(tuple[str, ...], tuple),
        "grounds": decoder(tuple[Checked, ...], tuple),
        "reasons": decoder(tuple[Reason, ...], tuple),
    },
)
_COMPANY = [
    participant.c[name] for name in ("code", "credit_code", "name", "kinds", "credit_grade", "suspended_at", "dxp_id")
]


def known_companies(connection: Connection, sandbox: str, codes: Collection[str]) -> Mapping[str, KnownCompany]:
    """Registered companies by either of their codes."""
    if not codes:
        return {}
    wanted, chosen = sorted(codes), select(*_COMPANY).where(participant.c.sandbox == sandbox)
    # a UNION, because each code has an index and OR would use neither
    named = [chosen.where(one_of(connection, participant.c[name], wanted)) for name in ("code", "credit_code")]
    rows = map(KnownCompany._make, connection.execute(union(*named)).all())
    companies = sorted((company for company in rows if company.kinds), key=attrgetter("code"), reverse=True)
    return {
        code: company for company in companies for code in (company.credit_code, company.code) if code in codes and code
    }


def record_events(connection: Connection, sandbox: str, events: Sequence[RecordedEvent]) -> None:
    """Store new and changed events of an import."""
    EVENTS.save(connection, sandbox, events)


def documents_between(connection: Connection, sandbox: str, code: str, since: int, until: int) -> int:
    """The number of lists of a company that were accepted between two instants."""
    chosen = select(func.count()).where(*of_company(connection, sandbox, code, since, until))
    return int(connection.execute(chosen).scalar_one())


def of_company(
    connection: Connection, sandbox: str, code: str, since: int, until: int
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the lists of a company that were accepted between two instants. The keys of all lists
    begin with the company's code, and are indexed."""
    columns = declaration.c
    return (
        columns.sandbox == sandbox,
        begins_with(connection, columns.key, f"{code}|"),
        columns.accepted_at >= since,
        columns.accepted_at < until,
    )


class StoredCreditRepository:
    """State of one sandbox for one batch of deliveries. Later queries of the batch see rows that were put."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        recent: dict[str, dict[Any, Any]] | None = None,
    ) -> None:
        self._connection, self._sandbox, self._numbering = connection, sandbox, numbering
        self._files: dict[str, CreditFile] = {}
        self._events: dict[str, dict[str, RecordedEvent]] = {}
        self._cases: dict[int, CreditCase] = {}
        self._cases_of: set[str] = set()
        self._papers: dict[int, FiledDocument] = {}
        self._changed_files: dict[str, CreditFile] = {}
        self._changed_events: dict[str, RecordedEvent] = {}
        self._changed_cases: dict[int, CreditCase] = {}

    def companies(self, codes: Collection[str]) -> Mapping[str, KnownCompany]:
        return known_companies(self._connection, self._sandbox, codes)

    def companies_of(self, case_ids: Collection[int]) -> Collection[str]:
        if not case_ids:
            return ()
        chosen = select(credit_case.c.ebc_code).where(
            of_sandbox(on_sqlite(self._connection), credit_case, self._sandbox),
            one_of(self._connection, credit_case.c.id, list(case_ids)),
        )
        return set(self._connection.execute(chosen).scalars())

    def case_ids(self, numbers: Collection[str]) -> Mapping[str, int]:
        column = credit_case.c
        chosen = select(column.case_no, column.id).where(
            of_sandbox(on_sqlite(self._connection), credit_case, self._sandbox),
            one_of(self._connection, column.case_no, list(numbers)),
        )
        return {number: case_id for number, case_id in self._connection.execute(chosen)}

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        missing = sorted(set(ids) - self._papers.keys())
        self._papers.update(filed_by_id(self._connection, missing))
        return {number: self._papers[number] for number in ids if number in self._papers}

    def files(self, codes: Collection[str]) -> Mapping[str, CreditFile]:
        new = sorted(set(codes) - self._files.keys())
        if new and not on_sqlite(self._connection):  # create missing rows, so that they can be locked
            rows = [(self._sandbox, code) for code in new]
            upsert_rows(self._connection, credit_file, ("sandbox", "code"), rows)
        for file in FILES.load(self._connection, self._sandbox, "code", new, lock=True):
            self._files[file.code] = file
        return {code: self._files.setdefault(code, CreditFile(code)) for code in codes}

    def put_file(self, file: CreditFile) -> None:
        self._files[file.code] = self._changed_files[file.code] = file

    def events(self, codes: Collection[str]) -> Mapping[str, Sequence[RecordedEvent]]:
        new = sorted(set(codes) - self._events.keys())
        self._events.update({code: {} for code in new})
        for event in EVENTS.load(self._connection, self._sandbox, "ebc_code", new):
            self._events[event.ebc_code][event.key] = event
        return {code: sorted(self._events[code].values(), key=attrgetter("key")) for code in codes}

    def put_event(self, event: RecordedEvent) -> None:
        self._events.setdefault(event.ebc_code, {})[event.key] = self._changed_events[event.key] = event

    def cases(self, ids: Collection[int]) -> Mapping[int, CreditCase]:
        new = [number for number in ids if number not in self._cases]
        for case in CASES.load(self._connection, self._sandbox, "id", new):
            self._cases[case.id] = case
        return {number: self._cases[number] for number in ids if number in self._cases}

    def cases_of(self, code: str) -> Sequence[CreditCase]:
        if code not in self._cases_of:
            self._cases_of.add(code)
            for case in CASES.load(self._connection, self._sandbox, "ebc_code", [code]):
                self._cases.setdefault(case.id, case)
        return sorted((case for case in self._cases.values() if case.ebc_code == code), key=attrgetter("id"))

    def put_case(self, case: CreditCase) -> None:
        self._cases[case.id] = self._changed_cases[case.id] = case

    def documents_of(self, code: str, since: int, until: int) -> int:
        return documents_between(self._connection, self._sandbox, code, since, until)

    def new_id(self) -> int:
        return self._numbering.next_number(ROWS, "row")

    def touched(self) -> Collection[int]:
        """Ids of changed declarations: none."""
        return ()

    def changed(self) -> work_cases.Changed:
        """Changed cases."""
        return {"credit_case": self._changed_cases.values()}

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        FILES.save(connection, self._sandbox, self._changed_files.values())
        EVENTS.save(connection, self._sandbox, self._changed_events.values())
        CASES.save(connection, self._sandbox, self._changed_cases.values())


REPOSITORY = StoredCreditRepository
