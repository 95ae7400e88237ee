"""Whatever happens to claims, in whatever order: nothing is used twice, ledgers and money add up, the end is zero."""

from __future__ import annotations

import json
from datetime import date
from random import Random

import pytest

from gateways.refund import filing, review
from tests.stories.refunding import Refunding, bought, export, inventory, line, purchase

PIECES = 6
"""Of each item, and of each line of a paper."""


def prepared(told, items=4, papers=3):
    """Items of one month and papers of two lines; gives the numbers of the items."""
    entries = told.summarised([inventory(place, _line(place), country=f"{110 + place}") for place in range(items)])
    told.story.say(
        *[
            told.paper(f"FP{place}", [bought(1, str(PIECES), "60.00"), bought(2, str(PIECES), "75.00")])
            for place in range(papers)
        ]
    )
    return [f"{entry}001" for entry in sorted(entries)]


def _line(place):
    return line(qty=str(PIECES), amount="77.40", country=f"{110 + place}")


def random_claim(told, random, items, number, papers=3):
    """One or two links; what they take may be gone already."""
    lines = []
    for link in range(random.randint(1, 2)):
        qty, row = random.randint(1, 4), random.randint(1, 2)
        price = {1: 10, 2: 12.5}[row]
        lines += [
            export(random.choice(items), 2 * link + 1, f"L{link}", str(qty), f"{12.9 * qty:.2f}"),
            purchase(f"FP{random.randrange(papers)}", 2 * link + 2, f"L{link}", str(qty), f"{price * qty:.2f}", row),
        ]
    return told.claim(lines, number)


def check(told):
    """Ledgers hold what live claims take, money what entries say; the audit finds the same."""
    assert told.unbalanced() == []
    claims = {one.id: one for one in told.rows("refund_claim")}
    lines = [one for one in told.rows("refund_line") if claims[one.claim_id].state not in ("rejected", "deleted")]
    assert len(lines) == len(told.rows("refund_line"))
    for item in told.rows("export_item"):
        ours = [one for one in lines if one.item_no == item.item_no]
        assert item.used == sum(one.taken - one.repaid_qty for one in ours)
        assert 0 <= item.used <= item.qty - item.returned
    for row in told.rows("vat_invoice_line"):
        ours = [one for one in lines if (one.invoice_id, one.invoice_line) == (row.invoice_id, row.number)]
        assert 0 <= row.used <= row.qty
        assert 0 <= row.used_amount <= row.amount
        assert (row.used == 0) == (row.used_amount == 0)
        assert row.used <= sum(one.taken for one in ours)
    for pool in told.rows("exchange_pool"):
        assert 0 <= pool.used <= pool.collected or pool.used == 0
    for one in claims.values():
        entries = told.rows("refund_entry", claim_id=one.id)
        total = {
            kind: sum(each.amount for each in entries if each.kind == kind)
            for kind in ("paid", "recovered", "repaid", "set_off")
        }
        assert one.paid == total["paid"]
        assert one.recovered == total["recovered"] + total["repaid"]
        assert one.set_off == total["set_off"]
        shares = sum(each.refund for each in lines if each.claim_id == one.id and each.part == "E")
        assert shares == one.refund or one.state in ("rejected", "deleted")
        assert 0 <= told.net(one.cop_no) <= one.refund


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_used_twice_and_the_end_is_zero(tell, seed):
    random, told = Random(seed), Refunding(tell())
    items = prepared(told)
    numbers = [f"QD{place}" for place in range(9)]
    told.story.say(*[random_claim(told, random, items, number) for number in numbers])
    check(told)
    for number in random.sample(numbers, 3):
        told.act(random.choice(["refuse", "ask", "reduce"]), number, reason="测试", amount="0.50")
    check(told)
    for number in numbers:
        if told.one(number).state in ("asked", "rejected"):
            again = random_claim(told, random, items, number) if told.one(number).state == "rejected" else None
            told.story.say(
                again
                or told.claim(
                    [export(items[0], qty="1", fob="12.90"), purchase("FP0", qty="1", amount="10.00")],
                    number,
                    appType="2",
                )
            )
    for item in random.sample(items, 2):
        told.leg("77.40", entry=item[:18])
    told.reviewed()
    check(told)
    for number in numbers:
        if told.one(number).state == "in_review":
            told.act(random.choice(["approve", "refuse"]), number, reason="测试")
    for number in [one for one in numbers if told.one(one).state == "paid"][:2]:
        first = next(one for one in told.rows("refund_line", claim_id=told.one(number).id) if one.part == "E")
        told.story.say(told.repayment([{"gnum": "1", "itemNo": first.item_no, "qty": "1"}], f"B{number}", number))
    check(told)
    told.on(date(2027, 5, 1))
    for item in items:
        told.leg("77.40", entry=item[:18])
    check(told)
    for number in numbers:
        if told.one(number).state == "paid":
            told.act("recover", number, reason="清零")
    check(told)
    assert [told.net(number) for number in numbers] == [0] * len(numbers)


