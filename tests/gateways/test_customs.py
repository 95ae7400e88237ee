"""Customs on a fake of its repository: the reasons that it gives about lists, partners, parcels and requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from declarations.calendar import instant_of
from declarations.parameters import load
from declarations.parameters.changing import OwnValue, law_with
from declarations.reasons import Reason
from gateways.customs.held_lists import LISTS_AT_ONCE
from gateways.customs.lists import logistics_key_of
from gateways.customs.repository import BookLine, CustomsCompany, ReviewCause
from gateways.customs.stock import handle_booked_out
from gateways.holds import Held, Hold, LiftedHold
from gateways.topics.customs import (
    ArrivalOverdue,
    ClosingDue,
    InspectionFailed,
    InspectionPassed,
    LateParcels,
    PartnersOverdue,
    PartsOverdue,
    PaymentDataAnswered,
    PaymentDataOverdue,
    TaxAssessed,
    TaxShort,
)
from gateways.topics.facts import HoldLifted, ListReleased
from gateways.topics.inspection import InspectionRequested
from gateways.topics.route import Route
from gateways.topics.spot_checks import GoodsBookedOut
from gateways.topics.tax import TaxDropped, TaxRequested
from tests.gateways.customs import CustomsHouse, FakeCustoms
from tests.gateways.desks import DAY, codes, desk_of, filed
from tests.law.clean_documents import document
from tests.tables import each

EXPORTED = document("export_inventory")
OTHER_PORT = "4201"


def partners_missing(kind: str, day: date = DAY) -> CustomsHouse:
    """A list came alone, and its window is over."""
    house = CustomsHouse(day=day)
    house.file(kind, key="list|1")
    row = house.declaration
    house.handle("deadline.partners", PartnersOverdue(row.id, row.document_version))
    return house


def imported(*companies: CustomsCompany, seed: str = "seed", **options: Any) -> CustomsHouse:
    house = CustomsHouse(*companies, seed=seed, **options)
    house.imported()
    return house


def exported(partners: Mapping[str, Mapping[str, Any]] | None = None, **change: Any) -> CustomsHouse:
    house = CustomsHouse()
    house.exported(partners or {}, **change)
    return house


def suspended(code: str) -> CustomsHouse:
    """An import one of whose companies is suspended."""
    kinds = frozenset({"platform", "merchant", "carrier", "payment_provider"})
    return imported(CustomsCompany(code, code, kinds, "ordinary", 1))


def short(**options: Any) -> CustomsHouse:
    """The guarantor does not cover an import."""
    house = imported(**options)
    house.handle("tax.short", TaxShort(house.declaration.id, 100, 1, "G1"))
    return house


def held(until: int = 0) -> CustomsHouse:
    """Another agency holds the seller."""
    house = CustomsHouse()
    seller = Hold(
        Held.COMPANY, document("inventory").ebc_code, "pest_checks:P1", Reason("16002", {"reason": "检疫"}), 0, until
    )
    house.holds[LiftedHold(*seller[:3])] = seller
    house.imported()
    return house


@cache
def selecting() -> str:
    """A seed whose draw selects the import for inspection."""
    seeds = map(str, range(10_000))
    return next(seed for seed in seeds if imported(seed=seed, inspection=True).declaration.lane == "inspection")


def drawn(**options: Any) -> CustomsHouse:
    """An import that the draw of its sandbox selects for inspection."""
    return imported(seed=selecting(), inspection=True, **options)


def drawn_by_profile() -> CustomsHouse:
    """An import that a risk profile of its sandbox selects."""
    rule = {"title": "all", "lane": "inspect", "share": "1", "value_to": "5000"}
    law = law_with([OwnValue("profiles.all", DAY, rule, "decided")], load())
    return imported(inspection=True, law=law)


def inspection_failed() -> CustomsHouse:
    house = drawn()
    house.handle("inspection.failed", InspectionFailed(house.declaration.id))
    return house


def inspected_with_differences() -> CustomsHouse:
    """The inspection passes, though an inspector has recorded differences in a proposal that was declined."""
    house = drawn()
    house.state.differing = {house.declaration.id: [1]}
    house.handle("inspection.passed", InspectionPassed(house.declaration.id))
    return house


def paid(code: str = "") -> CustomsHouse:
    """Customs asked a platform for the data of a payment, and was answered with a code, or never."""
    house = imported(require_179=True)
    held = house.declaration.held.payment_data
    assert held is not None
    if code:
        house.handle("payment_data.answered", PaymentDataAnswered(house.declaration.id, held.session_id, code))
    house.handle("deadline.payment_data", PaymentDataOverdue(house.declaration.id, held.session_id))
    return house


def never_arrived() -> CustomsHouse:
    house = imported(await_arrival=True)
    house.handle("deadline.arrival", ArrivalOverdue(house.declaration.id, 1))
    return house


def decided(action: str, reason: str) -> CustomsHouse:
    house = short()
    house.decide(action, reason)
    return house


def other_list_of_the_parcel() -> CustomsHouse:
    """Another order's list names a waybill that an accepted list has."""
    house = exported()
    house.exported({"export_order": {"order_no": "OTHER"}, "collection": {"order_no": "OTHER"}}, order_no="OTHER")
    return house


