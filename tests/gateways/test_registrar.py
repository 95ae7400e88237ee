"""The registrar on a fake of its repository: every reason that it gives, and what a registration becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from declarations.documents import GoodsFiling, GoodsFilingLine, Registration
from gateways.desk import Desk
from gateways.records import FiledDocument
from gateways.registration import filing, goods, grades, officers
from gateways.registration.repository import CreditGrade, Enterprise, FiledGoods, GoodsPaper, Participant
from gateways.topics.facts import SuspensionChanged
from gateways.topics.registration import GradeDue
from gateways.topics.shared import Decision, DocumentFiled
from tests.gateways.desks import by_id, codes, desk_of, facts_of, filed, gives
from tests.tables import each

CODE = "3702960A01"


class Register:
    """Registrations, participants, grades and goods in memory."""

    def __init__(self, *participants: Participant) -> None:
        self.filed: dict[int, FiledDocument] = {}
        self.registered: dict[str, Enterprise] = {}
        self.known = {participant.code: participant for participant in participants}
        self.graded: list[CreditGrade] = []
        self.papers: dict[int, GoodsPaper] = {}
        self.goods: list[FiledGoods] = []

    def documents(self, ids: Sequence[int]) -> dict[int, FiledDocument]:
        return by_id(self.filed, ids)

    def enterprises(self, codes: Sequence[str]) -> dict[str, Enterprise]:
        return by_id(self.registered, codes)

    def put_enterprise(self, enterprise: Enterprise) -> None:
        self.registered[enterprise.code] = enterprise

    def participants(self, codes: Sequence[str]) -> dict[str, Participant]:
        return by_id(self.known, codes)

    def put_participant(self, participant: Participant) -> None:
        self.known[participant.code] = participant

    def companies(self, codes: Sequence[str]) -> dict[str, list[Participant]]:
        rows = self.known.values()
        found = {code: [row for row in rows if code in (row.code, row.credit_code)] for code in codes}
        return {code: rows for code, rows in found.items() if rows}

    def grades(self, codes: Sequence[str]) -> dict[str, list[CreditGrade]]:
        return {code: rows for code in codes if (rows := [row for row in self.graded if row.code == code])}

    def put_grade(self, grade: CreditGrade) -> None:
        self.graded = sorted([*self.graded, grade], key=lambda row: row.since)

    def filings(self, ids: Sequence[int]) -> dict[int, GoodsPaper]:
        return by_id(self.papers, ids)

    def put_filing(self, filing: GoodsPaper) -> None:
        self.papers[filing.id] = filing

    def put_goods(self, goods: FiledGoods) -> None:
        self.goods.append(goods)


def waiting() -> Desk[Any]:
    """A company applies where a register of licences is asked first."""
    return applied(Register(), options={"commerce": "on"})


def company(**changes: Any) -> Participant:
    """A company that master data brought: it is registered."""
    row = Participant(CODE, "91370202MA3C00011L", "青岛甲", "merchant", "DXP1", "ordinary", "imported")
    return replace(row, **changes)


def applied(
    register: Register,
    sender: str = "DXP1",
    app_type: str = "1",
    options: Mapping[str, Any] = MappingProxyType({}),
    **facts: Any,
) -> Desk[Any]:
    """A company applies, or amends, or gives its registration up."""
    values = {"code": CODE, "name": "青岛甲", "kinds": "merchant", "dxp_id": "DXP1", "customs_code": "4227", **facts}
    values = {"credit_code": "91370202MA3C00011L", "net_assets": None, "last_refund": None, **values}
    state = "deleted" if app_type == "3" else "declared"
    document = filed("registration", facts_of(Registration, **values), CODE, state=state, mailboxes=sender)
    register.filed[document.id] = document
    desk = desk_of(register, **options)
    filing.handle_applications([DocumentFiled(document.id)], desk)
    return desk


def decided(action: str, register: Register | None = None, reason: str = "", **values: str) -> Desk[Any]:
    desk = desk_of(register if register is not None else Register(company()))
    officers.decide_registrations([Decision(CODE, 5, 0, action, reason, "officer", values)], desk)
    return desk


def in_review() -> Register:
    """A registered company applied to change its registration, from another's mailbox: an officer has to look at it."""
    register = Register(company())
    applied(register, "STRANGER")
    assert register.registered[CODE].state == "in_review", register.registered[CODE].reasons
    return register


def goods_filed(register: Register, *lines: dict[str, str], **options: Any) -> Desk[Any]:
    rows = tuple(
        facts_of(
            GoodsFilingLine, **{"gnum": number, "item_no": f"A{number}", "gname": "奶粉", "country": "601", **line}
        )
        for number, line in enumerate(lines, 1)
    )
    document = filed("goods_filing", facts_of(GoodsFiling, ebc_code=CODE, cop_no="SP1", lines=rows), f"{CODE}|SP1")
    register.filed[document.id] = document
    desk = desk_of(register, **options)
    goods.handle_filings([DocumentFiled(document.id)], desk)
    return desk


