"""The gateway of market supervision and commerce on a fake of its repository: every reason that it gives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any, get_args, get_type_hints

from declarations.commerce.licences import LicenceRecord
from declarations.commerce.zone_reports import ZoneMonth
from declarations.documents import DOCUMENTS
from gateways.commerce import acts, changes, months, papers, register
from gateways.commerce.repository import (
    CommerceCase,
    LicenceAuthorisation,
    LicenceQueryRow,
    TraderFilingRow,
    ZoneCompany,
    ZoneMonthRow,
)
from gateways.desk import Desk
from gateways.records import FiledDocument
from gateways.topics.commerce import (
    LicenceAnswered,
    LicenceAsked,
    LicenceDue,
    LicenceOverdue,
    LicencesRecorded,
    ZoneMonthDue,
)
from gateways.topics.shared import Decision, DocumentFiled
from tests.gateways.desks import DAY, by_id, codes, desk_of, facts_of, filed, gives
from tests.tables import each

CODE, CREDIT = "3702961003", "91350100M000100Y43"
OPEN = ("2020-01-01", 1, "1")


class CommerceInMemory:
    """Commerce of a sandbox: the company C (its credit code CREDIT) has the mailbox DXP1 and reports for Qingdao."""

    def __init__(self, *licences: tuple[str, int, str], on: str = "on", day: date = DAY, counted: int = 0) -> None:
        self.on, self.day = on, day
        self.filed: dict[int, FiledDocument] = {}
        self.recorded = [LicenceRecord(CREDIT, since, revision, 0, state, "N") for since, revision, state in licences]
        self.asked: dict[int, LicenceQueryRow] = {}
        self.given: dict[tuple[str, str], LicenceAuthorisation] = {}
        self.traders: dict[str, TraderFilingRow] = {}
        self.told: dict[int, ZoneMonthRow] = {}
        self.opened: dict[int, CommerceCase] = {}
        self.counted = ZoneMonth({}, 0, counted)
        self._ids = count(1)

    def lock(self) -> None:
        """Nobody else is here."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        return by_id(self.filed, ids)

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        return by_id({CODE: "DXP1", CREDIT: "DXP1"}, codes)

    def credit_codes(self, codes: Collection[str]) -> Mapping[str, str]:
        return by_id({CODE: CREDIT}, codes)

    def companies(self, credit_codes: Collection[str]) -> Mapping[str, Collection[str]]:
        return by_id({CREDIT: {CODE}}, credit_codes)

    def licensed(self) -> Collection[str]:
        return {CREDIT}

    def licences(self, credit_codes: Collection[str]) -> Mapping[str, Sequence[LicenceRecord]]:
        return {code: [one for one in self.recorded if one.credit_code == code] for code in credit_codes}

    def queries(self, ids: Collection[int]) -> Mapping[int, LicenceQueryRow]:
        return by_id(self.asked, ids)

    def queries_about(self, credit_codes: Collection[str]) -> Sequence[LicenceQueryRow]:
        return [one for one in self.asked.values() if one.credit_code in credit_codes and one.of_registration]

    def put_query(self, query: LicenceQueryRow) -> None:
        self.asked[query.id] = query

    def authorisation(self, credit_code: str, auth_no: str) -> LicenceAuthorisation | None:
        return self.given.get((credit_code, auth_no))

    def put_authorisation(self, given: LicenceAuthorisation) -> None:
        self.given[given.credit_code, given.auth_no] = given

    def filings(self, credit_codes: Collection[str]) -> Mapping[str, TraderFilingRow]:
        return by_id(self.traders, credit_codes)

    def put_filing(self, filing: TraderFilingRow) -> None:
        self.traders[filing.credit_code] = filing

    def zone_companies(self, zone: str) -> Sequence[ZoneCompany]:
        return [ZoneCompany(zone, "2026-01-01", CODE)] if zone == "青岛" else []

    def months(self, zone: str, month: str) -> Sequence[ZoneMonthRow]:
        return [row for row in self.told.values() if (row.zone, row.month) == (zone, month)]

    def put_month(self, row: ZoneMonthRow) -> None:
        self.told[row.id] = row

    def count(self, zone: str, first: date) -> ZoneMonth:
        return self.counted

    def cases(self, ids: Collection[int]) -> Mapping[int, CommerceCase]:
        return by_id(self.opened, ids)

    def cases_about(self, about: Collection[str]) -> Sequence[CommerceCase]:
        return [case for case in self.opened.values() if case.about in about]

    def put_case(self, case: CommerceCase) -> None:
        self.opened[case.id] = case

    def new_id(self) -> int:
        return next(self._ids)

    # what happens

    def desk(self, day: date | None = None) -> Desk[Any]:
        return desk_of(self, day=day or self.day, commerce=self.on)

    def send(self, kind: str, box: str = "DXP1", state: str = "declared", **head: Any) -> Desk[Any]:
        """A document comes."""
        lines = head.pop("lines", ())
        if "lines" in DOCUMENTS[kind].__struct_fields__:
            of_line = get_args(get_type_hints(DOCUMENTS[kind])["lines"])[0]
            head["lines"] = tuple(facts_of(of_line, **line) for line in lines)
        paper = filed(kind, facts_of(DOCUMENTS[kind], **head), f"K{next(self._ids)}", mailboxes=box, state=state)
        self.filed[paper.id] = paper
        desk = self.desk()
        HANDLERS[kind]([DocumentFiled(paper.id)], desk)
        return desk

    def ask(self, **head: str) -> Desk[Any]:
        """A company asks about its own licence, and the register answers."""
        whole = {"company_code": CODE, "cop_no": "Q1", "credit_code": CREDIT, "as_of": "20261120", **head}
        desk = self.send("licence_query", **whole)
        return self.due(*self.asked) if self.asked else desk

    def apply(self) -> None:
        """The registrar asks about a company."""
        register.handle_asked([LicenceAsked(CODE, CREDIT, self.day.isoformat(), 1)], self.desk())

    def due(self, *ids: int, fault: str = "") -> Desk[Any]:
        desk = self.desk()
        register.handle_due([LicenceDue(number, fault) for number in ids], desk)
        return desk

    def record(self, *record: Any) -> Desk[Any]:
        """The register records something more."""
        since, revision, state, *severe = record
        self.recorded.append(LicenceRecord(CREDIT, since, revision, 1, state, "N", severe=(*severe, "0")[0]))
        desk = self.desk(date(2026, 11, 25))
        changes.handle_recorded([LicencesRecorded(CREDIT)], desk)
        return desk

    def report(self, rev: int = 1, box: str = "DXP1", **head: Any) -> Desk[Any]:
        """October is told without rows."""
        whole = {"company_code": CODE, "cop_no": "M1", "zone": "青岛", "month": "202610", "rev": str(rev)}
        return self.send("zone_monthly_report", box, **{**whole, "firms": "0", "parcels": "0", **head})