def cancelling(state: str, **change: Any) -> CustomsHouse:
    """A request to cancel an export list that is in a state."""
    house = exported()
    house.declaration.state = state
    same = {name: getattr(house.declaration, name) for name in ("invt_no", "agent_code", "ebc_code", "customs_code")}
    house.file("export_cancellation", **{**same, **change})
    return house


def part_missing() -> CustomsHouse:
    """One of two parts of an arrival note comes, the other never does."""
    house = CustomsHouse()
    house.file("arrival_note", "YD1", msg_count=2)
    (part,) = house.state.asked.values()
    house.handle("deadline.parts", PartsOverdue(part.id, 1, "YD1"))
    return house


def noted(kind: str) -> CustomsHouse:
    """A note of transport names the parcel of an accepted export."""
    house = exported()
    house.file(kind, lines=[{"logistics_no": EXPORTED.logistics_no}], logistics_code=EXPORTED.logistics_code)
    return house


def never_released() -> CustomsHouse:
    """The window of a departure is over whose parcel has no list."""
    house = CustomsHouse()
    house.file("departure_note", "LJ1")
    house.handle("goods.late", LateParcels(max(house.state.filed), 0, 500, 1))
    return house


def awaits_ship(*, late: bool = False) -> CustomsHouse:
    """An export by sea is released where lists wait for the loading of their containers; with `late` the window of its
    departure is over."""
    house = CustomsHouse(port="full")
    house.exported({}, traf_mode="2")
    of_parcel = {"lines": [{"logistics_no": EXPORTED.logistics_no}], "logistics_code": EXPORTED.logistics_code}
    house.file("arrival_note", traf_mode="2", **of_parcel)
    if late:
        house.file("departure_note", "LJ1", traf_mode="2", **of_parcel)
        house.handle("goods.late", LateParcels(max(house.state.filed), 0, 500, 1))
    return house


def came_back(state: str = "closed", days: int = 30, **change: Any) -> CustomsHouse:
    """A return request for an export that left so many days ago."""
    house = exported()
    row = house.declaration
    row.state, left = state, DAY - timedelta(days=days)
    row.released_at = row.closed_at = int(date.toordinal(left) - date(1970, 1, 1).toordinal()) * 86_400_000
    line = {"gnum": 1, "qty": "1"}
    house.file("export_refund", invt_no=row.invt_no, lines=[line], **change)
    return house


def came_back_taxed(**line: Any) -> CustomsHouse:
    """The same after the time of the relief; `line` changes the first line of the list that left."""
    house = exported()
    row = house.declaration
    row.state = "closed"
    row.released_at = row.closed_at = instant_of(DAY - timedelta(days=300))
    (paper,) = [paper for paper in house.state.filed.values() if paper.kind == "export_inventory"]
    facts = document("export_inventory", lines=[line, {}])
    house.state.filed[paper.id] = filed(paper.kind, facts, paper.key, id=paper.id, order_no=paper.order_no)
    house.file("export_refund", invt_no=row.invt_no, lines=[{"gnum": 1, "qty": "1"}])
    return house


def through_a_centre() -> CustomsHouse:
    """A warehouse of the zone files the return of bonded goods."""
    centre = CustomsCompany("3702960W01", "仓", frozenset({"warehouse"}), "ordinary")
    house = imported(centre)
    row = house.declaration
    row.state, row.released_at = "released", instant_of(DAY)
    (paper,) = [paper for paper in house.state.filed.values() if paper.kind == "inventory"]
    facts = document("inventory", {"trade_mode": "1210", "customs_code": "4258"})
    house.state.filed[paper.id] = filed(paper.kind, facts, paper.key, id=paper.id, order_no=paper.order_no)
    house.file("refund", invt_no=row.invt_no, agent_code=centre.code, customs_code="4258")
    return house


