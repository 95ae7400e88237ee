"""Claims of exporters whom the registrar knows: what their filing lets them claim, and exemption without an invoice."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import insert

from single_window.store.engine import writing
from single_window.store.tables import enterprise, forex_enterprise
from tests.databases import ON_BOTH, carry_out
from tests.stories.refunding import MERCHANT, Refunding, export, inventory, purchase
from tests.stories.summarising import Summarising
from tests.waiting import wait

pytestmark = ON_BOTH


@pytest.fixture
def driver(start_story):
    story = Refunding(start_story(open=False))
    yield story
    assert story.unbalanced() == []


def registered(driver, **facts):
    values = {"state": "registered", "taxpayer_kind": "1", "refund_kind": "T", "tax_credit": "A", **facts}
    with writing(driver.story.window.engine) as connection:
        connection.execute(insert(enterprise).values(sandbox="story", code=MERCHANT.code, key=MERCHANT.code, **values))
        if values["state"] == "in_review":
            wait(connection, "story", "registration", MERCHANT.code)


def claimed(driver, item, *lines, **changes):
    driver.story.submit(driver.paper(), driver.claim([export(item), *lines], **changes))
    return driver.answers()[-1]


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({}, ("120", "20500")),
        ({"refund_kind": "M"}, ("100", "20533")),
        ({"state": "suspended"}, ("120", "20500")),
        ({"state": "in_review"}, ("100", "20532")),
    ],
)
def test_what_is_registered_decides_who_claims(driver, facts, answer):
    registered(driver, **facts)
    assert claimed(driver, driver.summarised()[0] + "001", purchase("FP1")) == answer


@pytest.mark.parametrize("facts", [{"taxpayer_kind": "2"}, {"refund_kind": "S"}, {"refund_kind": ""}])
def test_who_has_no_refund_filing_is_exempt_with_a_voucher(driver, facts):
    registered(driver, **facts)
    assert claimed(driver, driver.summarised()[0] + "001", purchase("FP1")) == ("120", "20500")
    driver.reviewed()
    claim = driver.claim_row()
    assert (claim.refund, claim.paid, json.loads(claim.conditions)[0][1]) == (0, 0, "exemption")
    assert claim.cost == 260_000


def test_the_exchange_class_makes_the_refund_class(driver):
    registered(driver)
    carry_out(
        driver.story.window.engine,
        insert(forex_enterprise).values(sandbox="story", code=MERCHANT.code, forex_class="C"),
    )
    assert claimed(driver, driver.summarised()[0] + "001", purchase("FP1")) == ("100", "20540")


@pytest.mark.parametrize(("zone", "treatment"), [("青岛综试区", "no_invoice"), ("", "domestic_sale")])
def test_lists_that_are_only_counted_are_exempt_without_an_invoice_in_a_zone(driver, zone, treatment):
    registered(driver, zone=zone)
    number = Summarising(driver.story).closed([inventory(3, flag="A")], date(2026, 10, 10))[0]
    driver.story.submit(driver.claim([export(number + "001")], kind="E"))
    assert driver.answers()[-1] == ("120", "20500")
    driver.reviewed()
    claim = driver.claim_row()
    assert json.loads(claim.conditions)[0][1] == treatment
    assert driver.notices() == ([] if treatment == "no_invoice" else [("4", f"{claim.domestic_vat / 100_000:.2f}")])


def test_a_retail_list_that_is_summarised_is_claimed_by_its_declaration_only(driver):
    registered(driver)
    number = Summarising(driver.story).closed([inventory(4)], date(2026, 10, 10))[0]
    driver.story.submit(driver.claim([export(number + "001")], kind="E"))
    assert driver.answers()[-1] == ("100", "20202")
