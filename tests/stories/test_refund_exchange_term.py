"""Exchange has a last day: its condition is pending up to it, failed from the day after, satisfied when it is there.

Who approves a claim whose exchange is short after that day says why it counts as collected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from single_window.api.app import create_app
from single_window.cases import refunds
from single_window.cases.refunds.parts import Explanation
from single_window.cases.refunds.rating import rates_of
from single_window.cli import main
from single_window.store.engine import snapshot
from single_window.work.runtime import Runtime
from tests.databases import LATER_ON_POSTGRESQL
from tests.described import described_client
from tests.officers import Browser, signed_in
from tests.stories.exporting import facts
from tests.stories.refunding import Refunding, bought, export, inventory, purchase

pytestmark = LATER_ON_POSTGRESQL
TOLD = Refunding
COLLECTED, CURRENCY = "20007", "20008"
LAST, AFTER = date(2027, 4, 30), date(2027, 5, 1)


@pytest.fixture
def item(told: Refunding) -> str:
    """An item that left in October 2026 and is claimed without its exchange; its number."""
    number = told.summarised()[0] + "001"
    told.story.say(told.paper())
    told.story.say(told.claim([export(number), purchase("FP1")]))
    assert (told.one().exchange, told.one().exchange_due) == ("due", LAST.isoformat())
    return number


@pytest.fixture
def client(told: Refunding) -> Iterator[Browser]:
    window = told.story.window
    with described_client(create_app(window, runtime=Runtime(window))) as made:
        made.environ_base["HTTP_X_SANDBOX"] = told.story.sandbox
        yield signed_in(made, window)


def explained(told: Refunding, number: str = "TS2") -> Explanation:
    window, sandbox = told.story.window, told.story.sandbox
    with snapshot(window.engine) as connection:
        return refunds.explain(connection, sandbox, number, window.parameters, rates_of(connection, sandbox))


def outcomes(told: Refunding, number: str = "TS2", group: int = 0) -> tuple[str, str]:
    """How the conditions that exchange be collected, and in the declared currency, read."""
    found = {one.because.rule: one.outcome for one in explained(told, number).treatments[group].conditions}
    return found[COLLECTED], found[CURRENCY]


def asked(told: Refunding) -> None:
    """An officer asks the company about the claim in April: it has no answer when the term ends."""
    told.on(date(2026, 12, 2))
    told.act("ask", reason="请说明收汇情况")
    assert told.one().state == "asked"


def test_exchange_is_pending_until_its_last_day_is_over(told: Refunding, item: str) -> None:
    asked(told)
    assert outcomes(told) == ("pending", "not_applicable")
    told.on(LAST)
    assert outcomes(told) == ("pending", "not_applicable")
    assert [(one.enough, one.overdue) for one in explained(told).exchange] == [(False, False)]
    told.on(AFTER)
    assert outcomes(told) == ("failed", "not_applicable") and explained(told).claim.overdue
    assert [(one.enough, one.overdue) for one in explained(told).exchange] == [(False, True)]
    told.leg("25.80", entry=item[:18])
    assert outcomes(told) == ("satisfied", "satisfied") and not explained(told).claim.overdue


@pytest.mark.usefixtures("item")
def test_a_refund_that_was_paid_and_recovered_reads_failed(told: Refunding) -> None:
    told.reviewed()
    assert (told.one().state, outcomes(told)) == ("paid", ("pending", "not_applicable"))
    told.on(AFTER)
    assert (told.one().state, outcomes(told)) == ("to_repay", ("failed", "not_applicable"))


def test_exchange_in_another_currency_is_told_as_such(told: Refunding, item: str) -> None:
    told.leg("25.80", currency="EUR", entry=item[:18])
    assert outcomes(told) == ("satisfied", "failed")


@pytest.mark.usefixtures("item")
def test_exchange_that_proves_another_claim_is_none_for_this(told: Refunding) -> None:
    lines = [inventory(one) for one in (3, 4)]
    number = told.summarised(lines, cop_no="HZ3")[0]
    told.leg("25.80", entry=number)
    told.story.say(told.paper("FP2", [bought(qty="4", amount="40.00")]))
    for place in (3, 4):
        told.story.say(told.claim([export(number + "001"), purchase("FP2")], f"TS{place}"))
    assert [outcomes(told, f"TS{place}")[0] for place in (3, 4)] == ["satisfied", "pending"]
    assert [[one.enough for one in explained(told, f"TS{place}").exchange] for place in (3, 4)] == [[True], [False]]


def test_of_a_claim_that_was_refused_what_was_pending_ends_with_its_day(told: Refunding, item: str) -> None:
    told.act("refuse", reason="单证不符")
    assert (told.one().state, outcomes(told)[0]) == ("rejected", "pending")
    told.on(AFTER)
    assert outcomes(told)[0] == "failed"
    told.leg("25.80", entry=item[:18])
    assert outcomes(told)[0] == "satisfied"


@pytest.mark.usefixtures("item")
def test_every_surface_tells_the_same_on_the_same_day(told: Refunding, client: Browser, dialect: str) -> None:
    asked(told)
    for day, outcome, word, badge in ((LAST, "pending", "未到期", "waiting"), (AFTER, "failed", "不符合", "bad")):
        told.on(day)
        answer = client.get("/api/v1/refunds/TS2/explanation").json
        found = {one["because"]["rule"]: one["outcome"] for one in answer["treatments"][0]["conditions"]}
        assert found[COLLECTED] == outcome
        page = client.get("/refunds/TS2", query_string={"sandbox": told.story.sandbox, "lang": "zh"}).text
        assert re.search(rf'badge {badge}">{word}</span></td><td class="says">须在2027-04-30前', page)
        if dialect == "sqlite":
            said = CliRunner().invoke(
                main,
                [
                    "refund",
                    "explain",
                    "TS2",
                    "--lang",
                    "zh",
                    "--sandbox",
                    told.story.sandbox,
                    "--data",
                    str(told.story.window.settings.data),
                ],
            )
            assert re.search(rf"{COLLECTED} │ {word}", said.stdout), said.output


def test_after_the_term_approving_needs_a_reason_that_counts_the_exchange_as_collected(
    told: Refunding, item: str
) -> None:
    asked(told)
    told.on(AFTER)
    told.act("approve")
    assert told.one().state == "asked"
    refused = facts(told.story, "TS2")[-1]
    assert refused.event == "action_refused" and "20568" in refused.reasons
    told.act("approve", reason="买方破产，已提交证明")
    assert told.answers()[-2:] == [("399", "20566"), ("800", "20506")]
    assert (told.one().state, told.one().exchange, outcomes(told)[0]) == ("paid", "deemed", "satisfied")
    told.on(date(2027, 6, 30))
    assert told.one().state == "paid" and told.unbalanced() == []
    told.leg("25.80", entry=item[:18])
    assert told.one().exchange == "deemed" and told.unbalanced() == []


@pytest.mark.usefixtures("item")
def test_up_to_the_last_day_approving_needs_none_and_the_refund_is_recovered(told: Refunding) -> None:
    asked(told)
    told.on(LAST)
    told.act("approve")
    assert told.one().state == "paid"
    told.on(AFTER)
    assert told.one().state == "to_repay"


def test_exchange_that_came_after_the_term_needs_no_reason(told: Refunding, item: str) -> None:
    asked(told)
    told.on(AFTER)
    told.leg("25.80", entry=item[:18], say=False)
    told.act("approve")
    assert (told.one().state, told.one().exchange) == ("paid", "collected")


@pytest.mark.usefixtures("item")
def test_a_reduction_after_the_term_has_a_reason_already(told: Refunding) -> None:
    asked(told)
    told.on(AFTER)
    told.act("reduce", amount="1.00", reason="单价偏高")
    told.on(date(2027, 5, 9))
    assert (told.one().state, told.one().exchange, told.one().paid) == ("paid", "deemed", 100_000)


@pytest.mark.usefixtures("item")
def test_http_the_page_and_the_command_line_ask_for_the_reason(told: Refunding, client: Browser, dialect: str) -> None:
    asked(told)
    place = {"query_string": {"sandbox": told.story.sandbox, "lang": "en"}}
    assert "counts as collected" not in client.get("/refunds/TS2", **place).text
    told.on(AFTER)
    body = {"action": "approve"}
    answer = client.post("/api/v1/refunds/TS2/act", json=body)
    assert answer.status_code == 400 and "due by 2027-04-30" in json.dumps(answer.json)
    form = {"act": "approve", "state": "asked"}
    page = client.post("/refunds/TS2", data=form, **place)
    assert page.status_code == 400 and "counts as collected" in page.text
    if dialect == "sqlite":
        given = [
            "refund",
            "act",
            "TS2",
            "approve",
            "--sandbox",
            told.story.sandbox,
            "--data",
            str(told.story.window.settings.data),
        ]
        refused = CliRunner().invoke(main, given)
        assert refused.exit_code == 1 and "approve needs a reason" in refused.output
    assert client.post("/api/v1/refunds/TS2/act", json={**body, "reason": "买方破产"}).status_code in (200, 202)
    told.story.window.settle()
    assert told.one().state == "paid"


def test_the_automatic_officer_refuses_what_has_no_exchange_after_its_term(tell: Any) -> None:
    told = Refunding(tell(automatic_officer=True))
    items = [told.summarised([inventory(place)], cop_no=f"HZ{place}")[0] + "001" for place in range(10, 18)]
    told.story.say(told.paper(lines=[bought(qty="16", amount="160.00")]))
    told.on(LAST)
    for place, one in enumerate(items):
        told.story.say(told.claim([export(one), purchase("FP1")], f"TS{place}"))
    told.on(date(2027, 8, 1))
    assert {told.one(f"TS{place}").state for place in range(8)} == {"rejected"}