CASES: dict[str, Callable[[], CustomsHouse]] = {
    "14038": through_a_centre,
    "13035": lambda: _imported_with({"order": {"pay_code": "3702980XX9"}}),
    "14204": short,
    "14205": lambda: short(guarantee_short="reject"),
    "14206": inspection_failed,
    "14212": inspected_with_differences,
    "14500.profile": drawn_by_profile,
    "14211": held,
    "14211.until": lambda: held(until=instant_of(DAY) + 1),
    "14221": paid,
    "14222": lambda: paid("20000"),
    "14301": lambda: partners_missing("inventory"),
    "14302": lambda: partners_missing("inventory"),
    "14303": lambda: partners_missing("inventory"),
    "14305": never_arrived,
    "14500": drawn,
    "16002": lambda: decided("reject", "资料不符"),
    "17104": lambda: exported({"export_order": {"order_type": "B"}}),
    "17121": lambda: exported({"collection": {"order_no": "OTHER"}}),
    "17122": lambda: exported({"collection": {"ebp_code": "OTHER"}}),
    "17123": lambda: exported({"collection": {"ebc_code": "OTHER"}}),
    "17124": lambda: exported({"collection": {"charge": "1.00"}}),
    "17131": other_list_of_the_parcel,
    "17132": lambda: partners_missing("export_inventory", date(2024, 6, 3)),
    "17304": part_missing,
    "17305": never_released,
    "29301": awaits_ship,
    "29302": lambda: awaits_ship(late=True),
    "17306": lambda: _noted_nothing(),
    "17310": lambda: noted("consolidation"),
    "17410": lambda: _filed("tally"),
    "17411": lambda: came_back("accepted"),
    "17412": lambda: _filed("export_refund"),
    "17413": came_back,
    "17414": lambda: came_back(days=300),
    "17427": came_back_taxed,
    "17429": lambda: came_back_taxed(currency="112"),
    "17415": lambda: cancelling("cancelled"),
    "17416": lambda: cancelling("accepted", agent_code="OTHER"),
    "17511": lambda: exported(port_code=OTHER_PORT),
    "17512": lambda: exported(port_code=OTHER_PORT),
    "17521": lambda: imported(require_179=True),
    "17522": lambda: paid("10000"),
    "17523": lambda: paid("20000"),
    "21342.order": lambda: suspended(document("inventory").ebp_code),
    "21342.payment": lambda: suspended(document("payment").pay_code),
    "21342.waybill": lambda: suspended(document("inventory").logistics_code),
    "22001": lambda: imported(open=False),
    "22001.payment": lambda: imported(open=False),
    "22007": lambda: cancelling("released"),
}
AT_OTHER_DESKS = {
    *("18009", "18020", "18021", "18022", "18023", "18024", "18025", "18026", "18027", "18028"),
    *("19201", "19202", "19203", "19204", "19205", "19206", "19211", "19212", "19213", "19222", "19223", "19227"),
    *("14500.batch", "14500.reason", "14899", "14899.batch", "14899.reason"),
}
"""Reasons of the desks of summaries and batches: stories of the whole window give them."""


def _imported_with(partners: Mapping[str, Mapping[str, Any]]) -> CustomsHouse:
    house = CustomsHouse()
    house.imported(partners)
    return house


def _filed(kind: str) -> CustomsHouse:
    house = CustomsHouse()
    house.file(kind)
    return house


def _noted_nothing() -> CustomsHouse:
    house = CustomsHouse()
    house.file("arrival_note", lines=[])
    return house


def test_however_many_lists_wait_for_a_holder_each_goes_on_when_he_lifts_his_hold() -> None:
    house = held()
    (hold,), first = house.holds, house.declaration
    for number in range(1, LISTS_AT_ONCE + 2):
        house.state.rows[first.id + number] = replace(first, id=first.id + number)
    house.holds.clear()
    house.handle("hold.lifted", HoldLifted(*hold))
    for draft in list(house.deadlines):
        house.handle(draft.route.topic, draft.payload)
    assert {row.state for row in house.state.rows.values()} == {"concluded"}


@each("code", sorted(CASES))
def test_customs_gives_its_reason(code: str) -> None:
    assert code in CASES[code]().given


def test_every_reason_of_customs_has_a_case() -> None:
    assert set(CASES) | AT_OTHER_DESKS == codes("customs")
    assert not set(CASES) & AT_OTHER_DESKS


def test_whichever_document_completes_a_trade_brings_the_decision_about() -> None:
    desk = CustomsHouse().imported()
    assert [(receipt.code, receipt.return_status) for receipt in desk.answers.receipts] == [
        ("312", "120"),
        ("412", "120"),
        ("512", "120"),
        ("622", "120"),
    ]
    assert list(desk.answers.sends) == [Route("tax", "tax.requested")]


