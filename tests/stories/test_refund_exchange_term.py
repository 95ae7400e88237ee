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

from single_window.api.app import create_app
from single_window.cases.refunds import explaining as refunds
from single_window.cases.refunds.parts import ExplanationOut
from single_window.cases.refunds.queries import rates_of
from single_window.store.engine import snapshot
from tests.commands import run_command
from tests.databases import ON_BOTH
from tests.described import described_client
from tests.officers import Browser, signed_in
from tests.stories.exporting import facts
from tests.stories.refunding import Refunding, bought, export, inventory, purchase
from tests.unattended import unattended

pytestmark = ON_BOTH
DRIVER = Refunding
COLLECTED, CURRENCY = "20007", "20008"
LAST, AFTER = date(2027, 4, 30), date(2027, 5, 1)


@pytest.fixture
def item(driver: Refunding) -> str:
    """An item that left in October 2026 and is claimed without its exchange; its number."""
    number = driver.summarised()[0] + "001"
    driver.story.submit(driver.paper())
    driver.story.submit(driver.claim([export(number), purchase("FP1")]))
    assert (driver.claim_row().exchange, driver.claim_row().exchange_due) == ("due", LAST.isoformat())
    return number


@pytest.fixture
def client(driver: Refunding) -> Iterator[Browser]:
    window = driver.story.window
    window.set_options(driver.story.sandbox, open_desks=True)
    with described_client(create_app(window, runtime=unattended(window))) as made:
        made.environ_base["HTTP_X_SANDBOX"] = driver.story.sandbox
        yield signed_in(made, window)


def explained(driver: Refunding, number: str = "TS2") -> ExplanationOut:
    window, sandbox = driver.story.window, driver.story.sandbox
    with snapshot(window.engine) as connection:
        return refunds.explain(connection, sandbox, number, window.parameters, rates_of(connection, sandbox))


def outcomes(driver: Refunding, number: str = "TS2", group: int = 0) -> tuple[str, str]:
    """How the conditions that exchange be collected, and in the declared currency, read."""
    result = {
        condition.because.rule: condition.outcome
        for condition in explained(driver, number).treatments[group].conditions
    }
    return result[COLLECTED], result[CURRENCY]


def left_unanswered(driver: Refunding) -> None:
    """An officer asks the company about the claim in April: it has no answer when the term ends."""
    driver.on(date(2026, 12, 2))
    driver.act("ask", reason="请说明收汇情况")
    assert driver.claim_row().state == "asked"


def test_exchange_is_pending_until_its_last_day_is_over(driver: Refunding, item: str) -> None:
    left_unanswered(driver)
    assert outcomes(driver) == ("pending", "not_applicable")
    driver.on(LAST)
    assert outcomes(driver) == ("pending", "not_applicable")
    assert [(pool.enough, pool.overdue) for pool in explained(driver).exchange] == [(False, False)]
    driver.on(AFTER)
    assert outcomes(driver) == ("failed", "not_applicable") and explained(driver).claim.overdue
    assert [(pool.enough, pool.overdue) for pool in explained(driver).exchange] == [(False, True)]
    driver.leg("25.80", entry=item[:18])
    assert outcomes(driver) == ("satisfied", "satisfied") and not explained(driver).claim.overdue


@pytest.mark.usefixtures("item")
def test_a_refund_that_was_paid_and_recovered_reads_failed(driver: Refunding) -> None:
    driver.reviewed()
    assert (driver.claim_row().state, outcomes(driver)) == ("paid", ("pending", "not_applicable"))
    driver.on(AFTER)
    assert (driver.claim_row().state, outcomes(driver)) == ("to_repay", ("failed", "not_applicable"))


def test_exchange_in_another_currency_is_reported_as_such(driver: Refunding, item: str) -> None:
    driver.leg("25.80", currency="EUR", entry=item[:18])
    assert outcomes(driver) == ("satisfied", "failed")


@pytest.mark.usefixtures("item")
def test_exchange_that_proves_another_claim_is_none_for_this(driver: Refunding) -> None:
    lines = [inventory(number) for number in (3, 4)]
    number = driver.summarised(lines, cop_no="HZ3")[0]
    driver.leg("25.80", entry=number)
    driver.story.submit(driver.paper("FP2", [bought(qty="4", amount="40.00")]))
    for place in (3, 4):
        driver.story.submit(driver.claim([export(number + "001"), purchase("FP2")], f"TS{place}"))
    assert [outcomes(driver, f"TS{place}")[0] for place in (3, 4)] == ["satisfied", "pending"]
    assert [[pool.enough for pool in explained(driver, f"TS{place}").exchange] for place in (3, 4)] == [[True], [False]]


def test_of_a_claim_that_was_refused_what_was_pending_ends_with_its_day(driver: Refunding, item: str) -> None:
    driver.act("refuse", reason="单证不符")
    assert (driver.claim_row().state, outcomes(driver)[0]) == ("rejected", "pending")
    driver.on(AFTER)
    assert outcomes(driver)[0] == "failed"
    driver.leg("25.80", entry=item[:18])
    assert outcomes(driver)[0] == "satisfied"


