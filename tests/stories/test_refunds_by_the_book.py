"""Where the rule book is explicit and claims meet it at its corners: exemptions late, two clocks at once, spirits."""

from __future__ import annotations

import json
from datetime import date

import pytest
from msgspec.structs import replace
from sqlalchemy import insert

from declarations.money import scale
from single_window.store.engine import writing
from single_window.store.tables import enterprise
from tests.databases import LATER_ON_POSTGRESQL
from tests.stories.refunding import MERCHANT, Refunding, bought, export, inventory, line, purchase
from tests.stories.summarising import Summarising

pytestmark = LATER_ON_POSTGRESQL
TOLD = Refunding


def test_a_claim_in_a_currency_that_has_no_rate_is_refused_and_names_it(told):
    item = told.summarised([inventory(1, line(currency="331"))])[0] + "001"
    told.story.say(told.paper(), told.claim([export(item, currency="CHF"), purchase("FP1")]))
    assert told.answers()[-1] == ("100", "20551")


@pytest.mark.parametrize("fob", ["90000000000000.00", "9000000000000.00"])
def test_a_claim_that_is_worth_more_than_can_be_kept_is_refused(told, fob):
    item = told.summarised(
        [inventory(1, *[line(one, amount=fob, country=place) for one, place in ((1, "133"), (2, "116"))])]
    )[0]
    told.story.say(
        told.paper("FP1"),
        told.paper("FP2"),
        told.claim(
            [
                row
                for one in (1, 2)
                for row in (
                    export(f"{item}00{one}", 2 * one, f"L{one}", fob=fob),
                    purchase(f"FP{one}", 2 * one + 1, f"L{one}"),
                )
            ]
        ),
    )
    assert told.answers()[-1] == ("100", "20556")


def test_an_exemption_may_be_claimed_late_with_its_papers_and_without_exchange(told):
    item = told.summarised()[0] + "001"
    told.story.say(told.paper(invoiceKind="4"))
    told.on(date(2028, 1, 10))
    told.story.say(told.claim([export(item), purchase("FP1")], kind="E"))
    assert told.answers()[-1] == ("120", "20500")


def counted(told, office="4227", day=date(2026, 10, 10)):
    """A list that is only counted, closed at an office on a day; gives the number of its line."""
    return Summarising(told.story).closed([replace(inventory(60, flag="A"), customs_code=office)], day)[0] + "001"


def test_an_exemption_is_not_claimed_before_the_month_after_the_export(told):
    item = counted(told, day=date(2026, 11, 10))
    told.story.say(told.paper(invoiceKind="4"), told.claim([export(item), purchase("FP1")], kind="E"))
    assert told.answers()[-1] == ("100", "20110")
    told.on(date(2026, 12, 1))
    told.story.say(told.claim([export(item), purchase("FP1")], "TS3", kind="E"))
    assert told.answers("TS3")[-1] == ("120", "20500")


def test_an_exemption_late_without_any_paper_is_not_taken(told):
    item = counted(told)
    told.on(date(2028, 1, 10))
    told.story.say(told.claim([export(item)], kind="E"))
    assert told.answers()[-1] == ("100", "20113")


def test_a_list_that_is_only_counted_is_exempt_with_its_voucher(told):
    told.story.say(told.paper(invoiceKind="4"), told.claim([export(counted(told)), purchase("FP1")], kind="E"))
    assert told.answers()[-1] == ("120", "20500"), told.one().reasons
    assert json.loads(told.one().conditions)[0][1] == "exemption"
    told.reviewed()
    assert (told.one().state, told.one().domestic_vat, told.notices()) == ("paid", 0, [])


def registered(told, refund_kind="T", **facts):
    with writing(told.story.window.engine) as connection:
        connection.execute(
            insert(enterprise).values(
                {
                    "sandbox": "story",
                    "code": MERCHANT.code,
                    "key": MERCHANT.code,
                    "state": "registered",
                    "channel": "green",
                    "zone": "青岛",
                    "facts": "{}",
                    "taxpayer_kind": "1",
                    "refund_kind": refund_kind,
                    **facts,
                }
            )
        )


@pytest.mark.parametrize(("kind", "vat"), [("1", "21.31"), ("2", "5.40")])
def test_a_small_scale_taxpayer_is_taxed_at_his_own_rate(told, kind, vat):
    """25.80 dollars are 185.23 yuan: 185.23 × 13 ÷ 113, or × 3 ÷ 103."""
    registered(told, "S", taxpayer_kind=kind, zone="")
    told.story.say(told.claim([export(told.summarised()[0] + "001")], kind="E"))
    told.reviewed()
    assert told.notices() == [("4", vat)]


def test_a_manufacturer_who_claims_an_exemption_is_exempt_and_owes_nothing_for_want_of_exchange(told):
    registered(told, "M")
    item = told.summarised()[0] + "001"
    told.story.say(told.paper(invoiceKind="4"), told.claim([export(item), purchase("FP1")], kind="E"))
    assert json.loads(told.one().conditions)[0][1] == "exemption"
    told.reviewed()
    told.on(date(2027, 5, 2))
    assert (told.one().state, told.notices()) == ("paid", [])


@pytest.mark.parametrize(("office", "treated"), [("4227", "no_invoice"), ("8801", "domestic_sale")])
def test_without_an_invoice_it_must_be_declared_through_customs_of_a_zone(told, office, treated):
    registered(told)
    told.story.say(told.claim([export(counted(told, office))], kind="E"))
    assert told.answers()[-1] == ("120", "20500"), told.one().reasons
    assert json.loads(told.one().conditions)[0][1] == treated


@pytest.fixture
def ahead(told):
    """Ahead of sale, paid in 2027: the exchange is due a year before the reconciliation ends."""
    number = told.listed() + "001"
    told.story.say(told.paper())
    told.on(date(2027, 1, 10))
    told.story.say(told.claim([export(number, saleState="0"), purchase("FP1")], business="HWC-YT"))
    told.reviewed(25)
    assert told.notices() == [("1", "2.60")]
    told.on(date(2027, 5, 1))
    assert (told.one().state, told.one().exchange, told.one().reconcile_until) == ("to_repay", "missing", "2028-04-30")
    return number


def test_what_was_never_reconciled_is_not_restored_by_exchange_that_comes_late(told, ahead):
    told.on(date(2028, 5, 1))
    told.leg("25.80", entry=ahead[:18])
    assert (told.one().state, told.net()) == ("to_repay", 0)


def test_spirits_claimed_by_weight_have_their_litres_from_customs(told):
    goods = replace(
        line(gcode="2208300000", unit="095", qty="450", amount="5000.00"),
        gname="威士忌酒",
        unit2="035",
        qty2=scale("420"),
    )
    number = told.listed(61, "9810", date(2026, 10, 10), goods) + "001"
    kg = {"gcode": "2208300000", "gname": "威士忌酒", "unit": "035", "qty": "420"}
    told.story.say(
        told.paper(lines=[bought(amount="30000.00", **kg)]),
        told.paper("XF1", [bought(amount="30000.00", rate="0.20", **kg)], invoiceKind="3"),
    )
    told.story.say(
        told.claim(
            [
                export(number, fob="5000.00", saleState="1", **kg),
                purchase("FP1", amount="30000.00", **kg),
                purchase("XF1", 3, amount="30000.00", **kg),
            ]
        )
    )
    assert told.answers()[-1] == ("120", "20500"), told.one().reasons
    assert told.one().refund == scale("3900.00") + scale("6450.00")