def outcome(told):
    """What became of claims and ledgers, without the numbers of rows and instants."""
    claims = [
        (
            one.cop_no,
            one.state,
            one.refund,
            one.cost,
            one.fob,
            one.exchange,
            json.loads(one.working or "[]"),
            json.loads(one.conditions or "[]"),
            one.reasons,
        )
        for one in told.rows("refund_claim")
    ]
    return (
        sorted(claims, key=lambda one: one[0]),
        sorted((one.item_no, one.used) for one in told.rows("export_item")),
        sorted((one.number, one.qty, one.used, one.used_amount) for one in told.rows("vat_invoice_line")),
        {one.cop_no: sorted(told.notices(one.cop_no)) for one in told.rows("refund_claim")},
    )


def test_the_same_claims_in_any_order_come_to_the_same(tell):
    """Claims that do not compete, alone or in one batch, with their lines in any order."""
    found = []
    for seed in range(3):
        random, told = Random(seed), Refunding(tell(name=f"order{seed}", batch=random_batch(seed)))
        items = prepared(told)
        bodies = []
        for place, item in enumerate(items):
            lines = [
                export(item, 1, "L1", "2", "25.80"),
                export(item, 2, "L2", "1", "12.90"),
                purchase("FP0", 3, "L1", "1", "10.00", 1),
                purchase("FP1", 4, "L1", "1", "12.50", 2),
                purchase("FP2", 5, "L2", "1", "12.50", 2),
            ]
            random.shuffle(lines)
            bodies.append(told.claim(lines, f"QD{place}"))
        random.shuffle(bodies)
        for body in bodies:
            (told.story.file if seed else told.story.say)(body)
        told.story.window.settle()
        assert {one.state for one in told.rows("refund_claim")} == {"accepted"}
        told.reviewed()
        check(told)
        found.append(outcome(told))
    assert found[1:] == found[:1] * 2


def random_batch(seed):
    return (1, 7, 2_048)[seed]


def test_more_claims_than_a_batch_takes_are_heard_with_the_next(tell, monkeypatch):
    monkeypatch.setattr(filing, "MOST", 1)
    monkeypatch.setattr(filing, "TOGETHER", 1)
    monkeypatch.setattr(review, "MOST", 1)
    told = Refunding(tell())
    items = prepared(told)
    told.story.say(
        *[
            told.claim([export(item, qty="1", fob="12.90"), purchase("FP0", qty="1", amount="10.00")], f"QD{place}")
            for place, item in enumerate(items)
        ]
    )
    told.reviewed()
    assert {one.state for one in told.rows("refund_claim")} <= {"paid", "in_review"}
    assert [told.answers(f"QD{place}")[:2] for place in range(4)] == [[("2", "2"), ("120", "20500")]] * 4
