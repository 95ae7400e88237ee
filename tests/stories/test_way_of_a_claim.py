"""The page about refunds lists the functions that a claim passes until it is paid, in their order."""

from tests.databases import ON_BOTH
from tests.stories.refunding import Refunding, export, purchase
from tests.ways import listed, traced

pytestmark = ON_BOTH
DRIVER = Refunding


def test_a_claim_that_nobody_doubts_passes_these_functions_in_this_order(driver):
    way = listed("docs/refund.md")
    item = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper())
    with traced(way) as called:
        driver.story.submit(driver.claim([export(item), purchase("FP1")]))
        driver.reviewed()
    assert driver.claim_row().state == "paid"
    assert list(dict.fromkeys(called)) == way
