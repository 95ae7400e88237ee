"""What warehouses abroad tell agrees with exports and with itself, or not: each disagreement has its answer, its case,
and what ends it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.databases import ON_BOTH
from tests.stories.overseas import Overseas, told

pytestmark = ON_BOTH
IN = told("I", "2026-10-01T08:00:00+02:00", "100", lot="L1")


def sold(qty="10", at="2026-11-05T12:00:00+01:00", **more):
    return told("S", at, qty, **{"lot": "L1", **more})


# name: lines of the first notice, lines of the second, its answer, cases that are open then
DISAGREEMENTS = {
    "all agrees": ([IN], [sold()], ("120", "27100"), []),
    "goods that were never exported": ([], [told("I", "2026-10-01T08:00:00+02:00", "1", itemNo="OTHER")], "27101", []),
    "too many came in": ([], [told("I", "2026-10-01T08:00:00+02:00", "101")], "27102", []),
    "too many came in, piece by piece": ([IN], [told("I", "2026-10-02T08:00:00+02:00", "1")], "27102", []),
    "too many were found": ([IN], [told("A", "2026-10-02T08:00:00+02:00", "1")], "27102", []),
    "came in to replace what was lost": (
        [IN, told("A", "2026-10-02T08:00:00+02:00", "-2", lot="L1")],
        [told("I", "2026-10-03T08:00:00+02:00", "2", lot="L1")],
        "27102",
        [],
    ),
    "more tax than price": (
        [IN],
        [sold(price="10", vat="11", currency="EUR", taxIncluded="1", taxBy="P")],
        "27110",
        [],
    ),
    "a currency that customs has no code for": ([IN], [sold(price="10", currency="999")], "27110", []),
    "found again what was lost": (
        [IN, told("A", "2026-10-02T08:00:00+02:00", "-2", lot="L1")],
        [told("A", "2026-10-03T08:00:00+02:00", "2", lot="L1")],
        ("120", "27100"),
        [],
    ),
    "more sold than there can be": ([IN], [sold("101")], "27103", []),
    "more sold than came in, and the rest is on its way": (
        [told("I", "2026-10-01T08:00:00+02:00", "40", lot="L1")],
        [sold("50")],
        ("300", "27103.open"),
        [("X", "open", "27103.open")],
    ),
    "sold before it came in, told in time": ([IN], [sold(at="2026-09-30T12:00:00+02:00")], "27103", []),
    "in before it had left": ([], [told("I", "2026-08-31T08:00:00+02:00", "1")], "27104", []),
    "in before a ship can be there": ([], [told("I", "2026-09-10T08:00:00+02:00", "1")], ("120", "27105"), []),
    "a balance that agrees": ([IN, sold()], [told("C", "2026-11-06T00:00:00+01:00", "90")], ("120", "27100"), []),
    "a balance that does not": (
        [IN, sold()],
        [told("C", "2026-11-06T00:00:00+01:00", "91")],
        ("300", "27107"),
        [("X", "open", "27107")],
    ),
    "a balance of a lot": ([IN], [told("C", "2026-11-06T00:00:00+01:00", "100", lot="L1")], ("120", "27100"), []),
    "a balance of damaged goods": (
        [IN, told("A", "2026-10-05T08:00:00+02:00", "-3", lot="L1", condition="D")],
        [
            told("C", "2026-11-06T00:00:00+01:00", "97", condition="S"),
            told("C", "2026-11-06T00:00:00+01:00", "3", condition="D"),
        ],
        ("120", "27100"),
        [],
    ),
    "a time without offset": ([], [told("I", "2026-10-01T08:00:00", "1")], "27108", []),
    "an offset of another season": ([], [told("I", "2026-10-01T08:00:00+01:00", "1")], "27108", []),
    "a night that is left out": ([], [told("I", "2026-03-29T02:30:00+01:00", "1")], "27108", []),
    "a night that exists twice": (
        [IN],
        [sold(at="2026-10-25T02:30:00+02:00", ref="A"), sold(at="2026-10-25T02:30:00+01:00", ref="B")],
        ("120", "27100"),
        [],
    ),
    "another unit": ([], [told("I", "2026-10-01T08:00:00+02:00", "1", unit="035")], "27110", []),
    "a quantity below zero": ([IN], [sold("-1")], "27110", []),
    "an event that has not happened": ([IN], [sold("1", at="2099-10-05T08:00:00+02:00")], "27110", []),
    "an unknown event": ([], [told("Q", "2026-10-01T08:00:00+02:00", "1")], "27110", []),
    "a transfer to nowhere": ([IN], [told("T", "2026-10-02T08:00:00+02:00", "1", lot="L1")], "27110", []),
    "an item that is not of these goods": ([IN], [sold(invtNo="42272026E000009999", item="1")], "27110", []),
    "the same sale in two notices": (
        [IN, sold(ref="O1")],
        [sold(ref="O1")],
        ("300", "27111"),
        [("X", "open", "27111")],
    ),
    "the same sale twice in a notice": (
        [IN],
        [sold(ref="O1"), sold(ref="O1")],
        ("300", "27111"),
        [("X", "open", "27111")],
    ),
    "two sales without reference": ([IN, sold()], [sold()], ("120", "27100"), []),
    "some came in damaged": (
        [],
        [told("I", "2026-10-01T08:00:00+02:00", "100", condition="D")],
        ("300", "27115"),
        [("X", "open", "27115")],
    ),
    "more back than was sold": (
        [IN, sold("3")],
        [told("R", "2026-11-10T12:00:00+01:00", "4", lot="L1")],
        ("300", "27117"),
        [("X", "open", "27117")],
    ),
    "another lot than came in": ([IN], [sold(lot="L2")], ("300", "27116"), [("X", "open", "27116")]),
}


@pytest.mark.parametrize("name", DISAGREEMENTS)
def test_a_disagreement_has_its_answer_and_its_case(start_story, name):
    first, second, answer, cases = DISAGREEMENTS[name]
    overseas = Overseas(start_story())
    overseas.exported("100")
    if first:
        assert overseas.tell(*first) == ("120", "27100")
    before = overseas.on_hand()
    expected = ("100", answer) if isinstance(answer, str) else answer
    assert overseas.tell(*second, number="SECOND") == expected, overseas.words("SECOND")
    assert overseas.cases("open") == cases
    if expected[0] == "100":
        assert overseas.on_hand() == before, "a refused notice has booked something"


def test_every_notice_that_tells_a_sale_once_more_is_told_so(start_story):
    overseas = Overseas(start_story())
    overseas.exported("100")
    assert overseas.tell(IN, sold(ref="O1")) == ("120", "27100")
    on_hand = overseas.on_hand()
    for number in ("SECOND", "THIRD"):
        assert overseas.tell(sold(ref="O1"), number=number) == ("300", "27111"), overseas.words(number)
    assert overseas.cases("open") == [("X", "open", "27111")] * 2
    assert overseas.on_hand() == on_hand


@pytest.mark.parametrize(("part", "parts"), [("0", "1"), ("-1", "-1"), ("1", "0")])
def test_parts_are_counted_from_one(start_story, part, parts):
    overseas = Overseas(start_story())
    overseas.exported("100")
    assert overseas.tell(IN, part=part, parts=parts) == ("100", "27110")
    assert overseas.on_hand() == {}


def test_a_notice_that_comes_again_changes_nothing_and_one_that_says_something_else_is_refused(start_story):
    overseas = Overseas(start_story())
    overseas.exported("100")
    assert overseas.tell(IN, number="N1") == ("120", "27100")
    assert overseas.tell(IN, number="N1") == ("120", "27100.again")
    assert overseas.tell({**IN, "qty": "99"}, number="N1") == ("100", "27106")
    assert overseas.tell({**IN, "qty": "99"}, number="N1", part="2") == ("100", "27102")
    assert overseas.on_hand() == {("HAM01", "L1"): "100.00"}


def test_a_late_notice_explains_what_was_short_and_ends_its_case(start_story):
    overseas = Overseas(start_story())
    overseas.exported("100")
    assert overseas.tell(sold("30")) == ("300", "27103.open")
    assert overseas.on_hand() == {("HAM01", "L1"): "-30.00"}
    assert overseas.cases() == [("X", "open", "27103.open")]
    assert overseas.tell(IN) == ("120", "27100")
    assert overseas.on_hand() == {("HAM01", "L1"): "70.00"}
    assert overseas.cases() == [("X", "cleared", "27103.open")]


def test_goods_that_came_in_later_do_not_explain_an_earlier_sale(start_story):
    """The receipt is booked all the same: the case of the sale says that nothing is on its way any more."""
    overseas = Overseas(start_story())
    overseas.exported("100")
    assert overseas.tell(sold("30")) == ("300", "27103.open")
    overseas.tell(told("I", "2026-11-15T08:00:00+01:00", "100", lot="L1"))
    assert overseas.cases() == [("X", "open", "27103")]
    assert overseas.on_hand() == {("HAM01", "L1"): "70.00"}


def test_notices_lead_to_the_same_stock_in_whatever_order_they_come(start_story):
    found = []
    lines = [IN, sold("30", ref="O1"), told("R", "2026-11-10T09:00:00+01:00", "5", lot="L1", ref="O1")]
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        overseas = Overseas(start_story(f"order{''.join(map(str, order))}"))
        overseas.exported("100")
        for place in order:
            overseas.tell(lines[place])
        found.append((overseas.on_hand(), overseas.cases("open")))
    assert found == [({("HAM01", "L1"): "75.00"}, [])] * 3


def test_a_balance_is_settled_by_the_notice_that_was_missing(start_story):
    overseas = Overseas(start_story())
    overseas.exported("100")
    overseas.tell(IN)
    assert overseas.tell(told("C", "2026-11-06T00:00:00+01:00", "60")) == ("300", "27107")
    assert "the balance says 60.00, the moves give 100.00" in overseas.words("N3")
    overseas.tell(sold("40"))
    assert overseas.cases() == [("X", "cleared", "27107")]


def test_a_refused_notice_names_every_bad_line_at_once(start_story):
    overseas = Overseas(start_story())
    overseas.exported("100")
    bad = [told("I", "2026-10-01T08:00:00", "1"), told("Q", "2026-10-01T08:00:00+02:00", "0"), IN]
    assert overseas.tell(*bad, eprNo="", number="N1")[0] == "100"
    words = overseas.words("N1")
    for code in ("27108", "27109", "27110"):
        assert f"Code:{code}" in words, words
    assert "line 1" in words and "line 2: event is Q" in words and "line 2: qty is 0" in words


def test_germany_demands_the_packaging_register_and_korea_does_not(start_story):
    overseas = Overseas(start_story())
    overseas.exported("100")
    overseas.exported("100", "KOR")
    assert overseas.tell(IN, eprNo="") == ("100", "27109")
    assert overseas.tell(told("I", "2026-10-01T08:00:00+09:00", "100"), country="KOR") == ("120", "27100")


def test_a_stranger_tells_nothing_about_anothers_stock(start_story):
    overseas = Overseas(start_story())
    overseas.exported("100")
    body = overseas.notice(IN, number="N1").replace(b"<ceb:dxpId>", b"<ceb:dxpId>X")
    overseas.story.submit(body)
    assert overseas.answers("N1")[-1] == ("100", "27112")


def test_a_transfer_closes_when_both_warehouses_have_told_it(start_story):
    overseas = Overseas(start_story())
    overseas.exported("100")
    overseas.tell(IN)
    away = {"ref": "TR1", "toWarehouse": "BER01", "lot": "L1"}
    assert overseas.tell(told("T", "2026-10-10T08:00:00+02:00", "20", **away)) == ("120", "27100")
    overseas.refunds.on(date(2026, 12, 1))
    assert overseas.cases() == [("X", "open", "27113")]
    into = overseas.notice(told("T", "2026-10-12T08:00:00+02:00", "20", **away), number="B1", warehouseCode="BER01")
    overseas.story.submit(into)
    assert overseas.on_hand() == {("HAM01", "L1"): "80.00", ("BER01", "L1"): "20.00"}
    overseas.refunds.on(date(2026, 12, 3))
    assert overseas.cases() == [("X", "cleared", "27113")]


def test_a_transfer_on_its_way_explains_what_is_short_where_it_goes_and_nowhere_else(start_story):
    overseas = Overseas(start_story())
    overseas.exported("100")
    away = {"ref": "TR1", "toWarehouse": "BER01", "lot": "L1"}
    overseas.tell(IN, told("T", "2026-10-10T08:00:00+02:00", "20", **away))
    assert overseas.tell(sold("5"), warehouseCode="MUC01") == ("100", "27103")
    assert overseas.tell(sold("21"), warehouseCode="BER01") == ("100", "27103")
    assert overseas.tell(sold("20"), warehouseCode="BER01") == ("300", "27103.open")
    assert overseas.tell(told("T", "2026-10-12T08:00:00+02:00", "20", **away), warehouseCode="BER01") == (
        "120",
        "27100",
    )
    assert overseas.cases() == [("X", "cleared", "27103.open")]
    assert overseas.on_hand() == {("HAM01", "L1"): "80.00", ("BER01", "L1"): "0.00"}
