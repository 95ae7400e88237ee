"""The credit gateway's state in the database, and what it reads of companies and their lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter

from sqlalchemy import ColumnElement, Connection, func, select, union

from declarations.credit.conditions import Checked
from declarations.reasons import Reason
from gateways.credit.repository import CreditCase, CreditFile, KnownCompany, RecordedEvent
from single_window.store.agency_tables.credit import credit_case, credit_event, credit_file
from single_window.store.bulk import begins_with, of_sandbox, on_sqlite, one_of
from single_window.store.gateways.agency_state import AgencyState
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


class StoredCreditRepository(AgencyState):
    """State of one sandbox for one batch of deliveries."""

    def begin(self) -> None:
        self._files = self.rows(FILES, "code", lock=True)
        self._events = self.rows(EVENTS, "key")
        self._cases = self.rows(CASES, cases="credit_case")

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

    def files(self, codes: Collection[str]) -> Mapping[str, CreditFile]:
        return self._files.made(codes, CreditFile)

    def put_file(self, file: CreditFile) -> None:
        self._files.put(file)

    def events(self, codes: Collection[str]) -> Mapping[str, Sequence[RecordedEvent]]:
        events: dict[str, list[RecordedEvent]] = {code: [] for code in codes}
        for event in self._events.grouped("ebc_code", codes):
            events[event.ebc_code].append(event)
        return events

    def put_event(self, event: RecordedEvent) -> None:
        self._events.put(event)

    def cases(self, ids: Collection[int]) -> Mapping[int, CreditCase]:
        return self._cases.by_key(ids)

    def cases_of(self, code: str) -> Sequence[CreditCase]:
        return self._cases.grouped("ebc_code", [code])

    def put_case(self, case: CreditCase) -> None:
        self._cases.put(case)

    def documents_of(self, code: str, since: int, until: int) -> int:
        return documents_between(self._connection, self._sandbox, code, since, until)


REPOSITORY = StoredCreditRepository
