"""Nobody speaks for a company that is known to send from elsewhere: no paper, no claim, no change of a claim."""

from __future__ import annotations

from tests.databases import ON_BOTH
from tests.stories.refunding import MERCHANT, WORLD, Refunding, export, purchase

pytestmark = ON_BOTH
DRIVER = Refunding
STRANGER = WORLD.merchants[1]._replace(code=MERCHANT.code, name=MERCHANT.name)


def test_a_paper_of_a_company_is_put_on_file_for_the_company_alone(driver):
    driver.story.submit(driver.paper(merchant=STRANGER))
    assert driver.answers("FP1", "VatInvoiceReturn")[-1] == ("100", "20535")
    driver.story.submit(driver.paper())
    assert driver.answers("FP1", "VatInvoiceReturn")[-1] == ("120", "20500")


def test_a_claim_in_another_s_name_is_refused_and_takes_nothing(driver):
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper())
    driver.story.submit(driver.claim([export(item), purchase("FP1")], merchant=STRANGER))
    assert driver.answers()[-1] == ("100", "20535")
    driver.story.submit(driver.claim([export(item), purchase("FP1")]))
    assert driver.answers()[-1][0] == "120"


def test_a_claim_is_neither_corrected_nor_withdrawn_by_a_stranger(driver):
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper())
    driver.story.submit(driver.claim([export(item), purchase("FP1")]))
    driver.act("ask", reason="the contract, please")
    for app_type in ("2", "3"):
        driver.story.submit(driver.claim([export(item), purchase("FP1")], merchant=STRANGER, appType=app_type))
        assert driver.answers()[-1] == ("-992007", "-992007") and driver.claim_row("TS2").state == "asked"
    driver.story.submit(driver.claim([export(item), purchase("FP1")], appType="2"))
    assert driver.claim_row("TS2").state == "accepted"


def test_a_repayment_and_a_reconciliation_come_from_the_company_too(driver):
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper())
    driver.story.submit(driver.claim([export(item), purchase("FP1")]))
    driver.reviewed()
    row = {"gnum": "1", "itemNo": item, "qty": "1"}
    head = {"copNo": "BJ1", "claimNo": "TS2", "reasonKind": "1"}
    driver.story.submit(driver._message("RefundRepayment", head, [row], STRANGER))
    assert driver.answers("BJ1", "RefundRepaymentReturn")[-1] == ("100", "20535")
    row = {
        "gnum": "1",
        "linkNo": "L1",
        "itemNo": item,
        "soldQty": "1",
        "currency": "USD",
        "amount": "1",
        "outcome": "A",
    }
    driver.story.submit(
        driver._message("RefundReconciliation", {"copNo": "HS1", "claimNo": "TS2", "period": "202612"}, [row], STRANGER)
    )
    assert driver.answers("HS1", "RefundReconciliationReturn")[-1] == ("100", "20535")
