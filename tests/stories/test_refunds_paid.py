"""Claims that are taken in and paid, from the lists of a month to the notice of the tax office."""

from __future__ import annotations

import pytest

from tests.databases import ENGINES
from tests.stories.refunding import Refunding, export, purchase


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture
def told(tell):
    return Refunding(tell())


def test_a_trader_is_paid_what_he_paid_for_the_goods_times_the_rate(told):
    item = told.summarised()[0] + "001"
    told.story.say(told.paper())
    assert told.answers("FP1", "VatInvoiceReturn") == [("2", "2"), ("120", "20500")]
    told.story.say(told.claim([export(item), purchase("FP1")]))
    assert told.answers() == [("2", "2"), ("120", "20500")]
    told.reviewed()
    assert told.answers()[2:] == [("399", "20504"), ("800", "20506")]
    assert told.notices() == [("1", "2.60")]
    claim = told.one()
    assert (claim.state, claim.refund, claim.paid, claim.exchange) == ("paid", 260_000, 260_000, "due")
    assert [(one.used, one.used_amount) for one in told.rows("vat_invoice_line")] == [(200_000, 2_000_000)]