def test_a_list_is_released_when_its_tax_is_assessed_and_closed_when_its_days_are_over() -> None:
    house = imported()
    desk = house.handle("tax.assessed", TaxAssessed(house.declaration.id, []))
    (released,) = desk.answers.sends[Route("tax", "customs.released")]
    assert isinstance(released, ListReleased) and house.declaration.state == "released"
    assert [payload.payload for payload in desk.answers.deadlines] == [ClosingDue(house.declaration.id)]
    house.handle("deadline.closing", ClosingDue(house.declaration.id))
    assert house.declaration.state == "closed"


def test_a_list_that_is_rejected_holds_nothing_any_more() -> None:
    house = decided("reject", "资料不符")
    assert not house.declaration.held
    assert [line.taken for line in house.state.taken.values()] == [0]


def test_why_a_list_is_in_review_is_kept_until_it_is_decided() -> None:
    house = short()
    assert (house.declaration.state, house.declaration.review_cause) == ("in_review", ReviewCause.GUARANTEE)
    house.decide("conclude")
    assert (house.declaration.state, house.declaration.review_cause) == ("accepted", ReviewCause.GUARANTEE)
    house.handle("tax.assessed", TaxAssessed(house.declaration.id, []))
    assert (house.declaration.state, house.declaration.review_cause) == ("released", "")


def test_a_guarantee_that_is_still_short_keeps_the_list_in_review_without_another_receipt() -> None:
    house = short()
    desk = house.decide("conclude")
    assert list(desk.answers.sends) == [Route("tax", "tax.requested")]
    desk = house.handle("tax.short", TaxShort(house.declaration.id, 100, 1, "G1"))
    assert (house.declaration.state, desk.answers.receipts) == ("in_review", [])
    assert [(answer.decision_id, answer.refused) for answer in desk.answers.decisions] == [(5, True)]


def test_goods_that_were_drawn_and_passed_continue_to_tax() -> None:
    house = drawn()
    desk = house.handle("inspection.passed", InspectionPassed(house.declaration.id))
    (request,) = desk.answers.sends[Route("tax", "tax.requested")]
    assert isinstance(request, TaxRequested) and house.declaration.state == "concluded"


@each(("option", "state"), [("reject", "rejected"), ("review", "in_review")])
def test_goods_that_passed_without_enough_guarantee_are_rejected_or_reviewed_as_the_sandbox_says(
    option: str, state: str
) -> None:
    house = drawn(guarantee_short=option)
    house.handle("inspection.passed", InspectionPassed(house.declaration.id))
    house.handle("tax.short", TaxShort(house.declaration.id, 100, 1, "G1"))
    assert house.declaration.state == state


def test_an_inspection_is_ordered_once_for_a_list_that_is_drawn() -> None:
    desk = CustomsHouse(seed=selecting(), inspection=True).imported()
    (order,) = desk.answers.sends[Route("inspection", "inspection.requested")]
    assert isinstance(order, InspectionRequested)


def test_tax_that_comes_for_a_list_that_has_ended_is_dropped() -> None:
    house = decided("reject", "资料不符")
    desk = house.handle("tax.assessed", TaxAssessed(house.declaration.id, []))
    assert desk.answers.sends == {Route("tax", "tax.dropped"): [TaxDropped(house.declaration.id)]}


def test_a_parcel_that_arrives_moves_the_list_that_waits_for_it() -> None:
    house = exported()
    assert house.declaration.state == "awaiting_arrival"
    house.file("arrival_note", lines=[{"logistics_no": EXPORTED.logistics_no}], logistics_code=EXPORTED.logistics_code)
    assert house.declaration.state == "released"
    assert house.state.known[logistics_key_of(EXPORTED)].arrived_at


@each(
    ("ordered", "left", "moved"),
    [((50,), 40, [50]), ((90,), 0, [90]), ((90, 90), 0, [90]), ((60, 60), 0, [60, 30]), ((91,), 0, [90])],
)
def test_no_more_of_a_lot_is_booked_out_than_it_has_left(ordered: tuple[int, ...], left: int, moved: list[int]) -> None:
    house = FakeCustoms()
    house.books["T1", "7"] = BookLine("T1", "7", "1901101010", "奶粉", "011", filed=100, drawn=10)
    for number, quantity in enumerate(ordered):
        handle_booked_out([GoodsBookedOut("T1", "7", quantity, f"recall|1|{number}", "recall")], desk_of(house))
    book = house.books["T1", "7"]
    assert book.filed - book.drawn - book.booked_out == left
    assert [movement.quantity for movement in house.movements] == moved
