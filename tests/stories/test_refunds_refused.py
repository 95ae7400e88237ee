"""Bad claims and papers: each refused with a reason of its own, and nothing is taken from the ledgers."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from tests.databases import ON_BOTH
from tests.stories.refunding import WORLD, Refunding, export, purchase

pytestmark = ON_BOTH
DRIVER = Refunding
OTHER = WORLD.merchants[1]


@pytest.fixture
def item(driver):
    number = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper())
    return number


def refused(driver, *lines, number="TS2", **changes):
    driver.story.submit(driver.claim(lines, number, **changes))
    answer = driver.answers(number)[-1]
    assert answer[0] == "100"
    claim = driver.claim_row(number)
    assert claim.state == "rejected"
    assert [invoice_line.used for invoice_line in driver.rows("vat_invoice_line")] == [0] * len(
        driver.rows("vat_invoice_line")
    )
    rules = [reason[0] for reason in msgspec.json.decode(claim.reasons)]
    assert rules[0] == answer[1]
    return rules


def test_a_number_is_on_file_once_whoever_hands_it_in(driver, item):
    driver.story.submit(driver.paper(merchant=OTHER))
    assert driver.answers("FP1", "VatInvoiceReturn")[-1] == ("100", "20602")
    assert [invoice.state for invoice in driver.rows("vat_invoice", ebc_code=OTHER.code)] == ["rejected"]


def test_a_claim_that_was_judged_keeps_the_conditions_that_failed(driver, item):
    driver.on(date(2027, 5, 2))
    assert refused(driver, export(item), purchase("FP1")) == ["20113"]
    kept = msgspec.json.decode(driver.claim_row("TS2").conditions)
    assert [(items, kind) for items, kind, _ in kept] == [([item], "exemption")]
    assert "failed" in {outcome for _, _, result in kept for _, outcome, *_ in result}


def test_a_claim_that_did_not_match_has_no_conditions(driver, item):
    refused(driver, export(item, qty="3"), purchase("FP1"))
    assert driver.claim_row("TS2").conditions == ""


def test_a_refused_claim_may_be_corrected_and_sent_again(driver, item):
    assert "20206" in refused(driver, export(item, qty="3"), purchase("FP1"), number="TS3")
    driver.story.submit(driver.claim([export(item), purchase("FP1")], "TS3"))
    assert driver.answers("TS3")[-1] == ("120", "20500")
    driver.reviewed()
    assert driver.net("TS3") == 260_000


def test_enormous_amounts_and_fields_left_out_are_refused(driver, item):
    huge = "92233720368547.75807"
    assert "20206" in refused(driver, export(item, qty=huge, fob=huge), purchase("FP1", qty=huge, amount=huge))
    assert "20327" in refused(driver, export(item), number="TS3", kind="M", inputVat=huge, creditForward=huge)
    bare = {name: value for name, value in purchase("FP1").items() if not name.startswith("invoice")}
    assert "20220" in refused(driver, export(item), bare, number="TS4")
    bare = {name: value for name, value in export(item).items() if name not in ("itemNo", "currency")}
    assert "20201" in refused(driver, bare, purchase("FP1"), number="TS5")
    driver.story.submit(driver.repayment([{"gnum": str(place), "itemNo": item, "qty": huge} for place in (1, 2, 3)]))
    assert driver.answers("BJ1", "RefundRepaymentReturn")[-1] == ("100", "20621")
