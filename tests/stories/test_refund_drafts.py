"""What is drafted for an export is taken: from what can be claimed to what was paid, decided, explained and audited."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from schemas.identifiers import is_valid_credit_code
from single_window import auditing
from single_window.cases.declarations import matches
from single_window.cases.refunds import drafting
from single_window.cases.refunds import explaining as refunds
from single_window.cases.refunds.parts import ExplanationOut
from single_window.cases.refunds.queries import rates_of
from single_window.language.refusal import Refusal
from single_window.store.engine import snapshot
from single_window.store.tables import participant
from single_window.work import filing
from tests.databases import ON_BOTH, carry_out, fetch
from tests.officers import act, named
from tests.stories.refunding import Refunding, inventory, line

pytestmark = ON_BOTH
DRIVER = Refunding


def drafted(driver: Refunding, number: str, *kinds: str, **terms: Any) -> None:
    """Draft messages for an export, and send them one after the other."""
    window, sandbox = driver.story.window, driver.story.sandbox
    for kind in kinds or ("invoice", "exchange", "claim"):
        with snapshot(window.engine) as connection:
            conditions = drafting.Terms(window.now(sandbox), window.parameters, rates_of(connection, sandbox), **terms)
            body = drafting.draft(kind, drafting.source(connection, sandbox, number, window.parameters), conditions)
        driver.story.submit(body)


def explained(driver: Refunding, number: str) -> ExplanationOut:
    """The explanation of a claim, whose amounts add up, in a sandbox whose books balance."""
    window, sandbox = driver.story.window, driver.story.sandbox
    with snapshot(window.engine) as connection:
        assert [ledger for ledger in auditing.audit_ledgers(connection, sandbox) if not ledger.balanced] == []
        explanation = refunds.explain(connection, sandbox, number, window.parameters, rates_of(connection, sandbox))
    assert [total for total in explanation.sums if not total.agrees] == []
    return explanation


def test_a_registration_is_drafted_for_a_company_whose_credit_code_is_not_known(driver: Refunding) -> None:
    exported = driver.summarised([inventory(1, line())])[0]
    unknown = update(participant).where(participant.c.sandbox == driver.story.sandbox).values(credit_code="")
    carry_out(driver.story.window.engine, unknown)
    drafted(driver, exported, "registration")
    registered = select(participant.c.credit_code).where(
        participant.c.sandbox == driver.story.sandbox, participant.c.credit_code != ""
    )
    codes = fetch(driver.story.window.engine, registered).scalars().all()
    assert len(codes) == 1 and is_valid_credit_code(codes[0])


def claimable(driver: Refunding) -> list[str]:
    return [claimable_item.number for claimable_item in driver.story.read(drafting.claimable)]


@pytest.fixture
def exported(driver: Refunding) -> str:
    """A declaration with goods of two codes and currencies; its number."""
    return driver.summarised([inventory(1, line(), line(2, gcode="6404110000", currency="142", amount="80.00"))])[0]


def test_a_drafted_claim_is_paid_and_explained(driver: Refunding, exported: str) -> None:
    assert claimable(driver) == [exported]
    drafted(driver, exported, "registration")
    drafted(driver, exported)
    waits = explained(driver, f"TS{exported}")
    assert (waits.claim.state, waits.claim.stage) == ("accepted", "review")
    assert waits.next_day is not None and waits.next_day.name in {"review", "index"}
    driver.reviewed()
    paid = explained(driver, f"TS{exported}")
    assert (
        paid.claim.state == "paid"
        and [condition.outcome for condition in paid.treatments[0].conditions].count("failed") == 0
    )
    assert {step.rule for work in paid.workings for step in work.steps} >= {"20300", "20301"}
    assert all(step.bases for work in paid.workings for step in work.steps)
    assert [(pool.currency, pool.enough) for pool in paid.exchange] == [("CNY", True), ("USD", True)]
    assert claimable(driver) == []
    with snapshot(driver.story.window.engine) as connection, pytest.raises(drafting.NothingToDraft, match="is claimed"):
        drafting.source(connection, driver.story.sandbox, exported, driver.story.window.parameters)


@pytest.mark.parametrize(("terms", "state"), [({"kind": "M"}, "paid"), ({"kind": "E"}, "paid"), ({"share": 1}, "paid")])
def test_other_kinds_of_claims_are_drafted_too(driver: Refunding, exported: str, terms: Any, state: str) -> None:
    drafted(driver, exported, **terms)
    driver.reviewed()
    assert explained(driver, f"TS{exported}").claim.state in {state, "in_review"}


def test_overseas_stock_is_claimed_ahead_of_its_sale(driver: Refunding) -> None:
    number = driver.listed()
    drafted(driver, number, ahead=True)
    driver.reviewed()
    explanation = explained(driver, f"TS{number}")
    assert (explanation.claim.business, explanation.claim.stage) == ("HWC-YT", "reconciliation")
    assert explanation.next_day is not None and explanation.next_day.name == "reconciliation"


def test_a_refund_without_exchange_waits_for_its_day_and_is_recovered(driver: Refunding, exported: str) -> None:
    drafted(driver, exported, "invoice", "claim")
    driver.reviewed()
    waits = explained(driver, f"TS{exported}").next_day
    assert waits is not None and (waits.name, waits.day) == ("exchange", "2027-04-30")
    driver.on(date(2027, 5, 2))
    recovered = explained(driver, f"TS{exported}")
    assert recovered.claim.state == "to_repay"
    assert recovered.claim.amounts["paid"] == recovered.claim.amounts["recovered"] != "0.00"


def test_of_a_claim_that_was_refused_everything_is_shown_that_was_filed(driver: Refunding, exported: str) -> None:
    drafted(driver, exported, "claim")
    refused = explained(driver, f"TS{exported}")
    assert refused.claim.state == "rejected" and {reason.rule for reason in refused.claim.because} == {"20220"}
    assert [(export.item_no, export.known, export.exported_on) for export in refused.exports] == [
        (f"{exported}0{place:02d}", True, "2026-10-31") for place in (1, 2)
    ]
    assert [(purchase.invoice_no, purchase.known) for purchase in refused.purchases] == [
        (drafting.messages.invoice_no(exported), False)
    ] * 2
    assert refused.next_day is not None and (refused.next_day.name, refused.next_day.day) == ("window", "2027-04-30")
    drafted(driver, exported, "invoice")
    assert all(
        purchase.known and purchase.left == purchase.invoice_qty
        for purchase in explained(driver, f"TS{exported}").purchases
    )


def test_an_officer_decides_on_what_he_saw(driver: Refunding, exported: str) -> None:
    window, sandbox, number = driver.story.window, driver.story.sandbox, f"TS{exported}"
    drafted(driver, exported)
    with pytest.raises(Refusal, match="has changed meanwhile"):
        act(window, sandbox, number, "approve", "", named("李"), seen=99, about="refund_claim")
    with pytest.raises(Refusal, match="needs the refund that is left"):
        act(window, sandbox, number, "reduce", "单价偏高", named("李"), amount="viel", about="refund_claim")
    filed = act(window, sandbox, number, "reduce", "单价偏高", named("李"), amount="1.00", about="refund_claim")
    window.settle()
    assert filing.outcome(window, sandbox, filed.decision).done
    assert explained(driver, number).claim.amounts["paid"] == "1.00"
    act(window, sandbox, number, "recover", "单证虚假", named("李"), about="refund_claim")
    window.settle()
    assert explained(driver, number).claim.state == "to_repay"


def test_every_number_says_what_it_is_and_where_to_look(driver: Refunding, exported: str) -> None:
    drafted(driver, exported)
    with snapshot(driver.story.window.engine) as connection:
        by_number = {
            number: matches.find(connection, driver.story.sandbox, number)
            for number in (f"TS{exported}", drafting.messages.invoice_no(exported), f"S1{exported}")
        }
    assert [(match.kind, match.category, match.state) for (match,) in by_number.values()] == [
        ("refund_claim", "paper", "accepted"),
        ("vat_invoice", "paper", "used"),
        ("forex_report", "paper", "booked"),
    ]
