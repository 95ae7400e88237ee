"""A grade that falls changes what is decided from its day on, each effect by its rule, and nothing decided before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from msgspec import UNSET
from sqlalchemy import select

from declarations.batches.draw import BatchList, draw_samples
from declarations.collection import is_waived
from declarations.money import scaled_from_text
from declarations.parameters import load
from declarations.parameters.tables.clearance import CreditGrading
from declarations.refund.classes import RatedCompany, classify
from declarations.registration.application import RegisteredCompany, RelatedRegistrations
from declarations.registration.green_channel import CompanyHistory, choose_lane
from declarations.risk import draw_number, inspection_rate_of
from simulators.imports.trade import ImportTrade
from single_window.api.app import create_app
from single_window.auditing import guarantees
from single_window.cases.credit.effects import effects
from single_window.cases.credit.previews import preview
from single_window.cases.credit.queries import CREDIT_CASES, today_of
from single_window.master_data.importing import import_csv
from single_window.store.tables import declaration, guarantee, inspection, participant, receipt, tax_bill
from single_window.work.runtime import Runtime
from tests.contracts.test_credit_memory_contract import a_case
from tests.databases import carry_out
from tests.described import described_client
from tests.law.of_registration import MERCHANT as APPLICANT
from tests.officers import act
from tests.stories.story import TODAY, WORLD, StoryRunner
from tests.stories.test_credit import MERCHANT, case, fined, grade, in_force, officer, tell
from tests.tables import each

DAY = date(2026, 11, 20)


def inspected(grade: str) -> bool:
    """Of the lists that are drawn for the dishonest and not for others, one."""
    return inspection_rate_of(grade, DAY, load()) * 10_000 > 5_000


def sampled_from_each_batch(grade: str) -> bool:
    others = [BatchList(f"C|{number}", "green", "ordinary") for number in range(200)]
    keys = {f"D|{number}" for number in range(50)}
    drawn = draw_samples("s", "lot", [*others, *(BatchList(key, "green", grade) for key in keys)], DAY, load())
    return sum(sample.key in keys for sample in drawn.samples) > len(keys) / 2


def in_the_fourth_refund_class(grade: str) -> bool:
    rated = RatedCompany("A", "A", grade, False, True, 10**12, 0, True, 5)
    return classify(rated, DAY, load()).number == 4


def registered_by_an_officer(grade: str) -> bool:
    before = RegisteredCompany(APPLICANT.code, APPLICANT.credit_code, frozenset({"merchant"}), False, grade)
    related = RelatedRegistrations(None, (), before)
    lane = choose_lane(APPLICANT, related, CompanyHistory(None, None), DAY, load())
    return not lane.green


def covers_its_tax(grade: str) -> bool:
    return not is_waived("waived", grade, DAY, load())


@each(
    "effect",
    [inspected, sampled_from_each_batch, in_the_fourth_refund_class, registered_by_an_officer],
    ids=lambda effect: effect.__name__,
)
def test_a_dishonest_company_bears_what_an_ordinary_one_does_not(effect: Callable[[str], bool]) -> None:
    assert [effect(grade) for grade in ("ordinary", "dishonest")] == [False, True]


def test_a_certificate_that_is_lost_costs_the_waiver_of_the_guarantee() -> None:
    assert [covers_its_tax(grade) for grade in ("advanced", "certified", "ordinary", "dishonest")] == [
        False,
        *[True] * 3,
    ]


def test_an_officer_sees_the_effects_of_the_day_beside_each_other() -> None:
    shown = {effect.title_en: (effect.now, effect.then) for effect in effects("advanced", "dishonest", DAY, load())}
    assert shown["class of tax refunds"] == ("–", "4") and shown["green channel of registration"] == ("✓", "–")
    shares = [float(share.rstrip("%")) for share in shown["share inspected"]]
    assert shares[0] < 1 < 50 < shares[1]
    assert [effect.name for effect in effects("ordinary", "dishonest", date(2014, 12, 1), load())][:1] == [
        "inspection.rates"
    ]


def _between(story: StoryRunner) -> list[ImportTrade]:
    """Trades of the merchant that are drawn at the rate of the dishonest and not at that of ordinary companies."""
    ordinary, dishonest = (inspection_rate_of(name, TODAY, load()) * 10_000 for name in ("ordinary", "dishonest"))
    trades = (story.trade(number) for number in range(400))
    found = [trade for trade in trades if trade.document("inventory").head["ebcCode"] == MERCHANT]
    return [
        trade for trade in found if ordinary <= draw_number("story", "inspection", f"{MERCHANT}|{trade.id}") < dishonest
    ]


def test_the_next_lists_are_inspected_and_those_released_stay_so(start_story: Callable[..., StoryRunner]) -> None:
    story: Any = start_story(inspection=True)
    first, second, *_ = _between(story)
    story.send(first)
    assert story.statuses(first)[-1] == "800"
    in_force(story)
    assert grade(story) == "dishonest"
    story.send(second)
    assert "500" in story.statuses(second)
    assert story.statuses(first)[-1] == "800" and story.column(first, "lane") == "green"


def test_a_guarantor_who_is_freed_covers_nothing_until_his_grade_falls(story: StoryRunner) -> None:
    agent = next(agent for agent in WORLD.agents if agent.credit_grade == "advanced")
    trades = [
        trade for trade in map(story.trade, range(40)) if trade.document("inventory").head["assureCode"] == agent.code
    ]
    freed = f"assure_code,amount,standing\n{agent.code},0.00,waived\n"
    import_csv(story.window, story.sandbox, "guarantees", freed)
    story.send(trades[0])
    assert story.statuses(trades[0])[-1] == "800" and story.guarantee_of(trades[0])[1] > 0
    story.pass_time(days=1)
    proposed = a_case(1, ebc_code=agent.code, grade_before="advanced", grade="ordinary")
    found = story.read(preview, proposed)
    assert (found.covered_now, scaled_from_text(found.covered_then)) == ("0.00", story.guarantee_of(trades[0])[1])
    lowered = participant.update().where(participant.c.code == agent.code).values(credit_grade="certified")
    carry_out(story.window.engine, lowered)
    story.send(trades[1])
    assert "800" not in story.statuses(trades[1]) and story.state(trades[1]) == "in_review"
    assert story.statuses(trades[0])[-1] == "800"
    assert story.read(guarantees.audit_ledger).balanced


def shown_case(story: StoryRunner) -> Any:
    number = case(story).case_no
    return story.read(CREDIT_CASES.show, number)


def test_an_officer_sees_what_a_grade_would_have_cost_in_the_last_days(start_story: Callable[..., StoryRunner]) -> None:
    story: Any = start_story(inspection=True)
    mine = [trade for trade in map(story.trade, range(400)) if trade.document("inventory").head["ebcCode"] == MERCHANT]
    for trade in mine[:10]:
        story.send(trade)
    story.pass_time(days=1)
    tell(story, fined("1", "1000000.01"))
    found = shown_case(story).preview
    assert (found.since, found.until, found.lists) == ("2026-10-22", "2026-11-20", 10)
    assert (found.expected_now, found.expected_then) == ("0.2", "8.0")
    assert (found.covered_now, found.covered_then) == ("0.00", "0.00")
    story.send(mine[10])
    assert shown_case(story).preview.lists == 10, "today is not over"
    with described_client(create_app(story.window, runtime=Runtime(story.window))) as client:
        page = client.get(f"/credit/{case(story).case_no}?sandbox=story&lang=en").text
        assert "The last 30 days at this grade" in page and "8.0" in page
    story.pass_time(days=31)
    assert shown_case(story).preview.lists == 0
    for action in ("notify", "object", "uphold"):
        officer(story, action)
    assert shown_case(story).preview is UNSET, "it is decided"


def test_where_nothing_is_inspected_a_grade_costs_no_inspection(story: StoryRunner) -> None:
    story.send(
        next(trade for trade in map(story.trade, range(40)) if trade.document("inventory").head["ebcCode"] == MERCHANT)
    )
    story.pass_time(days=1)
    tell(story, fined("1", "1000000.01"))
    found = shown_case(story).preview
    assert (found.lists, found.expected_now, found.expected_then) == (1, "0.0", "0.0")


def decided(story: StoryRunner) -> dict[str, list[tuple[Any, ...]]]:
    """All that was decided about lists, and all that was told of it."""
    told = select(receipt).where(receipt.c.code != "RegistrationReturn")
    chosen = {
        "receipts": told,
        **{table.name: select(table) for table in (declaration, tax_bill, guarantee, inspection)},
    }
    return {name: [tuple(row) for row in story.rows(rows)] for name, rows in chosen.items()}


@pytest.mark.parametrize("seed", range(3))
def test_no_grade_in_any_order_changes_what_was_decided_before_it(
    start_story: Callable[..., StoryRunner], seed: int
) -> None:
    story: Any = start_story(inspection=True)
    grades = [*load().on("registration.grading", DAY).table_as(CreditGrading).grades] * 2
    Random(seed).shuffle(grades)
    mine = (
        trade for trade in map(story.trade, range(1_000)) if trade.document("inventory").head["ebcCode"] == MERCHANT
    )
    for name in grades:
        for trade in (next(mine), next(mine)):
            story.send(trade)
        story.pass_time(hours=5)
        before = decided(story)
        act(
            *(story.window, story.sandbox, MERCHANT, "grade", "测试"),
            about="registration",
            as_declared=False,
            grade=name,
            since=str(story.read(today_of)),
        )
        story.window.settle()
        assert decided(story) == before, f"{name} changed it"
        assert grade(story) == name
