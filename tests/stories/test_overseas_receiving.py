"""The kinds of disagreement of receiving advices: a warehouse announces by DESADV what it sends to another, or customs
what has left China; who receives it tells by RECADV; the ledger and the difference say what does not agree.

In Hamburg (HAM01) there are 100 pieces of SKU1 and of SKU2, of the lot L1; twenty pieces of SKU1 go to Berlin (BER01)
under the advice DN1 on 10 October."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import pytest

from single_window.cases.overseas.queries import list_stock
from tests.databases import ON_BOTH
from tests.stories.overseas import Overseas, told
from tests.stories.overseas_edifact import goods, tell
from tests.tables import few

pytestmark = ON_BOTH
TO_BERLIN = "NAD+ST+BER01::92++N+S+C++1+DE'"
FROM_HAMBURG = "NAD+SF+HAM01::92++N+S+C++1+DE'"
FROM_CHINA = "NAD+SF+QD-SELLER::92++N+S+C++1+CN'"
UNDER_DN1 = "RFF+AAK:DN1'"
BOOKED, AGAIN, REFUSED = ("120", "27100"), ("120", "27100.again"), "100"
LATER = date(2027, 1, 6)
"""When both sides have had their time."""
SENT = {("HAM01", "L1"): "80.00"}
ALL_THERE = {**SENT, ("BER01", "L1"): "20.00"}


class Told(NamedTuple):
    """A message of a warehouse: type, lines, what else it says, and the answer to it."""

    kind: str
    lines: list[str]
    more: dict[str, Any]
    answer: tuple[str, str]


def despatched(*lines: str, answer: tuple[str, str] = BOOKED, **more: Any) -> Told:
    """HAM01 announces what it sends to BER01, else twenty pieces."""
    how = {"number": "DN1", "at": "202610100800?+02:303", "parties": TO_BERLIN, **more}
    return Told("DESADV", list(lines) or [goods("12:20:PCE")], how, answer)


def received(*lines: str, answer: tuple[str, str] = BOOKED, **more: Any) -> Told:
    """BER01 tells what it received of it, else twenty pieces."""
    how = {"number": "GR1", "at": "202610120800?+02:303", "warehouse": "BER01", "parties": FROM_HAMBURG}
    return Told("RECADV", list(lines) or [goods("194:20:PCE")], {**how, "head": UNDER_DN1, **more}, answer)


# name: what is told, what is on hand then, the differences (code and what the words must name) when both had time
TRANSFERS: dict[str, tuple[list[Told], dict[tuple[str, str], str], list[tuple[str, str]]]] = {
    "all as announced": ([despatched(), received()], ALL_THERE, []),
    "received before it is announced": ([received(), despatched()], ALL_THERE, []),
    "announced under an order, too": (
        [despatched(head="RFF+ON:O7'"), received(head=f"RFF+ON:O8'{UNDER_DN1}")],
        ALL_THERE,
        [],
    ),
    "in two deliveries": (
        [
            despatched(),
            received(goods("194:12:PCE")),
            received(goods("194:8:PCE"), number="GR2", at="202610130800?+02:303"),
        ],
        ALL_THERE,
        [],
    ),
    "missing: two pieces": (
        [despatched(), received(goods("194:18:PCE", "12:20:PCE"))],
        {**SENT, ("BER01", "L1"): "18.00"},
        [("27113", "20.00 went out, 18.00 came in")],
    ),
    "missing: all of it": ([despatched()], SENT, [("27113", "20.00 went out, 0.00 came in")]),
    "missing: one of two goods": (
        [despatched(goods("12:20:PCE"), goods("12:1:PCE", item="SKU2", number=2)), received()],
        ALL_THERE,
        [("27113", "DN1 of SKU2: 1.00 went out, 0.00 came in")],
    ),
    "too many": (
        [despatched(), received(goods("194:21:PCE"))],
        {**SENT, ("BER01", "L1"): "21.00"},
        [("27113", "20.00 went out, 21.00 came in")],
    ),
    "unannounced": ([received()], {("HAM01", "L1"): "100.00", ("BER01", "L1"): "20.00"}, [("27113", "0.00 went out")]),
    "unannounced: goods that were never exported": (
        [despatched(), received(goods("194:20:PCE", item="SKU9"), answer=(REFUSED, "27101"))],
        SENT,
        [("27113", "20.00 went out, 0.00 came in")],
    ),
    "other goods than announced": (
        [despatched(), received(goods("194:20:PCE", item="SKU2"))],
        SENT,
        [("27113", "of SKU1: 20.00 went out, 0.00"), ("27113", "of SKU2: 0.00 went out, 20.00")],
    ),
    "damaged: two pieces": (
        [despatched(), received(goods("194:18:PCE", "195:2:PCE"), answer=("300", "27115"))],
        ALL_THERE,
        [("27115", "2.00 came in damaged")],
    ),
    "damaged: to be destroyed": (
        [despatched(), received(goods("194:18:PCE", "196:2:PCE"), answer=("300", "27115"))],
        ALL_THERE,
        [("27115", "2.00 came in damaged")],
    ),
    "damaged, and some missing": (
        [despatched(), received(goods("194:17:PCE", "195:2:PCE"), answer=("300", "27115"))],
        {**SENT, ("BER01", "L1"): "19.00"},
        [("27115", "2.00 came in damaged"), ("27113", "20.00 went out, 19.00 came in")],
    ),
    "another lot": (
        [despatched(), received(goods("194:20:PCE", lot="L2"))],
        {**SENT, ("BER01", "L2"): "20.00"},
        [("27116", "the lot L1 is 20.00 short")],
    ),
    "some of another lot": (
        [despatched(), received(goods("194:15:PCE"), goods("194:5:PCE", lot="L2", number=2))],
        {**SENT, ("BER01", "L1"): "15.00", ("BER01", "L2"): "5.00"},
        [("27116", "the lot L1 is 5.00 short")],
    ),
    "no lot is told": (
        [despatched(), received(goods("194:20:PCE", lot=""))],
        {**SENT, ("BER01", ""): "20.00"},
        [],
    ),
    "another date: before it was sent": (
        [despatched(), received(at="202610090800?+02:303")],
        ALL_THERE,
        [("27121", "came in at 2026-10-09T08:00:00+02:00, before it left at 2026-10-10T08:00:00+02:00")],
    ),
    "another unit": (
        [despatched(), received(goods("194:20:KGM"), call={"unit": "KGM=035"}, answer=(REFUSED, "27110"))],
        SENT,
        [("27113", "20.00 went out, 0.00 came in")],
    ),
    "another warehouse": (
        [despatched(), received(warehouse="MUC01")],
        {**SENT, ("MUC01", "L1"): "20.00"},
        [("27113", "DN1 → BER01 of SKU1: 20.00 went out, 0.00 came in")],
    ),
    "under another advice": (
        [despatched(), received(head="RFF+AAK:DN2'")],
        ALL_THERE,
        [("27113", "DN1 of SKU1: 20.00 went out, 0.00"), ("27113", "DN2 of SKU1: 0.00 went out, 20.00")],
    ),
    "told twice under one number": ([despatched(), received(), received(answer=AGAIN)], ALL_THERE, []),
    "told twice under two numbers": (
        [despatched(), received(), received(number="GR2", answer=("300", "27111"))],
        ALL_THERE,
        [("27111", "was told by the notice RECADV-GR1 already")],
    ),
    "told otherwise under one number": (
        [despatched(), received(), received(goods("194:19:PCE"), answer=(REFUSED, "27106"))],
        ALL_THERE,
        [],
    ),
    "corrected: what was missing is found": (
        [despatched(), received(goods("194:18:PCE")), received(function="5", answer=("120", "27100.replaced"))],
        ALL_THERE,
        [],
    ),
    "corrected: it was never sent": (
        [despatched(), despatched(function="1", answer=("120", "27118"))],
        {("HAM01", "L1"): "100.00"},
        [],
    ),
    "sold before it is received": (
        [
            despatched(),
            Told(
                "SLSRPT",
                [goods("153:3:PCE")],
                {"number": "SR1", "at": "202610110800?+02:303", "warehouse": "BER01"},
                ("300", "27103.open"),
            ),
        ],
        {**SENT, ("BER01", "L1"): "-3.00"},
        [("27103.open", "BER01 is 3.00 short"), ("27113", "20.00 went out, 0.00 came in")],
    ),
}


def arrived(*lines: str, answer: tuple[str, str] = BOOKED, **more: Any) -> Told:
    """HAM01 tells what it received from China."""
    how = {"number": "GR1", "parties": FROM_CHINA, "at": "202610200800?+02:303", **more}
    return Told("RECADV", list(lines), how, answer)


NOT_ARRIVED = ("27114", "100.00 are not told to have come in")
# what has left China on 1 September are 100 pieces of SKU1
ARRIVALS: dict[str, tuple[list[Told], dict[tuple[str, str], str], list[tuple[str, str]]]] = {
    "all as exported": ([arrived(goods("194:100:PCE"))], {("HAM01", "L1"): "100.00"}, []),
    "missing": (
        [arrived(goods("194:98:PCE", "12:100:PCE"))],
        {("HAM01", "L1"): "98.00"},
        [("27114", "2.00 are not told to have come in")],
    ),
    "too many": ([arrived(goods("194:101:PCE"), answer=(REFUSED, "27102"))], {}, [NOT_ARRIVED]),
    "unannounced": ([arrived(goods("194:1:PCE", item="SKU9"), answer=(REFUSED, "27101"))], {}, [NOT_ARRIVED]),
    "damaged": (
        [arrived(goods("194:97:PCE", "195:3:PCE"), answer=("300", "27115"))],
        {("HAM01", "L1"): "100.00"},
        [("27115", "3.00 came in damaged")],
    ),
    "before it had left": (
        [arrived(goods("194:1:PCE"), at="202608310800?+02:303", answer=(REFUSED, "27104"))],
        {},
        [NOT_ARRIVED],
    ),
    "counted otherwise": (
        [
            arrived(goods("194:100:PCE")),
            Told("INVRPT", [goods("145:99:PCE")], {"number": "ST1", "at": "202611010800?+01:303"}, ("300", "27107")),
        ],
        {("HAM01", "L1"): "100.00"},
        [("27107", "the balance says 99.00, the moves give 100.00")],
    ),
}


def differences(overseas: Overseas) -> list[tuple[str, str]]:
    """Code and words of the differences that are open, oldest first."""
    advices = [advice for advice in overseas.advices() if advice.fields["adviceKind"] == "X"]
    found = {}
    for advice in advices:
        found[advice.fields["adviceNo"]] = (advice.rule, advice.text_in("en"), advice.return_status)
    return [(code, words) for code, words, status in found.values() if status == "300"]


def happens(overseas: Overseas, messages: list[Told], on_hand: dict[tuple[str, str], str]) -> None:
    for one in messages:
        answer = tell(overseas, one.kind, *one.lines, **one.more)
        assert answer == one.answer, (one, answer)
    rows = overseas.story.read(list_stock, "", 500)
    assert {(row.warehouse_code, row.lot): row.on_hand for row in rows if row.sku == "SKU1"} == on_hand


def agrees(found: list[tuple[str, str]], expected: list[tuple[str, str]]) -> bool:
    """True if each difference is expected: its code, and words that it has."""
    return len(found) == len(expected) and all(
        code == wanted and named in words
        for (code, words), (wanted, named) in zip(sorted(found), sorted(expected), strict=True)
    )


@pytest.mark.parametrize("name", few(3, [(name,) for name in TRANSFERS]))
def test_a_transfer_and_the_advice_of_its_receipt(start_story, name):
    messages, on_hand, expected = TRANSFERS[name]
    overseas = Overseas(start_story())
    overseas.exported("100", kinds=2)
    came = told("I", "2026-10-01T08:00:00+02:00", "100", lot="L1")
    overseas.tell(came, {**came, "itemNo": "SKU2"}, number="ALL")
    happens(overseas, messages, on_hand)
    overseas.refunds.on(LATER)
    assert agrees(differences(overseas), expected), differences(overseas)


@pytest.mark.parametrize("name", few(3, [(name,) for name in ARRIVALS]))
def test_an_export_and_the_advice_of_its_receipt(start_story, name):
    messages, on_hand, expected = ARRIVALS[name]
    overseas = Overseas(start_story())
    overseas.exported("100")
    happens(overseas, messages, on_hand)
    overseas.refunds.on(LATER)
    assert agrees(differences(overseas), expected), differences(overseas)


def test_there_are_twenty_kinds_at_least():
    assert len([name for name, (_, _, expected) in TRANSFERS.items() if expected]) >= 14
    assert len({*TRANSFERS, *ARRIVALS}) >= 20
