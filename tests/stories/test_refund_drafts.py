"""What is drafted for an export is taken: from what can be claimed to what was paid, decided, explained and audited."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from single_window import auditing
from single_window.cases import refunds, stories
from single_window.cases.refunds import drafting
from single_window.cases.refunds.parts import Explanation
from single_window.cases.refunds.rating import rates_of
from single_window.store.engine import snapshot
from single_window.work import decisions
from tests.databases import LATER_ON_POSTGRESQL
from tests.officers import named
from tests.stories.refunding import Refunding, inventory, line

pytestmark = LATER_ON_POSTGRESQL
TOLD = Refunding


def drafted(told: Refunding, number: str, *kinds: str, **terms: Any) -> None:
    """Draft messages for an export, and send them one after the other."""
    window, sandbox = told.story.window, told.story.sandbox
    for kind in kinds or ("invoice", "exchange", "claim"):
        with snapshot(window.engine) as connection:
            asked = drafting.Terms(window.now(sandbox), window.parameters, rates_of(connection, sandbox), **terms)
            body = drafting.draft(kind, drafting.source(connection, sandbox, number, window.parameters), asked)
        told.story.say(body)


def explained(told: Refunding, number: str) -> Explanation:
    """The explanation of a claim, whose amounts add up, in a sandbox whose books balance."""
    window, sandbox = told.story.window, told.story.sandbox
    with snapshot(window.engine) as connection:
        assert [one for one in auditing.audited(connection, sandbox) if not one.balanced] == []
        found = refunds.explain(connection, sandbox, number, window.parameters, rates_of(connection, sandbox))
    assert [one for one in found.sums if not one.agrees] == []
    return found


def claimable(told: Refunding) -> list[str]:
    with snapshot(told.story.window.engine) as connection:
        return [one.number for one in drafting.claimable(connection, told.story.sandbox)]


@pytest.fixture
def exported(told: Refunding) -> str:
    """A declaration with goods of two codes and currencies; its number."""
    return told.summarised([inventory(1, line(), line(2, gcode="6404110000", currency="142", amount="80.00"))])[0]


def test_a_drafted_claim_is_paid_and_explained(told: Refunding, exported: str) -> None:
    assert claimable(told) == [exported]
    drafted(told, exported, "registration")
    drafted(told, exported)
    waits = explained(told, f"TS{exported}")
    assert (waits.claim.state, waits.claim.stage) == ("accepted", "review")
    assert waits.next_day is not None and waits.next_day.name in {"review", "index"}
    told.reviewed()
    paid = explained(told, f"TS{exported}")
    assert paid.claim.state == "paid" and [one.outcome for one in paid.treatments[0].conditions].count("failed") == 0
    assert {step.rule for work in paid.workings for step in work.steps} >= {"20300", "20301"}
    assert all(step.bases for work in paid.workings for step in work.steps)
    assert [(one.currency, one.enough) for one in paid.exchange] == [("CNY", True), ("USD", True)]
    assert claimable(told) == []
    with snapshot(told.story.window.engine) as connection, pytest.raises(drafting.NothingToDraft, match="is claimed"):
        drafting.source(connection, told.story.sandbox, exported, told.story.window.parameters)


@pytest.mark.parametrize(("terms", "state"), [({"kind": "M"}, "paid"), ({"kind": "E"}, "paid"), ({"share": 1}, "paid")])
def test_other_kinds_of_claims_are_drafted_too(told: Refunding, exported: str, terms: Any, state: str) -> None:
    drafted(told, exported, **terms)
    told.reviewed()
    assert explained(told, f"TS{exported}").claim.state in {state, "in_review"}


def test_overseas_stock_is_claimed_ahead_of_its_sale(told: Refunding) -> None:
    number = told.listed()
    drafted(told, number, ahead=True)
    told.reviewed()
    found = explained(told, f"TS{number}")
    assert (found.claim.business, found.claim.stage) == ("HWC-YT", "reconciliation")
    assert found.next_day is not None and found.next_day.name == "reconciliation"


def test_a_refund_without_exchange_waits_for_its_day_and_is_recovered(told: Refunding, exported: str) -> None:
    drafted(told, exported, "invoice", "claim")
    told.reviewed()
    waits = explained(told, f"TS{exported}").next_day
    assert waits is not None and (waits.name, waits.day) == ("exchange", "2027-04-30")
    told.on(date(2027, 5, 2))
    recovered = explained(told, f"TS{exported}")
    assert recovered.claim.state == "to_repay"
    assert recovered.claim.amounts["paid"] == recovered.claim.amounts["recovered"] != "0.00"


def test_of_a_claim_that_was_refused_everything_is_shown_that_was_filed(told: Refunding, exported: str) -> None:
    drafted(told, exported, "claim")
    refused = explained(told, f"TS{exported}")
    assert refused.claim.state == "rejected" and {one.rule for one in refused.claim.because} == {"20220"}
    assert [(one.item_no, one.known, one.exported_on) for one in refused.exports] == [
        (f"{exported}0{place:02d}", True, "2026-10-31") for place in (1, 2)
    ]
    assert [(one.invoice_no, one.known) for one in refused.purchases] == [
        (drafting.messages.invoice_no(exported), False)
    ] * 2
    assert refused.next_day is not None and (refused.next_day.name, refused.next_day.day) == ("window", "2027-04-30")
    drafted(told, exported, "invoice")
    assert all(one.known and one.left == one.invoice_qty for one in explained(told, f"TS{exported}").purchases)


def test_an_officer_decides_on_what_he_saw(told: Refunding, exported: str) -> None:
    window, sandbox, number = told.story.window, told.story.sandbox, f"TS{exported}"
    drafted(told, exported)
    with pytest.raises(refunds.NotNow, match="may not approve"):
        refunds.act(window, sandbox, number, "approve", "", named("李"), seen="in_review")
    with pytest.raises(refunds.BadAct, match="needs the refund that is left"):
        refunds.act(window, sandbox, number, "reduce", "单价偏高", named("李"), amount="viel")
    filed = refunds.act(window, sandbox, number, "reduce", "单价偏高", named("李"), amount="1.00", seen="accepted")
    window.settle()
    assert decisions.outcome(window, sandbox, filed.decision).done
    assert explained(told, number).claim.amounts["paid"] == "1.00"
    refunds.act(window, sandbox, number, "recover", "单证虚假", named("李"))
    window.settle()
    assert explained(told, number).claim.state == "to_repay"


def test_every_number_says_what_it_is_and_where_to_look(told: Refunding, exported: str) -> None:
    drafted(told, exported)
    with snapshot(told.story.window.engine) as connection:
        found = {
            number: stories.find(connection, told.story.sandbox, number)
            for number in (f"TS{exported}", drafting.messages.invoice_no(exported), f"S1{exported}")
        }
    assert [(one.kind, one.what, one.state) for (one,) in found.values()] == [
        ("refund_claim", "paper", "accepted"),
        ("vat_invoice", "paper", "used"),
        ("forex_report", "paper", "booked"),
    ]
