"""A manufacturer brings forward what his months before left over, and no more: desk and audit say so."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from single_window import auditing
from single_window.store.engine import writing
from single_window.store.tables import refund_claim
from tests.databases import ON_BOTH, by_the_program
from tests.stories.refunding import Refunding, export, line

pytestmark = ON_BOTH
DRIVER = Refunding
TOO_MUCH, RESTED_ON, REMARK = "20536", "20537", "20538"
CANCELLED = "7604299000"
"""Goods whose refund was cancelled: they are taxed as sold at home."""


def claimed(
    driver: Refunding, number: str, period: str, forward: str = "", input_vat: str = "1000.00", **changes: str
) -> Any:
    """A manufacturer's claim of an export of its own for a month; the claim."""
    item = driver.listed(50 + int(number[2:]), "9710", date(2026, 8, 10)) + "001"
    month = {"outputVat": "0", "inputVat": input_vat, **({"creditForward": forward} if forward else {}), **changes}
    driver.story.submit(driver.claim([export(item)], number, kind="M", period=period, **month))
    return driver.claim_row(number)


def refused(claim: Any) -> list[str]:
    return [rule for rule, *_ in json.loads(claim.reasons)] if claim.state == "rejected" else []


def remarked(claim: Any) -> list[Any]:
    return [values for _, steps in json.loads(claim.working) for rule, values, _ in steps if rule == REMARK]


def yuan(amount: int) -> str:
    return f"{amount / 100_000:.2f}"


def test_a_first_claim_brings_forward_what_the_vat_return_says_and_it_is_remarked_on(driver: Refunding) -> None:
    claim = claimed(driver, "TS2", "202609", "20.00", "0")
    assert (claim.state, yuan(claim.refund), yuan(claim.carry)) == ("accepted", "20.00", "0.00"), claim.reasons
    assert remarked(claim) == [{"found": "20.00", "carry": "0.00", "claim": "-"}]
    driver.reviewed()
    assert driver.unbalanced() == []


def test_what_the_month_before_left_over_is_brought_forward_and_no_fen_more(driver: Refunding) -> None:
    first = claimed(driver, "TS2", "202609")
    assert first.carry > 0
    assert refused(claimed(driver, "TS3", "202610", "500000.00")) == [TOO_MUCH]
    assert refused(claimed(driver, "TS4", "202610", yuan(first.carry + 1_000))) == [TOO_MUCH]
    second = claimed(driver, "TS5", "202610", yuan(first.carry))
    assert second.state == "accepted" and second.carry > first.carry
    third = claimed(driver, "TS6", "202611", yuan(first.carry))
    assert third.state == "accepted", "less may be brought forward"
    driver.reviewed()
    assert driver.unbalanced() == []


def test_a_month_without_a_claim_hands_on_what_came_into_it(driver: Refunding) -> None:
    first = claimed(driver, "TS2", "202608")
    second = claimed(driver, "TS3", "202610", yuan(first.carry))
    assert (second.state, remarked(second)) == ("accepted", [])
    third = claimed(driver, "TS4", "202612", yuan(second.carry + 1_000))
    assert third.state == "accepted", "a month without exports has input VAT too"
    assert remarked(third) == [{"found": yuan(second.carry + 1_000), "carry": yuan(second.carry), "claim": "TS3"}]
    assert driver.unbalanced() == []


def test_of_a_claim_that_an_officer_refused_the_refund_is_left_over_too(driver: Refunding) -> None:
    first = claimed(driver, "TS2", "202609")
    driver.act("refuse", reason="单证不符")
    assert refused(claimed(driver, "TS3", "202610", yuan(first.carry + first.refund + 1_000))) == [TOO_MUCH]
    assert claimed(driver, "TS4", "202610", yuan(first.carry + first.refund)).state == "accepted"
    assert driver.unbalanced() == []
    again = claimed(driver, "TS5", "202609")
    assert refused(again) == [RESTED_ON]
    ((_, values, _),) = json.loads(again.reasons)
    assert (values["claim"], values["period"], values["found"]) == ("TS4", "202610", yuan(first.carry + first.refund))


