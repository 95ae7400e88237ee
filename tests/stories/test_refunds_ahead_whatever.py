"""Whatever becomes of refunds ahead of sale, in whatever order: the audit finds nothing, and what is recovered is worth
nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest

from tests.databases import ON_BOTH
from tests.stories.refunding import Refunding, bought, export, line, purchase

pytestmark = ON_BOTH
PIECES = 10


def claimed(driver, random, kind):
    """Two lists of an overseas warehouse in a claim ahead of sale; gives the numbers of their items."""
    items = [
        driver.listed(50 + place, "9810", date(2026, 10, 10), line(qty=str(PIECES), amount="200.00")) + "001"
        for place in range(2)
    ]
    lines = [
        export(item, place, f"L{place}", str(PIECES), "200.00", saleState="0") for place, item in enumerate(items, 1)
    ]
    month = {}
    if kind == "M":
        month = {"outputVat": "0", "inputVat": random.choice(["0", "200.00", "9000.00"])}
    else:
        driver.story.submit(driver.paper(lines=[bought(place, str(PIECES), "1000.00") for place in (1, 2)]))
        lines += [purchase("FP1", place + 2, f"L{place}", str(PIECES), "1000.00", place) for place in (1, 2)]
    driver.story.submit(driver.claim(lines, kind=kind, business="HWC-YT", **month))
    driver.reviewed(40)
    if driver.claim_row().state == "in_review":
        driver.act("approve")
    assert driver.claim_row().state == "paid", driver.claim_row().reasons
    return items


def repaid(driver, random, items, number):
    driver.story.submit(
        driver.repayment(
            [{"gnum": "1", "itemNo": random.choice(items), "qty": str(random.randint(1, 9))}],
            number,
            reasonKind=random.choice("12"),
        )
    )


def reconciled(driver, random, number):
    """All that is left, sold in full, in part, for less or more, or not at all."""
    rows, price = [], random.choice([20, 20, 19, 21])
    for place, claim_line in enumerate(driver.rows("refund_line", part="E"), 1):
        left = (claim_line.taken - claim_line.repaid_qty) // 100_000
        sold = random.choice([left, left, random.randint(0, left), 0])
        same = price == 20 or driver.claim_row().kind == "T"
        outcome = "C" if not sold else "B" if sold < left or not same else "A"
        rows.append(
            {
                "gnum": str(place),
                "linkNo": claim_line.link_no,
                "itemNo": claim_line.item_no,
                "soldQty": str(sold),
                "currency": "USD",
                "amount": f"{sold * price}.00",
                "outcome": outcome,
            }
        )
    if rows:
        driver.story.submit(driver.reconciliation(rows, number))


def collected(driver, random, items):
    driver.leg(random.choice(["50.00", "100.00", "200.00"]), entry=random.choice(items)[:18])


def check(driver):
    assert driver.unbalanced() == []
    claim, booked = driver.claim_row(), Counter()
    for entry in driver.rows("refund_entry", claim_id=claim.id):
        booked[entry.kind] += entry.amount
    assert claim.credited >= 0
    if claim.state == "to_repay":
        assert (driver.net(), booked["credited"]) == (0, 0)
    if claim.state == "settled" and claim.exchange in ("due", "other_currency"):
        assert driver.net() or booked["credited"]


@pytest.mark.parametrize("kind", ["T", "M"])
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 6))])
def test_refunds_ahead_of_sale_add_up_whatever_becomes_of_them(start_story, kind, seed):
    random, driver = Random(f"{kind}{seed}"), Refunding(start_story())
    items = claimed(driver, random, kind)
    check(driver)
    driver.on(date(2027, 1, 10))
    for place in range(6):
        act = random.choice(["repay", "reconcile", "collect", "collect", "wait", "recover"] if place else ["collect"])
        if act == "repay":
            repaid(driver, random, items, f"BJ{place}")
        elif act == "reconcile":
            reconciled(driver, random, f"HS{place}")
        elif act == "collect":
            collected(driver, random, items)
        elif act == "recover":
            driver.act("recover", reason="复核")
        else:
            driver.on(date(2027, 2 + place, 1))
        check(driver)
    driver.on(date(2027, 10, 2))
    check(driver)
    for item in items:
        driver.leg("300.00", entry=item[:18])
    check(driver)
    if driver.claim_row().state in ("paid", "settled"):
        driver.act("recover", reason="清零")
    check(driver)
    assert driver.net() == 0
