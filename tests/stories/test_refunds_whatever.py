"""Whatever happens to claims, in whatever order: nothing is used twice, ledgers and money add up, the end is zero."""

from __future__ import annotations

import json
from datetime import date
from random import Random

import pytest

from gateways.refund import deciding_claims, review
from tests.stories.refunding import Refunding, bought, export, inventory, line, purchase

PIECES = 6
"""Of each item, and of each line of a paper."""


def prepared(driver, items=4, papers=3):
    """Items of one month and papers of two lines; gives the numbers of the items."""
    entries = driver.summarised([inventory(place, _line(place), country=f"{110 + place}") for place in range(items)])
    driver.story.submit(
        *[
            driver.paper(f"FP{place}", [bought(1, str(PIECES), "60.00"), bought(2, str(PIECES), "75.00")])
            for place in range(papers)
        ]
    )
    return [f"{entry_no}001" for entry_no in sorted(entries)]


def _line(place):
    return line(qty=str(PIECES), amount="77.40", country=f"{110 + place}")


def random_claim(driver, random, items, number, papers=3):
    """One or two links; what they take may be gone already."""
    lines = []
    for link in range(random.randint(1, 2)):
        qty, row = random.randint(1, 4), random.randint(1, 2)
        price = {1: 10, 2: 12.5}[row]
        lines += [
            export(random.choice(items), 2 * link + 1, f"L{link}", str(qty), f"{12.9 * qty:.2f}"),
            purchase(f"FP{random.randrange(papers)}", 2 * link + 2, f"L{link}", str(qty), f"{price * qty:.2f}", row),
        ]
    return driver.claim(lines, number)


def check(driver):
    """Ledgers hold what live claims take, money what entries say; the audit finds the same."""
    assert driver.unbalanced() == []
    claims = {refund_claim.id: refund_claim for refund_claim in driver.rows("refund_claim")}
    lines = [
        refund_line
        for refund_line in driver.rows("refund_line")
        if claims[refund_line.claim_id].state not in ("rejected", "deleted")
    ]
    assert len(lines) == len(driver.rows("refund_line"))
    for item in driver.rows("export_item"):
        ours = [claim_line for claim_line in lines if claim_line.item_no == item.item_no]
        assert item.used == sum(claim_line.taken - claim_line.repaid_qty for claim_line in ours)
        assert 0 <= item.used <= item.qty - item.returned
    for row in driver.rows("vat_invoice_line"):
        ours = [
            claim_line
            for claim_line in lines
            if (claim_line.invoice_id, claim_line.invoice_line) == (row.invoice_id, row.number)
        ]
        assert 0 <= row.used <= row.qty
        assert 0 <= row.used_amount <= row.amount
        assert (row.used == 0) == (row.used_amount == 0)
        assert row.used <= sum(claim_line.taken for claim_line in ours)
    for pool in driver.rows("exchange_pool"):
        assert 0 <= pool.used <= pool.collected or pool.used == 0
    for claim in claims.values():
        entries = driver.rows("refund_entry", claim_id=claim.id)
        total = {
            kind: sum(entry.amount for entry in entries if entry.kind == kind)
            for kind in ("paid", "recovered", "repaid", "set_off")
        }
        assert claim.paid == total["paid"]
        assert claim.recovered == total["recovered"] + total["repaid"]
        assert claim.set_off == total["set_off"]
        shares = sum(
            claim_line.refund for claim_line in lines if claim_line.claim_id == claim.id and claim_line.part == "E"
        )
        assert shares == claim.refund or claim.state in ("rejected", "deleted")
        assert 0 <= driver.net(claim.cop_no) <= claim.refund


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 4))])
def test_nothing_is_used_twice_and_the_end_is_zero(start_story, seed):
    random, driver = Random(seed), Refunding(start_story())
    items = prepared(driver)
    numbers = [f"QD{place}" for place in range(9)]
    driver.story.submit(*[random_claim(driver, random, items, number) for number in numbers])
    check(driver)
    for number in random.sample(numbers, 3):
        driver.act(random.choice(["refuse", "ask", "reduce"]), number, reason="测试", amount="0.50")
    check(driver)
    for number in numbers:
        if driver.claim_row(number).state in ("asked", "rejected"):
            again = (
                random_claim(driver, random, items, number) if driver.claim_row(number).state == "rejected" else None
            )
            driver.story.submit(
                again
                or driver.claim(
                    [export(items[0], qty="1", fob="12.90"), purchase("FP0", qty="1", amount="10.00")],
                    number,
                    appType="2",
                )
            )
    for item in random.sample(items, 2):
        driver.leg("77.40", entry=item[:18])
    driver.reviewed()
    check(driver)
    for number in numbers:
        if driver.claim_row(number).state == "in_review":
            driver.act(random.choice(["approve", "refuse"]), number, reason="测试")
    for number in [name for name in numbers if driver.claim_row(name).state == "paid"][:2]:
        first = next(
            refund_line
            for refund_line in driver.rows("refund_line", claim_id=driver.claim_row(number).id)
            if refund_line.part == "E"
        )
        driver.story.submit(
            driver.repayment([{"gnum": "1", "itemNo": first.item_no, "qty": "1"}], f"B{number}", number)
        )
    check(driver)
    driver.on(date(2027, 5, 1))
    for item in items:
        driver.leg("77.40", entry=item[:18])
    check(driver)
    for number in numbers:
        if driver.claim_row(number).state == "paid":
            driver.act("recover", number, reason="清零")
    check(driver)
    assert [driver.net(number) for number in numbers] == [0] * len(numbers)