def test_a_claim_that_comes_late_for_its_month_leaves_what_the_next_one_rests_on(driver: Refunding) -> None:
    first = claimed(driver, "TS2", "202609")
    assert claimed(driver, "TS3", "202611", yuan(first.carry)).state == "accepted"
    assert refused(claimed(driver, "TS4", "202610", "0", "10.00")) == [RESTED_ON]
    assert claimed(driver, "TS5", "202610", yuan(first.carry)).state == "accepted"
    assert driver.unbalanced() == []


def test_of_several_claims_that_were_refused_the_one_filed_last_counts(driver: Refunding) -> None:
    """Ids do not tell which is the last: those of a process may be lower than older ones of another."""
    numbers = {"TS2": "500.00", "TS3": "1000.00"}
    first, second = (_claimed_and_refused(driver, number, vat) for number, vat in numbers.items())
    assert first.carry < second.carry
    with writing(driver.story.window.engine) as connection:
        older = update(refund_claim).where(refund_claim.c.id == first.id)
        connection.execute(by_the_program(older.values(id=second.id + 5_000)))
    left = second.carry + second.refund
    assert refused(claimed(driver, "TS4", "202610", yuan(left + 1_000))) == [TOO_MUCH]
    assert claimed(driver, "TS5", "202610", yuan(left)).state == "accepted"
    assert driver.unbalanced() == []


def _claimed_and_refused(driver: Refunding, number: str, input_vat: str) -> Any:
    claim = claimed(driver, number, "202609", input_vat=input_vat)
    driver.act("refuse", number, reason="单证不符")
    driver.story.pass_time(hours=1)
    return claim


@pytest.mark.unbalanced
def test_the_audit_holds_what_was_brought_forward_against_what_was_left(driver: Refunding) -> None:
    first = claimed(driver, "TS2", "202609")
    claimed(driver, "TS3", "202610", yuan(first.carry))
    with writing(driver.story.window.engine) as connection:
        lessened = update(refund_claim).where(refund_claim.c.id == first.id).values(carry=first.carry - 1_000)
        connection.execute(by_the_program(lessened))
        ledger = auditing.LEDGERS["refund"](connection, driver.story.sandbox)
    assert [(difference.key, difference.kept, difference.found) for difference in ledger.differences] == [
        ("TS3", first.carry, first.carry - 1_000)
    ]


@pytest.mark.unbalanced
def test_the_audit_finds_an_invented_credit_that_was_let_in(driver: Refunding) -> None:
    claimed(driver, "TS3", "202608", input_vat="0")
    claim = claimed(driver, "TS2", "202609")
    working = claim.working.replace('"forward":"0.00"', '"forward":"500000.00"')
    assert working != claim.working
    with writing(driver.story.window.engine) as connection:
        connection.execute(update(refund_claim).where(refund_claim.c.id == claim.id).values(working=working))
        ledger = auditing.LEDGERS["refund"](connection, driver.story.sandbox)
    assert [(difference.key, difference.what, difference.kept) for difference in ledger.differences] == [
        ("TS2", "brought forward beyond what was left over", 50_000_000_000)
    ]


def test_where_nothing_is_refunded_all_that_is_left_over_is_carried_on(driver: Refunding) -> None:
    item = driver.listed(60, "9710", date(2026, 8, 10), line(gcode=CANCELLED)) + "001"
    driver.story.submit(
        driver.claim(
            [export(item, gcode=CANCELLED)], "TS2", kind="M", period="202609", outputVat="0", inputVat="1000.00"
        )
    )
    first = driver.claim_row("TS2")
    assert (first.state, first.refund, first.carry) == ("accepted", 0, 100_000_000), first.reasons
    assert claimed(driver, "TS3", "202610", "1000.00").state == "accepted"
    assert driver.unbalanced() == []
