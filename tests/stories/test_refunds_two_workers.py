"""Two who work at the same instant on papers and claims that race: an invoice and an item are used once."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.databases import ON_BOTH
from tests.stories.refunding import MERCHANT, WORLD, Refunding, bought, export, inventory, purchase
from tests.stories.test_batches_two_workers import beside, together

pytestmark = ON_BOTH
OTHER = WORLD.merchants[1]
RACES = 6


@pytest.fixture
def driver(start_story):
    story = Refunding(start_story(batch=1))
    yield story
    assert story.unbalanced() == []


def raced(driver, *bodies):
    """Two windows work off these messages."""
    driver.story.file(*bodies)
    other = beside(driver.story)
    together(driver.story.window, other)
    other.close()
    driver.story.window.settle()


def test_of_two_companies_one_has_the_number_on_file(driver):
    raced(
        driver,
        *[driver.paper(f"FP{place}", merchant=merchant) for place in range(RACES) for merchant in (MERCHANT, OTHER)],
    )
    for place in range(RACES):
        states = Counter(invoice.state for invoice in driver.rows("vat_invoice", invoice_no=f"FP{place}"))
        assert states == {"accepted": 1, "rejected": 1}
        assert Counter(driver.answers(f"FP{place}", "VatInvoiceReturn")) == {
            ("2", "2"): 2,
            ("120", "20500"): 1,
            ("100", "20602"): 1,
        }


def test_of_claims_that_race_for_an_invoice_as_many_pass_as_it_has(driver):
    items = [f"{driver.summarised([inventory(place)], cop_no=f'HZ{place}')[0]}001" for place in range(RACES)]
    driver.story.submit(driver.paper(lines=[bought(qty="6", amount="60.00")]))
    raced(driver, *[driver.claim([export(item), purchase("FP1")], f"QD{place}") for place, item in enumerate(items)])
    assert Counter(claim.state for claim in driver.rows("refund_claim")) == {"accepted": 3, "rejected": RACES - 3}
    assert [(line.used, line.used_amount) for line in driver.rows("vat_invoice_line")] == [(600_000, 6_000_000)]
    assert sorted(item.used for item in driver.rows("export_item")) == [200_000] * 3


def test_of_claims_that_race_for_an_item_one_has_it(driver):
    item = driver.summarised()[0] + "001"
    driver.story.submit(*[driver.paper(f"FP{place}") for place in range(RACES)])
    raced(driver, *[driver.claim([export(item), purchase(f"FP{place}")], f"QD{place}") for place in range(RACES)])
    assert Counter(claim.state for claim in driver.rows("refund_claim")) == {"accepted": 1, "rejected": RACES - 1}
    assert sum(line.used for line in driver.rows("vat_invoice_line")) == 200_000


def test_exchange_proves_one_of_two_claims(driver):
    entry = driver.summarised([inventory(1)])[0]
    driver.story.submit(driver.paper(lines=[bought(qty="2", amount="20.00")]))
    halves = [
        driver.claim(
            [export(f"{entry}001", qty="1", fob="12.90"), purchase("FP1", qty="1", amount="10.00")], f"QD{place}"
        )
        for place in (1, 2)
    ]
    driver.leg("12.90", entry=entry)
    raced(driver, *halves)
    assert sorted(claim.exchange for claim in driver.rows("refund_claim")) == ["collected", "due"]
    assert [pool.used for pool in driver.rows("exchange_pool")] == [1_290_000]
