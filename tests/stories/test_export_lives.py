"""Exports from order to departure, as an outsider sees them, on each database."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import pytest
from msgspec import UNSET
from sqlalchemy import select

from declarations.money import SCALE
from simulators.imports import stories as imports
from single_window.cases.declarations import assembly
from single_window.language.refusal import Refusal
from single_window.master_data import importing as masterdata
from single_window.store.tables import account_book
from tests.databases import ON_BOTH, fetch
from tests.officers import TESTER, act
from tests.stories.exporting import (
    DOCUMENTS,
    Sale,
    cancellation,
    facts,
    invt_no,
    note,
    refund,
    statuses,
    tally,
)
from tests.stories.story import KINDS, WORLD, outcome
from tests.tables import few

pytestmark = ON_BOTH
ORDERS = [(order,) for order in list(permutations(range(6)))[::37]]
TAKEN = [("2", "2"), ("120", "1800")]
CONCLUDED = [("2", "2"), ("399", "2300.taken")]
"""Of waybills and notes, whose receipts know no 120."""
RELEASED = [*TAKEN, ("800", "2600")]
CLOSED = [*RELEASED, ("899", "14899")]


def lists(story, sale):
    return statuses(story, sale.id, "export_inventory")


def reasons(story, sale):
    return [rule for row in facts(story, sale.id) for rule in row.reasons.split('"') if rule[:1].isdigit()]


@dataclass(frozen=True)
class Dear(Sale):
    """A sale of two pieces for 900 dollars."""

    def _export_order(self):
        head, (line,) = super()._export_order()
        return {**head, "goodsValue": "900.00"}, [{**line, "price": "450.00", "totalPrice": "900.00"}]

    def _export_inventory(self):
        head, (line,) = super()._export_inventory()
        return head, [{**line, "price": "450.00", "totalPrice": "900.00"}]


def tax_of_return(story, sale):
    """The tax of the only return of a list, as its story tells it."""
    requests = story.read(assembly.of_order, sale.id).requests
    (request,) = [request for request in requests if request.kind == "export_refund"]
    return request.tax


def bonded():
    return Sale(
        mode="1210",
        office="4258",
        port="4258",
        stock=(WORLD.warehouse("1210").ems_no, "E1", "6109100010", "针织短袖衫", "011"),
    )


def file_stock(story, sale, qty="5"):
    names = ("ems_no", "item_record_no", "gcode", "gname", "unit", "qty")
    masterdata.import_csv(story.window, story.sandbox, "stock", f"{','.join(names)}\n{','.join((*sale.stock, qty))}\n")


def drawn(story, sale):
    return fetch(
        story.window.engine,
        select(account_book.c.drawn).where(
            account_book.c.sandbox == story.sandbox,
            account_book.c.ems_no == sale.stock[0],
            account_book.c.item_record_no == sale.stock[1],
        ),
    ).scalar()


@pytest.mark.parametrize("mode", ["9610", "9710", "9810"])
def test_a_sale_leaves_and_every_document_is_answered_once(start_story, mode):
    story, sale = start_story(), Sale(mode=mode)
    story.submit(*sale.messages())
    assert story.state(sale) == "awaiting_arrival"
    story.submit(note("consolidation", [sale], "ZD1"), note("arrival_note", [sale], "YD1"))
    assert (story.state(sale), story.column(sale, "bill_no")) == ("released", "NGB1")
    story.submit(note("departure_note", [sale], "LJ1"))
    assert lists(story, sale) == CLOSED
    assert statuses(story, sale.id, "export_order") == TAKEN
    assert statuses(story, sale.waybill, "export_waybill") == CONCLUDED
    assert [
        statuses(story, *pair)
        for pair in (("ZD1", "consolidation"), ("YD1", "arrival_note"), ("LJ1", "departure_note"))
    ] == [CONCLUDED] * 3
    assert invt_no(story, sale)[8] == "E"


@pytest.mark.parametrize("order", few(5, ORDERS), ids=lambda value: "".join(map(str, value)))
def test_whatever_comes_first_the_end_is_the_same(start_story, order):
    story, sale = start_story(), Sale()
    bodies = [
        *sale.messages(),
        note("consolidation", [sale], "ZD1"),
        note("arrival_note", [sale], "YD1"),
        note("departure_note", [sale], "LJ1"),
    ]
    for place in order:
        story.submit(bodies[place])
    assert lists(story, sale) == CLOSED
    assert story.column(sale, "bill_no") == "NGB1"
    assert statuses(story, "LJ1", "departure_note") == CONCLUDED


def test_everything_twice_is_done_once(start_story):
    story, sale = start_story(), Sale()
    bodies = [*sale.messages(), note("arrival_note", [sale], "YD1"), note("departure_note", [sale], "LJ1")]
    story.submit(*bodies)
    story.submit(*bodies)
    assert [status for status, _ in lists(story, sale) if not status.startswith("-")] == ["2", "120", "800", "899"]


def test_a_rejected_list_may_be_amended_and_goes_on(start_story):
    story, sale = start_story(), Sale()
    story.submit(*sale.messages("export_order", "export_waybill"), sale.message("export_inventory", packNo="2"))
    assert lists(story, sale)[-1] == ("100", "17114")
    pre_no = str(story.column(sale, "pre_no"))
    story.submit(sale.message("export_inventory", clock=50, app_type="2", preNo=pre_no))
    assert lists(story, sale)[-1] == ("120", "1800")


def test_a_waybill_carries_the_goods_of_one_list_only(start_story):
    story, first, second = start_story(), Sale(1), Sale(2)
    story.submit(*first.messages())
    story.submit(second.message("export_order"), second.message("export_inventory", logisticsNo=first.waybill))
    assert lists(story, second)[-1] == ("100", "17131")
    story.submit(cancellation(invt_no(story, first)))
    story.submit(
        second.message(
            "export_inventory",
            clock=50,
            app_type="2",
            logisticsNo=first.waybill,
            preNo=str(story.column(second, "pre_no")),
        )
    )
    assert lists(story, second)[-1] == ("120", "1800")
    assert statuses(story, first.waybill, "export_waybill") == CONCLUDED


def test_bonded_goods_draw_their_book_and_give_it_back(start_story):
    story, sale = start_story(), bonded()
    file_stock(story, sale)
    story.submit(*sale.messages())
    assert (story.state(sale), drawn(story, sale)) == ("awaiting_arrival", 2 * SCALE)
    story.submit(cancellation(invt_no(story, sale), customsCode="4258"))
    assert (story.state(sale), drawn(story, sale)) == ("cancelled", 0)
    assert [status for status, _ in statuses(story, sale.id, "export_cancellation")] == ["399"]


@pytest.mark.parametrize(
    ("kind", "element", "code"),
    [
        ("export_order", "ebcCode", "17103"),
        ("export_waybill", "logisticsCode", "17111"),
        ("export_waybill", "logisticsNo", "14303"),
        ("export_order", "orderNo", "14301"),
    ],
)
def test_a_partner_of_other_numbers_is_named_when_its_time_is_over(start_story, kind, element, code):
    story, sale, other = start_story(), Sale(), "1105910159"
    story.submit(sale.message(kind, **{element: other}))
    story.submit(*sale.messages(*({"export_order", "export_waybill"} - {kind}), "export_inventory"))
    story.pass_time(hours=73)
    refused = [receipt for receipt in story.receipts(sale, "export_inventory") if receipt.return_status == "100"]
    assert [receipt.rule for receipt in refused] == [code]
    # one of another number, which the list does not name, cannot be told from one of another trade
    assert (other in refused[0].info) == code.startswith("171")


def test_requests_about_imports_do_not_know_an_export_list(start_story):
    story, sale = start_story(), Sale()
    trade = story.trade()
    story.submit(*sale.messages())
    number = invt_no(story, sale)
    story.submit(imports.cancellation(trade, number).body, imports.refund(trade, number).body)
    assert statuses(story, trade.id, "cancellation")[-1][0] == "-623003"
    assert statuses(story, trade.id, "refund")[-1][0] == "-625016"
    assert story.state(sale) == "awaiting_arrival"


@pytest.mark.parametrize("quality", ["passed", "officer"])
def test_an_inspected_list_is_concluded_and_released(start_story, quality):
    story = start_story(inspection=True)
    sales = [Sale(number) for number in range(1, 150)]
    for kind in DOCUMENTS:
        story.file(*[sale.message(kind) for sale in sales])
    story.file(note("arrival_note", sales))
    story.window.settle()
    drawn_ones = [sale for sale in sales if story.state(sale) == "under_inspection"]
    assert drawn_ones
    if quality == "officer":
        story.decide(drawn_ones[0], "conclude", "")
    else:
        story.pass_time(days=4)
    released = [sale for sale in drawn_ones if story.state(sale) == "released"]
    assert released
    for sale in released:
        assert lists(story, sale) == [*TAKEN, ("500", "14500"), ("399", "2300.inventory"), ("800", "2600")]
        assert {row.kind for row in facts(story, sale.id)} == {"export_inventory"}


def test_an_officer_reviews_a_waiting_list_and_it_still_waits_for_its_parcel(start_story):
    story, sale = start_story(), Sale()
    story.submit(*sale.messages())
    for action, reason in (("review", "抽查"), ("conclude", "")):
        story.decide(sale, action, reason)
    assert lists(story, sale) == [*TAKEN, ("300", "1200.reason"), ("399", "2300.inventory")]
    story.submit(note("arrival_note", [sale]))
    assert lists(story, sale)[-1] == ("800", "2600")


@pytest.mark.parametrize("mode", ["9610", "9710", "9810"])
def test_goods_of_a_return_are_tallied_and_the_return_is_closed(start_story, mode):
    """Those of each mode are free of tax within its term (17413)."""
    story, sale = start_story(), Sale(mode=mode)
    story.submit(*sale.messages(), note("arrival_note", [sale]), note("departure_note", [sale], "LJ1"))
    story.submit(refund(sale, invt_no(story, sale)))
    story.pass_time(days=2)
    assert statuses(story, sale.id, "export_refund") == [("120", "1800")]  # 214 knows no 399
    assert "return_approve" in {row.event for row in facts(story, sale.id)}
    story.submit(tally())
    assert statuses(story, sale.id, "export_refund")[-1] == ("800", "2600")
    assert statuses(story, sale.id, "tally") == [("399", "2300.taken")]
    assert "17413" in reasons(story, sale)
    assert story.state(sale) == "closed"


def test_goods_back_after_the_relief_are_taxed_with_an_amount(start_story):
    """Half of a parcel of 900 dollars: 3230.78 for the goods, 32.31 for the way, 9.79 for insurance."""
    story, sale = start_story(), Dear()
    story.submit(*sale.messages(), note("arrival_note", [sale]))
    story.pass_time(days=200)
    story.submit(refund(sale, invt_no(story, sale)))
    assert {"17414", "17422", "17427"} <= set(reasons(story, sale))
    tax = tax_of_return(story, sale)
    assert (tax.value, tax.duty, tax.consumption, tax.vat, tax.total) == (
        *("3272.88", "196.37", "0.00", "451.00"),
        "647.37",
    )
    for words in (tax.working_zh, tax.working_en):
        assert any("(3272.88 + 196.37 + 0.0000) × 13%" in line for line in words)
        assert any("647.37" in line for line in words)
    story.pass_time(days=2)
    story.submit(tally())
    assert statuses(story, sale.id, "export_refund")[-1] == ("800", "2600")
    assert tax_of_return(story, sale) == tax


def test_what_is_too_little_is_not_levied_and_free_goods_have_no_tax(start_story):
    story, late, early = start_story(), Sale(1), Sale(2)
    story.submit(*late.messages(), note("arrival_note", [late]))
    story.pass_time(days=200)
    story.submit(*early.messages(), note("arrival_note", [early], "LJ2"))
    story.submit(refund(late, invt_no(story, late)), refund(early, invt_no(story, early), "TH2"))
    assert {"17428.duty", "17428.vat"} <= set(reasons(story, late))
    assert (tax_of_return(story, late).value, tax_of_return(story, late).total) == ("125.31", "0.00")
    assert tax_of_return(story, early) is UNSET


def test_goods_tallied_before_the_return_is_approved_close_it_when_it_is(start_story):
    story, sale = start_story(), Sale()
    story.submit(*sale.messages(), note("arrival_note", [sale]))
    story.submit(refund(sale, invt_no(story, sale)), tally())
    assert statuses(story, sale.id, "export_refund")[-1][0] == "120"
    story.pass_time(days=2)
    assert [status for status, _ in statuses(story, sale.id, "export_refund")] == ["120", "800"]


def test_a_return_taken_in_on_the_last_day_of_its_year_may_arrive_after_it(start_story):
    story, sale = start_story(), Sale()
    story.submit(*sale.messages(), note("arrival_note", [sale]))
    story.pass_time(days=365)
    story.submit(refund(sale, invt_no(story, sale)))
    story.pass_time(days=10)
    story.submit(tally())
    assert statuses(story, sale.id, "export_refund") == [("120", "1800"), ("800", "2600")]


def test_a_return_whose_parcel_never_comes_lapses(start_story):
    story, sale = start_story(), Sale()
    story.submit(*sale.messages(), note("arrival_note", [sale]))
    story.pass_time(days=365)
    story.submit(refund(sale, invt_no(story, sale)))
    story.pass_time(days=16)
    assert statuses(story, sale.id, "export_refund") == [("120", "1800"), ("100", "14324")]


def test_goods_that_lie_at_another_office_are_released_when_that_agrees(start_story):
    story, sale = start_story(), Sale(port="9002")
    story.submit(*sale.messages(), note("arrival_note", [sale]))
    assert lists(story, sale) == RELEASED
    assert {"office_asked", "office_answered"} <= {row.event for row in facts(story, sale.id)}
    assert {"17511", "17512"} <= set(reasons(story, sale))


def test_an_import_that_lies_at_another_office_is_released_when_that_agrees(story):
    trade = story.trade()
    story.submit(
        *[story.message(trade, kind) for kind in KINDS[:3]], story.message(trade, "inventory", portCode="9002")
    )
    assert outcome(story.receipts(trade))[-2:] == [("120", "1800"), ("800", "2600")]
    assert [row.event for row in story.timeline(trade)][:2] == ["office_asked", "office_answered"]


def test_an_export_is_neither_detained_nor_suspended(start_story):
    story, sale = start_story(), Sale()
    story.submit(*sale.messages())
    with pytest.raises(Refusal):
        act(story.window, story.sandbox, invt_no(story, sale), "suspend", "疑问", TESTER, as_declared=True)


@pytest.mark.parametrize("wanted", ["stage", "delete"])
def test_a_list_is_staged_declared_and_taken_back(start_story, wanted):
    story, sale = start_story(), Sale()
    story.submit(sale.message("export_order"))
    if wanted == "stage":
        story.submit(sale.message("export_waybill"), sale.message("export_inventory", appStatus="1"))
        assert (lists(story, sale), story.state(sale)) == ([("1", "1")], "")
        story.submit(sale.message("export_inventory", clock=50))
        assert lists(story, sale)[-1] == ("120", "1800")
    else:
        story.submit(sale.message("export_inventory"))
        story.submit(sale.message("export_inventory", clock=50, app_type="3", preNo=str(story.column(sale, "pre_no"))))
        assert story.state(sale) == "deleted"
        story.submit(sale.message("export_waybill"), sale.message("export_inventory", clock=59))
        assert story.state(sale) == "awaiting_arrival"