HANDLERS: dict[str, Callable[[Sequence[DocumentFiled], Desk[Any]], None]] = {
    "licence_query": register.handle_queries,
    "licence_authorisation": papers.handle_authorisations,
    "trader_filing": papers.handle_filings,
    "zone_monthly_report": months.handle_reports,
}
AUTHORITY = {"credit_code": CREDIT, "auth_no": "A1", "holder_code": "H", "until_day": "20271231"}
FILING = {"credit_code": CREDIT, "filing_no": "04123456", "en_code": "3700M000100Y4", "filed_day": "20210601"}


def asked(*licences: tuple[str, int, str], on: str = "on", **head: str) -> Callable[[], Desk[Any]]:
    return lambda: CommerceInMemory(*licences, on=on).ask(**head)


def applied(*later: Any) -> Callable[[], Desk[Any]]:
    """A company registers with an open licence; the register records something later."""

    def happens() -> Desk[Any]:
        at = CommerceInMemory(OPEN)
        at.apply()
        at.due(*at.asked)
        return at.record(*later)

    return happens


def contradicted() -> Desk[Any]:
    at = CommerceInMemory(OPEN)
    at.apply()
    at.due(*at.asked)
    at.recorded = [LicenceRecord(CREDIT, "2020-01-01", 1, 0, "2", "N")]
    return at.due(*at.asked)


def silent() -> Desk[Any]:
    at = CommerceInMemory(OPEN)
    at.apply()
    desk = at.desk(date(2026, 11, 22))
    register.handle_overdue([LicenceOverdue(number) for number in at.asked], desk)
    return desk


def refused() -> Desk[Any]:
    at = CommerceInMemory(OPEN)
    at.record("2026-11-20", 1, "2")
    desk = at.desk()
    acts.decide([Decision(number, 5, 0, "refuse_lists", "查实", "li", {}) for number in at.opened], desk)
    return desk


