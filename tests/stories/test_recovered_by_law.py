"""Goods of warehouses abroad: what money taken back, and days, rest on; whether goods are said to be sold."""

from __future__ import annotations

from datetime import date

import pytest

from single_window.cases.refunds import explaining as refunds
from single_window.cases.refunds.queries import rates_of
from single_window.store.engine import reading
from tests.databases import ON_BOTH
from tests.stories.refunding import Refunding, export, purchase
from tests.stories.test_refunds_after import NORMAL_END, declared_sale

pytestmark = ON_BOTH
DRIVER = Refunding
PERIOD, TERM = "refund.overseas@2025-01-27", "refund.window@2026-01-01"
OF_PERIOD, OF_TERM = "国家税务总局公告2025年第3号", "国家税务总局公告2026年第5号"


def explained(driver, number="TS2"):
    window = driver.story.window
    with reading(window.engine) as connection:
        rates = rates_of(connection, driver.story.sandbox)
        return refunds.explain(connection, driver.story.sandbox, number, window.parameters, rates)


def bases(driver, kind):
    """Ids and acts behind the entries of a kind."""
    entries = [entry for entry in explained(driver).entries if entry.kind == kind]
    assert entries
    found = [{(basis.id, basis.source) for why in entry.because for basis in why.bases} for entry in entries]
    return set.union(*found) if all(found) else set()


def days(driver):
    """Ids behind the last days for reconciling and for the exchange."""
    found = {day.name: {basis.id for basis in day.because.bases} for day in explained(driver).days if day.because}
    return found["reconciliation"], found["exchange"]


@pytest.fixture
def ahead(driver):
    """A claim ahead of sale that is paid: two pieces, 2.60."""
    number = driver.listed() + "001"
    driver.story.submit(driver.paper())
    driver.story.submit(driver.claim([export(number, saleState="0"), purchase("FP1")], business="HWC-YT"))
    driver.reviewed(25)
    assert driver.notices() == [("1", "2.60")]
    return number


@pytest.mark.parametrize(
    ("sold", "amount", "outcome", "codes"),
    [("1", "12.90", "B", {"20413"}), ("0", "0", "C", {"20412"})],
)
def test_what_a_reconciliation_takes_back_rests_on_the_act_about_warehouses_abroad(
    driver, ahead, sold, amount, outcome, codes
):
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead, sold, amount, outcome)))
    assert bases(driver, "recovered") == {(PERIOD, OF_PERIOD)}
    entry = next(entry for entry in explained(driver).entries if entry.kind == "recovered")
    assert {why.rule for why in entry.because} == codes


def test_what_was_never_reconciled_is_taken_back_by_the_same_act(driver, ahead):
    driver.leg("25.80", entry=ahead[:18])
    driver.on(NORMAL_END)
    assert driver.answers()[-1] == ("700", "20646")
    assert bases(driver, "recovered") == {(PERIOD, OF_PERIOD)}


def test_what_is_taken_back_for_want_of_exchange_rests_on_the_term_of_its_export(driver):
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper())
    driver.story.submit(driver.claim([export(item), purchase("FP1")]))
    driver.reviewed()
    driver.on(NORMAL_END)
    assert driver.answers()[-1] == ("700", "20580")
    assert {name for name, _ in bases(driver, "recovered")} == {TERM}


def test_the_days_of_a_claim_keep_their_basis_when_they_are_over(driver, ahead):
    before = days(driver)
    driver.on(date(2027, 1, 10))
    driver.story.submit(driver.reconciliation(declared_sale(ahead, "1", "12.90", "B")))
    driver.on(NORMAL_END)
    assert driver.claim_row().exchange == "missing"
    assert days(driver) == before == ({PERIOD}, {TERM})


@pytest.mark.parametrize(
    ("sale", "business", "answer"),
    [
        ("", "", ("100", "20407")),
        ("2", "", ("100", "20407")),
        ("0", "", ("100", "20403")),
        ("1", "", ("120", "20500")),
        ("0", "HWC-YT", ("120", "20500")),
        ("", "HWC-YT", ("120", "20500")),
        ("1", "HWC-YT", ("100", "20529")),
        ("2", "HWC-YT", ("100", "20407")),
    ],
)
def test_goods_of_warehouses_abroad_say_whether_they_are_sold(driver, sale, business, answer):
    stated = {"saleState": sale} if sale else {}
    number = driver.listed() + "001"
    driver.leg("25.80", entry=number[:18])
    driver.story.submit(driver.paper())
    driver.story.submit(driver.claim([export(number, **stated), purchase("FP1")], business=business))
    assert driver.answers()[-1] == answer