@pytest.mark.usefixtures("item")
def test_every_surface_shows_the_same_on_the_same_day(driver: Refunding, client: Browser, dialect: str) -> None:
    left_unanswered(driver)
    for day, outcome, word, badge in ((LAST, "pending", "未到期", "waiting"), (AFTER, "failed", "不符合", "bad")):
        driver.on(day)
        answer = client.get("/api/v1/refunds/TS2/explanation").json
        result = {
            condition["because"]["rule"]: condition["outcome"] for condition in answer["treatments"][0]["conditions"]
        }
        assert result[COLLECTED] == outcome
        page = client.get("/refunds/TS2", query_string={"sandbox": driver.story.sandbox, "lang": "zh"}).text
        assert re.search(rf'chip {badge}">{word}</span>\s*</td>\s*<td class="says">须在2027-04-30前', page)
        if dialect == "sqlite":
            shown = run_command(
                "refund",
                "explain",
                "TS2",
                "--lang",
                "zh",
                "--sandbox",
                driver.story.sandbox,
                "--data",
                driver.story.window.settings.data,
            )
            assert re.search(rf"{COLLECTED} │ {word}", shown.stdout), shown.output


def test_after_the_term_approving_needs_a_reason_that_counts_the_exchange_as_collected(
    driver: Refunding, item: str
) -> None:
    left_unanswered(driver)
    driver.on(AFTER)
    driver.act("approve")
    assert driver.claim_row().state == "asked"
    refused = facts(driver.story, "TS2")[-1]
    assert refused.event == "action_refused" and "20568" in refused.reasons
    driver.act("approve", reason="买方破产，已提交证明")
    assert driver.answers()[-2:] == [("399", "20566"), ("800", "20506")]
    assert (driver.claim_row().state, driver.claim_row().exchange, outcomes(driver)[0]) == (
        "paid",
        "deemed",
        "satisfied",
    )
    driver.on(date(2027, 6, 30))
    assert driver.claim_row().state == "paid" and driver.unbalanced() == []
    driver.leg("25.80", entry=item[:18])
    assert driver.claim_row().exchange == "deemed" and driver.unbalanced() == []


@pytest.mark.usefixtures("item")
def test_up_to_the_last_day_approving_needs_none_and_the_refund_is_recovered(driver: Refunding) -> None:
    left_unanswered(driver)
    driver.on(LAST)
    driver.act("approve")
    assert driver.claim_row().state == "paid"
    driver.on(AFTER)
    assert driver.claim_row().state == "to_repay"


def test_exchange_that_came_after_the_term_needs_no_reason(driver: Refunding, item: str) -> None:
    left_unanswered(driver)
    driver.on(AFTER)
    driver.leg("25.80", entry=item[:18], say=False)
    driver.act("approve")
    assert (driver.claim_row().state, driver.claim_row().exchange) == ("paid", "collected")


@pytest.mark.usefixtures("item")
def test_a_reduction_after_the_term_has_a_reason_already(driver: Refunding) -> None:
    left_unanswered(driver)
    driver.on(AFTER)
    driver.act("reduce", amount="1.00", reason="单价偏高")
    driver.on(date(2027, 5, 9))
    assert (driver.claim_row().state, driver.claim_row().exchange, driver.claim_row().paid) == (
        "paid",
        "deemed",
        100_000,
    )


@pytest.mark.usefixtures("item")
def test_http_the_page_and_the_command_line_ask_for_the_reason(
    driver: Refunding, client: Browser, dialect: str
) -> None:
    left_unanswered(driver)
    place = {"query_string": {"sandbox": driver.story.sandbox, "lang": "en"}}
    assert "counts as collected" not in client.get("/refunds/TS2", **place).text
    driver.on(AFTER)
    body = {"action": "approve"}
    answer = client.post("/api/v1/cases/refund_claim/TS2/decisions", json=body)
    assert answer.status_code == 422 and "due by 2027-04-30" in json.dumps(answer.json)
    form = {"act": "approve", "state": "asked"}
    page = client.post("/refunds/TS2", data=form, **place)
    assert page.status_code == 422 and "counts as collected" in page.text
    if dialect == "sqlite":
        given = [
            "act",
            "TS2",
            "approve",
            "--about",
            "refund_claim",
            "--sandbox",
            driver.story.sandbox,
            "--data",
            str(driver.story.window.settings.data),
        ]
        refused = run_command(*given)
        assert refused.exit_code == 1 and "approve needs a reason" in refused.output
    assert client.post("/api/v1/cases/refund_claim/TS2/decisions", json={**body, "reason": "买方破产"}).status_code in (
        200,
        202,
    )
    driver.story.window.settle()
    assert driver.claim_row().state == "paid"


def test_the_automatic_officer_refuses_what_has_no_exchange_after_its_term(start_story: Any) -> None:
    driver = Refunding(start_story(automatic_officer=True))
    items = [driver.summarised([inventory(place)], cop_no=f"HZ{place}")[0] + "001" for place in range(10, 18)]
    driver.story.submit(driver.paper(lines=[bought(qty="16", amount="160.00")]))
    driver.on(LAST)
    for place, name in enumerate(items):
        driver.story.submit(driver.claim([export(name), purchase("FP1")], f"TS{place}"))
    driver.on(date(2027, 8, 1))
    assert {driver.claim_row(f"TS{place}").state for place in range(8)} == {"rejected"}