def day_has_come() -> Desk[Any]:
    """The day of a grade that an officer gave comes."""
    register = Register(company())
    decided("grade", register, reason="认证", grade="advanced", since="2026-12-01")
    desk = desk_of(register, date(2026, 12, 1))
    grades.handle_days([GradeDue(CODE, "2026-12-01")], desk)
    return desk


GOOD, BAD, WORSE = {"gcode": "1901101000"}, {"gcode": "19011"}, {"gcode": "1901101000", "gname": ""}
CASES: dict[str, Callable[[], Desk[Any]]] = {
    "21300": lambda: decided("withdraw", in_review(), "已电话说明"),
    "21301": lambda: applied(Register()),
    "21302": lambda: decided("refuse", in_review(), "材料不全"),
    "21303": lambda: decided("suspend", reason="走私"),
    "21304": lambda: decided("resume", Register(company(suspended_at=1))),
    "21305": lambda: decided("ask", in_review(), "请补充营业执照"),
    "21308": lambda: applied(Register()),
    "21340": day_has_come,
    "21341": lambda: decided("grade", reason="认证", grade="advanced", since="2026-12-01"),
    "21343": lambda: decided("correct", until="2026-12-31"),
    "21344": lambda: decided("approve", Register()),
    "21345": lambda: decided("approve"),
    "21346": lambda: decided("burn"),
    "21347": lambda: decided("suspend"),
    "21348": lambda: decided("grade", reason="认证", grade="advanced", since="soon"),
    "21356": lambda: applied(Register(company()), "STRANGER"),
    "21357": lambda: applied(Register(company()), "STRANGER", "3"),
    "21364": lambda: goods_filed(Register(company()), GOOD),
    "21365": lambda: goods_filed(Register(), GOOD, open=False),
    "21366": lambda: goods_filed(Register(company()), BAD, WORSE),
    "26111": waiting,
}


@each("code", sorted(CASES))
def test_the_registrar_gives_its_reason(code: str) -> None:
    assert gives(CASES[code](), code)


def test_every_reason_of_the_registrar_has_a_case() -> None:
    assert set(CASES) == codes("registration")


@each("number, given", [(0, ["dishonest"]), (5, [])])
def test_a_grade_that_credit_gave_in_time_counts_from_its_day_however_late_it_is_read(
    number: int, given: list[str]
) -> None:
    """Without a number no person awaits the answer: an agency decided, on a day that it names."""
    register = Register(company())
    values = {"grade": "dishonest", "since": "2026-06-01", "decided": "2026-06-01"}
    late = desk_of(register, date(2026, 8, 1))
    officers.decide_registrations([Decision(CODE, number, 0, "grade", "走私", "credit", values)], late)
    assert [row.grade for row in register.graded if row.since == "2026-06-01"] == given
    assert register.known[CODE].credit_grade == (given or ["ordinary"])[-1]


def test_a_grade_that_is_read_late_does_not_end_a_later_one() -> None:
    register = Register(company())
    decided("grade", register, reason="认证", grade="advanced", since="2026-11-20")
    before = register.known[CODE].credit_grade
    values = {"grade": "dishonest", "since": "2026-06-01", "decided": "2026-06-01"}
    officers.decide_registrations(
        [Decision(CODE, 0, 0, "grade", "走私", "credit", values)], desk_of(register, date(2026, 12, 1))
    )
    assert register.known[CODE].credit_grade == before == "advanced"


def test_who_is_registered_is_known_to_all_agencies_with_a_first_grade() -> None:
    register = Register()
    applied(register)
    assert (register.registered[CODE].state, register.known[CODE].kinds) == ("registered", "merchant")
    assert [row.grade for row in register.graded] == ["ordinary"]


def test_a_company_that_gives_its_registration_up_is_known_as_nothing() -> None:
    register = Register(company())
    applied(register, app_type="3")
    assert (register.registered[CODE].state, register.known[CODE].kinds) == ("deleted", "")


def test_an_application_that_is_refused_leaves_a_registered_company_as_it_was() -> None:
    register = Register(company())
    applied(register, name="")
    assert (register.registered[CODE].state, register.known[CODE].name) == ("registered", "青岛甲")


def test_a_decision_about_a_registration_that_moved_on_is_refused() -> None:
    register = in_review()
    desk = desk_of(register)
    stale = Decision(CODE, 5, 9, "approve", "", "officer", {})
    officers.decide_registrations([stale], desk)
    assert [(answer.decision_id, answer.refused) for answer in desk.answers.decisions] == [(5, True)]


def test_goods_in_order_are_filed_though_others_of_the_same_filing_are_not() -> None:
    register = Register(company())
    goods_filed(register, GOOD, BAD)
    assert [row.item_no for row in register.goods] == ["A1"]


def test_who_is_suspended_or_resumed_is_published_at_once() -> None:
    register = Register(company())
    told = [decided(action, register, "无法联系") for action in ("suspend", "suspend", "resume")]
    facts = [[fact for sent in desk.answers.sends.values() for fact in sent] for desk in told]
    assert facts == [[SuspensionChanged(CODE, True)], [], [SuspensionChanged(CODE, False)]]
