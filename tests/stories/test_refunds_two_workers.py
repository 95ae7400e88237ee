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
def told(tell):
    story = Refunding(tell(batch=1))
    yield story
    assert story.unbalanced() == []


def raced(told, *bodies):
    """Two windows work off these messages."""
    told.story.file(*bodies)
    other = beside(told.story)
    together(told.story.window, other)
    other.close()
    told.story.window.settle()


def test_of_two_companies_one_has_the_number_on_file(told):
    raced(
        told, *[told.paper(f"FP{place}", merchant=merchant) for place in range(RACES) for merchant in (MERCHANT, OTHER)]
    )
    for place in range(RACES):
        states = Counter(one.state for one in told.rows("vat_invoice", invoice_no=f"FP{place}"))
        assert states == {"accepted": 1, "rejected": 1}
        assert Counter(told.answers(f"FP{place}", "VatInvoiceReturn")) == {
            ("2", "2"): 2,
            ("120", "20500"): 1,
            ("100", "20602"): 1,
        }


def test_of_claims_that_race_for_an_invoice_as_many_pass_as_it_has(told):
    items = [f"{told.summarised([inventory(place)], cop_no=f'HZ{place}')[0]}001" for place in range(RACES)]
    told.story.say(told.paper(lines=[bought(qty="6", amount="60.00")]))
    raced(told, *[told.claim([export(item), purchase("FP1")], f"QD{place}") for place, item in enumerate(items)])
    assert Counter(one.state for one in told.rows("refund_claim")) == {"accepted": 3, "rejected": RACES - 3}
    assert [(one.used, one.used_amount) for one in told.rows("vat_invoice_line")] == [(600_000, 6_000_000)]
    assert sorted(one.used for one in told.rows("export_item")) == [200_000] * 3


def test_of_claims_that_race_for_an_item_one_has_it(told):
    item = told.summarised()[0] + "001"
    told.story.say(*[told.paper(f"FP{place}") for place in range(RACES)])
    raced(told, *[told.claim([export(item), purchase(f"FP{place}")], f"QD{place}") for place in range(RACES)])
    assert Counter(one.state for one in told.rows("refund_claim")) == {"accepted": 1, "rejected": RACES - 1}
    assert sum(one.used for one in told.rows("vat_invoice_line")) == 200_000


def test_exchange_proves_one_of_two_claims(told):
    entry = told.summarised([inventory(1)])[0]
    told.story.say(told.paper(lines=[bought(qty="2", amount="20.00")]))
    halves = [
        told.claim(
            [export(f"{entry}001", qty="1", fob="12.90"), purchase("FP1", qty="1", amount="10.00")], f"QD{place}"
        )
        for place in (1, 2)
    ]
    told.leg("12.90", entry=entry)
    raced(told, *halves)
    assert sorted(one.exchange for one in told.rows("refund_claim")) == ["collected", "due"]
    assert [one.used for one in told.rows("exchange_pool")] == [1_290_000]