def outcome(driver):
    """What became of claims and ledgers, without the numbers of rows and instants."""
    claims = [
        (
            claim.cop_no,
            claim.state,
            claim.refund,
            claim.cost,
            claim.fob,
            claim.exchange,
            json.loads(claim.working or "[]"),
            json.loads(claim.conditions or "[]"),
            claim.reasons,
        )
        for claim in driver.rows("refund_claim")
    ]
    return (
        sorted(claims, key=lambda value: value[0]),
        sorted((item.item_no, item.used) for item in driver.rows("export_item")),
        sorted(
            (invoice_line.number, invoice_line.qty, invoice_line.used, invoice_line.used_amount)
            for invoice_line in driver.rows("vat_invoice_line")
        ),
        {claim.cop_no: sorted(driver.notices(claim.cop_no)) for claim in driver.rows("refund_claim")},
    )


def test_the_same_claims_in_any_order_come_to_the_same(start_story):
    """Claims that do not compete, alone or in one batch, with their lines in any order."""
    results = []
    for seed in range(3):
        random, driver = Random(seed), Refunding(start_story(name=f"order{seed}", batch=random_batch(seed)))
        items = prepared(driver)
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
            bodies.append(driver.claim(lines, f"QD{place}"))
        random.shuffle(bodies)
        for body in bodies:
            (driver.story.file if seed else driver.story.submit)(body)
        driver.story.window.settle()
        assert {claim.state for claim in driver.rows("refund_claim")} == {"accepted"}
        driver.reviewed()
        check(driver)
        results.append(outcome(driver))
    assert results[1:] == results[:1] * 2


def random_batch(seed):
    return (1, 7, 2_048)[seed]


def test_more_claims_than_a_batch_takes_are_handled_with_the_next(start_story, monkeypatch):
    monkeypatch.setattr(deciding_claims, "MAX_LINES_PER_BATCH", 1)
    monkeypatch.setattr(deciding_claims, "CLAIMS_PER_QUERY", 1)
    monkeypatch.setattr(review, "MAX_LINES_PER_BATCH", 1)
    driver = Refunding(start_story())
    items = prepared(driver)
    driver.story.submit(
        *[
            driver.claim([export(item, qty="1", fob="12.90"), purchase("FP0", qty="1", amount="10.00")], f"QD{place}")
            for place, item in enumerate(items)
        ]
    )
    driver.reviewed()
    assert {claim.state for claim in driver.rows("refund_claim")} <= {"paid", "in_review"}
    assert [driver.answers(f"QD{place}")[:2] for place in range(4)] == [[("2", "2"), ("120", "20500")]] * 4