def reported(counted: int = 0, box: str = "DXP1", **head: Any) -> Callable[[], Desk[Any]]:
    return lambda: CommerceInMemory(counted=counted).report(box=box, **head)


def overdue(at: CommerceInMemory | None = None) -> Desk[Any]:
    desk = (at or CommerceInMemory()).desk()
    months.handle_due([ZoneMonthDue("青岛", desk.now)], desk)
    return desk


def pressed() -> Desk[Any]:
    at = CommerceInMemory()
    overdue(at)
    desk = at.desk()
    acts.decide([Decision(number, 5, 0, "press", "", "li", {}) for number in at.opened], desk)
    return desk


CASES: dict[str, Callable[[], Desk[Any]]] = {
    "26001": asked(OPEN, on="off"),
    "26002": reported(box="DXP9"),
    "26101": asked(),
    "26102": asked(OPEN, company_code="OTHER"),
    "26107": contradicted,
    "26108": silent,
    "26109": applied("2020-01-01", 2, "2"),
    "26110": applied("2026-11-24", 1, "3"),
    "26112": asked(OPEN),
    "26113": lambda: CommerceInMemory().send("licence_authorisation", **AUTHORITY),
    "26114": lambda: CommerceInMemory().send("licence_authorisation", state="deleted", **AUTHORITY),
    "26115": asked(OPEN, as_of="20261121"),
    "26116": lambda: CommerceInMemory(OPEN).record("2026-11-24", 1, "3"),
    "26117": lambda: CommerceInMemory(OPEN).record("2026-11-24", 1, "1", "1"),
    "26118": refused,
    "26202": lambda: CommerceInMemory().send("trader_filing", **FILING),
    "26203": lambda: CommerceInMemory(day=date(2022, 12, 29)).send("trader_filing", **FILING),
    "26300": reported(),
    "26303": reported(company_code="OTHER"),
    "26304": reported(rev=2),
    "26305": reported(zone="荣成"),
    "26306": reported(month="202611"),
    "26308": overdue,
    "26503": pressed,
}


@each("code", sorted(CASES))
def test_each_reason_is_given(code: str) -> None:
    assert gives(CASES[code](), code)


def authorised(**changes: Any) -> Callable[[], Desk[Any]]:
    """The company lets H ask, who asks."""

    def happens() -> Desk[Any]:
        at = CommerceInMemory(OPEN)
        at.send("licence_authorisation", **{**AUTHORITY, **changes})
        return at.ask(company_code="H", auth_no="A1")

    return happens


@each(
    ("happens", "code"),
    [
        (asked(OPEN, as_of="20261120"), "26115"),
        (authorised(), "26102"),
        (applied("2026-11-26", 1, "2"), "26110"),  # it ends later
        (applied("2020-01-01", 2, "1"), "26109"),
        (reported(counted=1), "26300"),
        (lambda: CommerceInMemory(day=date(2022, 12, 30)).send("trader_filing", **FILING), "26203"),
    ],
)
def test_its_neighbour_is_not(happens: Callable[[], Desk[Any]], code: str) -> None:
    assert not gives(happens(), code)


@each(
    "changes",
    [{"until_day": "20261119"}, {"holder_code": "X"}, {"auth_no": "A2"}, {"state": "deleted"}],
)
def test_an_authority_that_does_not_fit_is_none(changes: dict[str, Any]) -> None:
    assert gives(authorised(**changes)(), "26102")


def test_the_registrar_hears_each_answer_once() -> None:
    at = CommerceInMemory(OPEN)
    at.apply()
    (number,) = at.asked
    first, again = at.due(number), at.due(number)
    sent = [payload for desk in (first, again) for payloads in desk.answers.sends.values() for payload in payloads]
    assert [(type(one), len(one.answers)) for one in sent] == [(LicenceAnswered, 1)]


def test_a_count_that_changed_is_kept_beside_the_first() -> None:
    at = CommerceInMemory()
    at.report()
    at.counted = ZoneMonth({}, 0, 1)
    assert gives(overdue(at), "26302")
    assert [(row.told, row.revision) for row in at.told.values()] == [(False, 1), (True, 1), (False, 2)]


def test_no_reason_is_left_out() -> None:
    assert codes("commerce") == set(CASES)
