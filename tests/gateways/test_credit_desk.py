"""The credit gateway on a fake of its repository: every reason that it gives, what it schedules and lets be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from declarations.documents import DOCUMENTS
from gateways.credit.acts import decide, handle_defence, handle_late
from gateways.credit.considering import handle_due, handle_suspensions
from gateways.credit.ledger import handle_events
from gateways.credit.papers import handle_objections
from gateways.credit.repository import CreditCase, CreditFile, KnownCompany, RecordedEvent
from gateways.desk import Desk
from gateways.records import FiledDocument
from gateways.topics.credit import AssessmentDue, DecisionDue, DefenceDue
from gateways.topics.facts import CreditEventHappened, SuspensionChanged
from gateways.topics.route import Route
from gateways.topics.shared import Decision, DocumentFiled
from tests.gateways.desks import DAY, by_id, codes, desk_of, facts_of, filed, gives
from tests.tables import each

REGISTRAR = Route("registration", "decision.registration")


class CreditOffice:
    """Events and cases of one company, C, in memory."""

    def __init__(self, grade: str = "ordinary", lists: int = 0) -> None:
        self.company = KnownCompany("C", "91C", "某公司", "merchant", grade, 0, "DXP1")
        self.lists = lists
        self.rows: dict[int, CreditCase] = {}
        self.told: dict[str, RecordedEvent] = {}
        self.file = CreditFile("C")
        self.filed: dict[int, FiledDocument] = {}
        self.desk = desk_of(self)
        self._ids = count(1)

    def companies(self, codes: Collection[str]) -> dict[str, KnownCompany]:
        return by_id({"C": self.company, "91C": self.company}, codes)

    def companies_of(self, case_ids: Collection[int]) -> set[str]:
        return {case.ebc_code for case in by_id(self.rows, case_ids).values()}

    def case_ids(self, numbers: Collection[str]) -> dict[str, int]:
        return {case.case_no: case.id for case in self.rows.values() if case.case_no in numbers}

    def documents(self, ids: Sequence[int]) -> dict[int, FiledDocument]:
        return by_id(self.filed, ids)

    def files(self, codes: Collection[str]) -> dict[str, CreditFile]:
        return {code: self.file if code == "C" else CreditFile(code) for code in codes}

    def put_file(self, file: CreditFile) -> None:
        self.file = file

    def events(self, codes: Collection[str]) -> dict[str, Sequence[RecordedEvent]]:
        return {code: [event for event in self.told.values() if event.ebc_code == code] for code in codes}

    def put_event(self, event: RecordedEvent) -> None:
        self.told[event.key] = event

    def cases(self, ids: Collection[int]) -> dict[int, CreditCase]:
        return by_id(self.rows, ids)

    def cases_of(self, code: str) -> Sequence[CreditCase]:
        return [case for case in self.rows.values() if case.ebc_code == code]

    def put_case(self, case: CreditCase) -> None:
        self.rows[case.id] = case

    def documents_of(self, code: str, since: int, until: int) -> int:
        return self.lists

    def new_id(self) -> int:
        return next(self._ids)

    def hear(self, **changes: Any) -> Desk[Any]:
        """A fine of more than a million is told, or what `changes` say."""
        told: dict[str, Any] = {
            "company": "91C",
            "kind": "103",
            "degree": "G",
            "agency": "customs",
            "event_no": "1",
            "occurred": "2026-11-02",
            "decided": "2026-11-02",
            "final": "2026-11-02",
            "amount": 100_000_001_000,
        }
        handle_events([CreditEventHappened(**{**told, **changes})], self.desk)
        return self.desk

    def act(self, action: str, reason: str = "事实清楚", **values: str) -> Desk[Any]:
        """Somebody decides about the newest case; the grade that the registrar is asked for is given at once."""
        newest = max(self.rows)
        decide([Decision(newest, 9, 0, action, reason, "li", values)], self.desk)
        for decision in self.desk.answers.sends.get(REGISTRAR, ()):
            self.company = self.company._replace(grade=decision.values["grade"])
        return self.desk

    def receive(self, *, mailboxes: str = "DXP1", **changes: str) -> Desk[Any]:
        """An objection to the newest case comes as a message, or what `changes` say."""
        said = {"ebc_code": "C", "case_no": self.rows[max(self.rows)].case_no, "text": "次数有误", **changes}
        paper = filed("credit_objection", facts_of(DOCUMENTS["credit_objection"], **said), mailboxes=mailboxes)
        self.filed[paper.id] = paper
        handle_objections([DocumentFiled(paper.id)], self.desk)
        return self.desk

    def later(self, days: int) -> Desk[Any]:
        """Days pass, and nothing is handled of itself."""
        self.desk = desk_of(self, DAY + timedelta(days=days))
        return self.desk

    @property
    def state(self) -> str:
        """The state of the newest case."""
        return self.rows[max(self.rows)].state


def proposed() -> Desk[Any]:
    return CreditOffice().hear()


def unopposed() -> Desk[Any]:
    office = CreditOffice()
    office.hear()
    office.act("notify")
    handle_defence([DefenceDue(max(office.rows))], office.later(8))
    return office.desk


def objected_late() -> Desk[Any]:
    office = CreditOffice()
    office.hear()
    office.act("notify")
    office.later(8)
    return office.act("object")


def dropped_until_yesterday() -> Desk[Any]:
    office = CreditOffice()
    office.hear()
    return office.act("drop", until="2026-11-19")


def lessened_to_more() -> Desk[Any]:
    office = CreditOffice()
    office.hear()
    office.act("notify")
    office.act("object")
    return office.act("lessen", grade="severely_dishonest")


def graded(action: str, before: str = "ordinary", **values: str) -> Callable[[], Desk[Any]]:
    """A company objects to a dishonest grade, and it is decided."""

    def happens() -> Desk[Any]:
        office = CreditOffice(before)
        office.hear()
        office.act("notify")
        office.act("object")
        return office.act(action, **values)

    return happens


def objected_to(**said: str) -> Callable[[], Desk[Any]]:
    def happens() -> Desk[Any]:
        office = CreditOffice()
        office.hear()
        office.act("notify")
        return office.receive(**said)

    return happens


CASES: dict[str, Callable[[], Desk[Any]]] = {
    "25120": proposed,
    "25121": unopposed,
    "25103": objected_late,
    "25105": graded("uphold"),
    "25109": graded("lessen", "advanced", grade="ordinary"),
    "25122": dropped_until_yesterday,
    "25123": lessened_to_more,
    "25124": objected_to(ebc_code="D"),
    "25125": objected_to(mailboxes="DXP2;DXP1"),
    "25126": objected_to(text=" "),
}


@each(("code", "happens"), CASES.items())
def test_a_reason_is_given(code: str, happens: Callable[[], Desk[Any]]) -> None:
    assert gives(happens(), code)


def test_no_reason_is_left_out() -> None:
    assert codes("credit") == set(CASES)


def test_an_act_that_the_state_forbids_is_refused() -> None:
    office = CreditOffice()
    office.hear()
    for action in ("uphold", "lessen", "repair", "object", "apply_repair", "expire", "anything"):
        office.act(action)
    assert [answer.refused for answer in office.desk.answers.decisions] == [True] * 7 and office.state == "proposed"


def test_a_lesser_grade_is_the_one_that_is_given() -> None:
    office = CreditOffice("advanced")
    office.hear()
    office.act("notify")
    office.act("object")
    office.act("lessen", grade="advanced")
    assert office.state == "objected", "it would not be graded at all: that is to drop"
    office.act("lessen", grade="ordinary")
    assert (office.state, office.company.grade) == ("in_force", "ordinary")


def test_documents_of_last_year_are_the_denominator() -> None:
    office = CreditOffice(lists=1_000)
    office.hear()
    assert office.rows == {}, "one violation is not more than one in a thousand"
    office.hear(event_no="2")
    assert office.state == "proposed"


def test_the_next_day_is_scheduled_once() -> None:
    office = CreditOffice()
    for number in range(3):
        office.hear(event_no=str(number), amount=0)
    due = [deadline.payload for deadline in office.desk.answers.deadlines]
    assert due == [AssessmentDue("C", "2027-01-01")], "the documents of another year are counted"
    for day, following in ((date(2027, 1, 1), "2027-11-02"), (date(2027, 11, 2), "2028-01-01")):
        handle_due(due, office.later((day - DAY).days))
        assert [deadline.payload.day for deadline in office.desk.answers.deadlines] == [following]


def test_an_unknown_company_has_events_and_no_case() -> None:
    office = CreditOffice()
    office.hear(company="stranger")
    assert [event.ebc_code for event in office.told.values()] == ["stranger"] and office.rows == {}


def test_a_grade_that_somebody_else_has_changed_is_not_given_back() -> None:
    office = CreditOffice()
    office.hear()
    office.act("notify")
    office.act("object")
    office.act("uphold")
    office.company = office.company._replace(grade="certified")
    office.later(1)
    office.hear(withdrawn="2026-11-21")
    assert office.state == "quashed" and REGISTRAR not in office.desk.answers.sends


def test_what_a_repaired_case_rested_on_is_used_no_more() -> None:
    office = CreditOffice()
    office.hear()
    for action in ("notify", "object", "uphold"):
        office.act(action)
    office.later(181)
    for action in ("apply_repair", "repair"):
        office.act(action)
    assert (office.state, office.company.grade) == ("repaired", "ordinary")
    office.hear(event_no="2", amount=100_000)
    assert len(office.rows) == 1
    office.hear(event_no="3")
    assert len(office.rows) == 2 and office.rows[max(office.rows)].events == ("customs|2", "customs|3")


@each(
    ("withdrawn", "state"),
    [("2", "quashed"), ("3", "in_force")],
    ids=lambda given: given,
)
def test_a_decision_falls_if_what_is_left_does_not_carry_it(withdrawn: str, state: str) -> None:
    office = CreditOffice()
    amounts = {"1": 99_999_999_000, "2": 2_000, "3": 0}
    for number, amount in amounts.items():
        office.hear(event_no=number, amount=amount)
    for action in ("notify", "object", "uphold"):
        office.act(action)
    office.later(1)
    office.hear(event_no=withdrawn, amount=amounts[withdrawn], withdrawn="2026-11-21")
    assert office.state == state


@each(("day", "proposed"), [(date(2017, 6, 1), True), (date(2014, 11, 30), False), (DAY, False)])
def test_a_suspension_is_a_condition_under_order_225_and_no_other(day: date, proposed: bool) -> None:
    office = CreditOffice()
    office.desk = desk_of(office, day)
    office.company = office.company._replace(suspended_at=1)
    handle_suspensions([SuspensionChanged("C", True)], office.desk)
    assert [case.grade for case in office.rows.values()] == ["dishonest"] * proposed


def test_a_company_that_resumes_is_proposed_no_more() -> None:
    office = CreditOffice()
    office.desk = desk_of(office, date(2017, 6, 1))
    for suspended_at in (1, 1, 0):
        office.company = office.company._replace(suspended_at=suspended_at)
        handle_suspensions([SuspensionChanged("C", bool(suspended_at))], office.desk)
    assert [case.state for case in office.rows.values()] == ["void"]


def said_late(desk: Desk[Any]) -> bool:
    return "credit_late" in {event.event for event in desk.answers.timeline}


@each("decided", [False, True])
def test_an_objection_is_verified_within_twenty_days(decided: bool) -> None:
    office = CreditOffice()
    office.hear()
    office.act("notify")
    office.act("object")
    (due,) = [draft.payload for draft in office.desk.answers.deadlines if isinstance(draft.payload, DecisionDue)]
    assert due == DecisionDue(max(office.rows), "2026-12-10")
    if decided:
        office.act("uphold")
    handle_late([due], late := office.later(21))
    assert said_late(late) != decided


def test_a_repair_is_decided_within_twenty_days_of_its_last_application() -> None:
    office = CreditOffice()
    office.hear()
    for action in ("notify", "object", "uphold"):
        office.act(action)
    office.later(181)
    office.act("apply_repair")
    first = DecisionDue(max(office.rows), office.rows[max(office.rows)].decide_until)
    office.act("refuse_repair")
    assert (first.until, office.rows[max(office.rows)].decide_until) == ("2027-06-09", "")
    office.later(190)
    office.act("apply_repair")
    handle_late([first], office.later(202))
    assert not said_late(office.desk), "it was refused, and applied for again"
    handle_late([first._replace(until="2027-06-18")], office.later(211))
    assert said_late(office.desk)
