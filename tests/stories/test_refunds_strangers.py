"""Nobody speaks for a company that is known to send from elsewhere: no paper, no claim, no change of a claim."""

from __future__ import annotations

from tests.databases import LATER_ON_POSTGRESQL
from tests.stories.refunding import MERCHANT, WORLD, Refunding, export, purchase

pytestmark = LATER_ON_POSTGRESQL
TOLD = Refunding
STRANGER = WORLD.merchants[1]._replace(code=MERCHANT.code, name=MERCHANT.name)


def test_a_paper_of_a_company_is_put_on_file_for_the_company_alone(told):
    told.story.say(told.paper(merchant=STRANGER))
    assert told.answers("FP1", "VatInvoiceReturn")[-1] == ("100", "20535")
    told.story.say(told.paper())
    assert told.answers("FP1", "VatInvoiceReturn")[-1] == ("120", "20500")


def test_a_claim_in_another_s_name_is_refused_and_takes_nothing(told):
    item = told.summarised()[0] + "001"
    told.story.say(told.paper())
    told.story.say(told.claim([export(item), purchase("FP1")], merchant=STRANGER))
    assert told.answers()[-1] == ("100", "20535")
    told.story.say(told.claim([export(item), purchase("FP1")]))
    assert told.answers()[-1][0] == "120"


def test_a_claim_is_neither_corrected_nor_withdrawn_by_a_stranger(told):
    item = told.summarised()[0] + "001"
    told.story.say(told.paper())
    told.story.say(told.claim([export(item), purchase("FP1")]))
    told.act("ask", reason="the contract, please")
    for app_type in ("2", "3"):
        told.story.say(told.claim([export(item), purchase("FP1")], merchant=STRANGER, appType=app_type))
        assert told.answers()[-1] == ("-992007", "-992007") and told.one("TS2").state == "asked"
    told.story.say(told.claim([export(item), purchase("FP1")], appType="2"))
    assert told.one("TS2").state == "accepted"


def test_a_repayment_and_a_reconciliation_come_from_the_company_too(told):
    item = told.summarised()[0] + "001"
    told.story.say(told.paper())
    told.story.say(told.claim([export(item), purchase("FP1")]))
    told.reviewed()
    row = {"gnum": "1", "itemNo": item, "qty": "1"}
    head = {"copNo": "BJ1", "claimNo": "TS2", "reasonKind": "1"}
    told.story.say(told._message("RefundRepayment", head, [row], STRANGER))
    assert told.answers("BJ1", "RefundRepaymentReturn")[-1] == ("100", "20535")
    row = {
        "gnum": "1",
        "linkNo": "L1",
        "itemNo": item,
        "soldQty": "1",
        "currency": "USD",
        "amount": "1",
        "outcome": "A",
    }
    told.story.say(
        told._message("RefundReconciliation", {"copNo": "HS1", "claimNo": "TS2", "period": "202612"}, [row], STRANGER)
    )
    assert told.answers("HS1", "RefundReconciliationReturn")[-1] == ("100", "20535")
