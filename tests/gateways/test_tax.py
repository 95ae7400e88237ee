"""The tax gateway on a fake of its repository: every reason that it gives, and where a bill goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from declarations.calendar import instant_of
from declarations.lifecycle import NotAllowed
from gateways.desk import Desk
from gateways.tax import assessment, billing, collection
from gateways.tax.repository import Bill, Guarantee, TaxedList
from gateways.topics.customs import TaxAssessed, TaxShort
from gateways.topics.facts import ListReleased
from gateways.topics.route import Route
from gateways.topics.shared import Decision
from gateways.topics.tax import CollectionDue, TaxDropped, TaxRequested
from tests.gateways.desks import DAY, by_id, codes, desk_of, given, gives
from tests.law.imported import inventory
from tests.tables import each

ASSESSED, SHORT = Route("customs", "tax.assessed"), Route("customs", "tax.short")
LATER = DAY + timedelta(days=200)


class Bills:
    """Guarantees and the bills of one list in memory."""

    def __init__(self, guarantee: Guarantee | None = None) -> None:
        facts = replace(inventory({"lines": [{"gcode": "6109100010", "value": "100"}]}), assure_code="G1")
        self.lists = {8: TaxedList("O1", "C|O1", facts)}
        self.accounts = {"G1": guarantee} if guarantee else {}
        self.rows: list[Bill] = []
        self.grade = "advanced"

    def inventories(self, document_ids: Sequence[int]) -> dict[int, TaxedList]:
        return by_id(self.lists, document_ids)

    def guarantees(self, assure_codes: Sequence[str]) -> dict[str, Guarantee]:
        return by_id(self.accounts, assure_codes)

    def grade_of(self, code: str) -> str:
        return self.grade

    def put_guarantee(self, guarantee: Guarantee) -> None:
        self.accounts[guarantee.assure_code] = guarantee

    def bills(self, declaration_ids: Sequence[int]) -> dict[int, Bill]:
        return {bill.declaration_id: bill for bill in self.rows if bill.declaration_id in declaration_ids}

    def first_bill(self, declaration_id: int) -> Bill:
        return next(bill for bill in self.rows if bill.declaration_id == declaration_id)

    def put_bill(self, bill: Bill) -> None:
        if bill not in self.rows:
            self.rows.append(bill)


def good(**changes: Any) -> Guarantee:
    return Guarantee(**{"assure_code": "G1", "amount": 10**12, **changes})


def requested(bills: Bills, **options: Any) -> Desk[Any]:
    """Customs asks for the assessment of the list."""
    desk = desk_of(bills, **options)
    assessment.handle_requested([TaxRequested(7, 8, desk.now, False)], desk)
    return desk


def released(guarantee: Guarantee) -> Bills:
    """The list was assessed and released: its bill is made."""
    bills = Bills(guarantee)
    requested(bills)
    fields = {"customsCode": "4227", "assureCode": "G1"}
    billing.handle_released([ListReleased(7, "I1", "DXP1", fields, 0)], desk_of(bills))
    return bills


def due(bills: Bills, day: date) -> Desk[Any]:
    desk = desk_of(bills, day)
    collection.handle_due([CollectionDue(7)], desk)
    return desk


def paid_late() -> Desk[Any]:
    """The guarantee was withdrawn after the release, nobody paid in time, somebody pays after all."""
    bills = released(good())
    bills.accounts["G1"].standing = "withdrawn"
    assert given(due(bills, LATER)) == {"14208.withdrawn"}
    desk = desk_of(bills, LATER)
    collection.decide_bills([Decision(7, 5, 0, "pay", "", "officer", {})], desk)
    return desk


CASES: dict[str, Callable[[], Desk[Any]]] = {
    "14207": lambda: requested(Bills()),
    "14208.withdrawn": lambda: requested(Bills(good(standing="withdrawn"))),
    "14208.used_up": lambda: requested(Bills(good(standing="used_up"))),
    "14208.expired": lambda: requested(Bills(good(valid_until="2026-11-19"))),
    "14209": lambda: requested(Bills(good(overdue=2))),
    "14210": paid_late,
}


@each("code", sorted(CASES))
def test_the_gateway_gives_its_reason(code: str) -> None:
    assert gives(CASES[code](), code)


def test_every_reason_of_the_gateway_has_a_case() -> None:
    assert set(CASES) == codes("tax")


def test_the_tax_of_a_list_is_reserved_and_reported_once() -> None:
    bills = Bills(good())
    desk = requested(bills)
    assert desk.answers.sends == {ASSESSED: [TaxAssessed(7, [])]}
    assert bills.accounts["G1"].reserved == bills.rows[0].total > 0
    requested(bills)
    assert len(bills.rows) == 1


def test_a_guarantee_that_is_too_small_is_reported_and_nothing_reserved() -> None:
    bills = Bills(good(amount=1))
    (short,) = requested(bills).answers.sends[SHORT]
    assert isinstance(short, TaxShort) and (short.available, short.rule, short.total > 1) == (1, "", True)
    assert bills.rows == []


def test_a_closed_sandbox_admits_no_unknown_guarantor() -> None:
    assert list(requested(Bills(), open=False).answers.sends) == [SHORT]


def test_what_was_reserved_for_a_list_that_is_not_released_is_free_again() -> None:
    bills = Bills(good())
    requested(bills)
    assessment.handle_dropped([TaxDropped(7)], desk_of(bills))
    assert (bills.rows[0].state, bills.accounts["G1"].reserved) == ("dropped", 0)
    requested(bills)
    assert [bill.state for bill in bills.rows] == ["dropped", "reserved"]


def test_a_bill_goes_from_the_reservation_to_the_guarantee_and_is_collected_from_day_31() -> None:
    bills = released(good())
    account, (bill,) = bills.accounts["G1"], bills.rows
    assert (bill.state, account.reserved, account.booked) == ("made", 0, bill.total)
    assert due(bills, DAY + timedelta(days=1)).answers.receipts == []
    desk = due(bills, DAY + timedelta(days=31))
    assert [(receipt.code, receipt.return_status) for receipt in desk.answers.receipts] == [("818", "2")]
    assert (bill.state, account.booked) == ("collected", 0)


def test_a_collection_that_failed_is_tried_on_the_next_day_however_late_it_was_tried() -> None:
    bills = released(good())
    bills.accounts["G1"].standing = "withdrawn"
    for day in (31, 40):
        desk = desk_of(bills, DAY + timedelta(days=day))
        collection.handle_due([CollectionDue(7, instant_of(DAY + timedelta(days=31)))], desk)
        midnight = instant_of(DAY + timedelta(days=day + 1))
        assert [(draft.due, draft.payload) for draft in desk.answers.recurring] == [
            (midnight, CollectionDue(7, midnight))
        ]


def test_a_bill_takes_no_step_that_its_lifecycle_does_not_know() -> None:
    (bill,) = released(good()).rows
    with pytest.raises(NotAllowed):
        bill.advance("drop")


@each(
    ("grade", "standing", "day", "covered"),
    [
        ("advanced", "waived", DAY, True),
        ("advanced", "waived", date(2021, 10, 31), False),
        ("advanced", "good", DAY, False),
        ("certified", "waived", DAY, False),
        ("dishonest", "waived", DAY, False),
        ("", "waived", DAY, False),
    ],
    ids=["freed", "before Order 251", "not freed", "of another grade", "dishonest", "unknown"],
)
def test_a_guarantor_who_is_freed_covers_nothing_while_his_grade_allows_it(
    grade: str, standing: str, day: date, covered: bool
) -> None:
    bills = Bills(good(amount=0, standing=standing))
    bills.grade = grade
    desk = desk_of(bills, day)
    assessment.handle_requested([TaxRequested(7, 8, desk.now, False)], desk)
    assert (ASSESSED in desk.answers.sends, SHORT in desk.answers.sends) == (covered, not covered)
    assert bills.accounts["G1"].reserved == sum(bill.total for bill in bills.rows)


def test_what_was_reserved_without_a_guarantee_stays_when_the_grade_falls() -> None:
    bills = Bills(good(amount=0, standing="waived"))
    requested(bills)
    bills.grade = "dishonest"
    fields = {"customsCode": "4227", "assureCode": "G1"}
    billing.handle_released([ListReleased(7, "I1", "DXP1", fields, 0)], desk_of(bills))
    assert [bill.state for bill in bills.rows] == ["made"]
    assert bills.accounts["G1"].booked == bills.rows[0].total > 0
