"""A supervisor drafts a risk profile; it draws lists once another has approved it, from its first day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from declarations.profiles import profiles_on
from declarations.risk import inspection_rate_of
from gateways.topics.shared import Decision
from single_window.accounts.people import OPERATOR, Person
from single_window.accounts.rights import Lacking
from single_window.api import create_app
from single_window.cases.profiles.decisions import DRAFT_NEW
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.language.refusal import Refusal
from single_window.store import risk_profiles
from single_window.store.engine import writing
from single_window.store.law_books import law_of
from single_window.work import filing, profile_changes, proposals
from tests.databases import ON_BOTH
from tests.officers import account, act, change_parameter
from tests.stories.batching import Batching
from tests.stories.story import StoryRunner

ZHAO, QIAN = Person("zhao", "supervisor", agency="customs"), Person("qian", "supervisor", agency="customs")
GAO, LI = Person("gao", "administrator"), Person("li", "reviewer", agency="customs")
TODAY, TOMORROW = "2026-11-20", "2026-11-21"
EVERYTHING = "title=全部进口清单; lane=inspect; share=1; flow=I"


def draft(story: StoryRunner, code: str = "all", rule: str = EVERYTHING, by: Person = ZHAO) -> None:
    wanted = Requested("draft", values={"code": code, "profile": rule})
    number = create(story.window, story.sandbox, "risk_profile", DRAFT_NEW, wanted, by)
    assert filing.outcome(story.window, story.sandbox, number).done


def propose(story: StoryRunner, code: str = "all", since: str = TODAY, by: Person = ZHAO) -> int:
    filed = act(story.window, story.sandbox, code, "put_in_force", "多次查获", by, about="risk_profile", since=since)
    return filed.decision


def put_in_force(story: StoryRunner, rule: str = EVERYTHING, code: str = "all", since: str = TODAY) -> None:
    draft(story, code, rule)
    proposals.approve(story.window, story.sandbox, propose(story, code, since), QIAN)


def sent(story: StoryRunner, number: int) -> str:
    trade = story.trade(number)
    story.send(trade)
    return story.state(trade)


def test_a_draft_and_a_proposal_draw_nothing_an_approved_profile_does(start_story) -> None:
    story = start_story(inspection=True)
    draft(story)
    assert sent(story, 0) == "released"
    proposal = propose(story)
    assert sent(story, 1) == "released"
    proposals.approve(story.window, story.sandbox, proposal, QIAN)
    assert sent(story, 2) == "under_inspection"
    assert any("全部进口清单" in line.reasons for line in story.timeline(story.trade(2)))


def test_a_profile_begins_on_its_day(start_story) -> None:
    story = start_story(inspection=True)
    put_in_force(story, since=TOMORROW)
    assert sent(story, 0) == "released"
    story.pass_time(days=1)
    assert sent(story, 1) == "under_inspection"


def test_a_profile_may_ask_for_a_review_and_its_receipt_tells_no_more(start_story) -> None:
    story = start_story(inspection=True)
    put_in_force(story, "title=高价货物; lane=review; share=1; value_from=0.01")
    assert sent(story, 0) == "in_review"
    receipt = story.receipts(story.trade(0))[-1]
    assert (receipt.return_status, receipt.rule) == ("300", "1200")


def test_companies_and_programs_do_not_learn_the_profile(start_story) -> None:
    story = start_story(inspection=True)
    put_in_force(story, code="secret-name")
    assert sent(story, 0) == "under_inspection"
    assert {receipt.rule for receipt in story.receipts(story.trade(0))} & {"14500", "14500.profile"} == {"14500"}
    client = create_app(story.window).test_client()
    how = {"headers": {"X-Sandbox": story.sandbox}, "auth": account(story.window, "sun", "reviewer")}
    for path in (f"/declarations/{story.column(story.trade(0), 'invt_no')}", "/parameters"):
        told = client.get(f"/api/v1{path}", **how)
        assert told.status_code == 200 and "全部进口清单" not in told.text and "secret-name" not in told.text
    assert client.get("/api/v1/parameters/profiles.secret-name", **how).status_code == 404


def test_a_list_that_joins_a_batch_is_a_sample_of_it_if_a_profile_draws_it(start_story) -> None:
    driver = Batching(start_story(inspection=True))
    put_in_force(driver.story, "title=批内清单; lane=review; share=1")
    number, trades = driver.open(), driver.trades(2, 0)
    driver.add(number, trades)
    driver.send(trades)
    driver.ask(number, "declare")
    assert [driver.story.state(trade) for trade in trades] == ["under_inspection"] * 2


def test_rates_of_nothing_still_draw_at_the_random_floor(start_story) -> None:
    story = start_story(inspection=True)
    nothing = {grade: "0" for grade in ("advanced", "certified", "ordinary")}
    change_parameter(story.window, story.sandbox, "inspection.rates", nothing, TODAY, by=OPERATOR, reason="测试")
    law = story.read(story.window.circumstances).parameters
    assert inspection_rate_of("ordinary", date(2026, 11, 20), law) == Decimal("0.002")
    for number in ("0", "0.0005"):
        with pytest.raises(Refusal):
            floor = {"": number}
            change_parameter(
                story.window, story.sandbox, "inspection.random_floor", floor, TODAY, by=OPERATOR, reason="测试"
            )


def test_a_profile_reads_goods_and_other_lists_go_on(start_story) -> None:
    story = start_story(inspection=True)
    mine = {line["gcode"] for line in story.trade(0).document("inventory").lines}
    put_in_force(story, f"title=指定商品; lane=inspect; share=1; goods={','.join(sorted(mine))}")
    assert sent(story, 0) == "under_inspection"
    other = next(
        number
        for number in range(1, 50)
        if not mine & {line["gcode"] for line in story.trade(number).document("inventory").lines}
    )
    assert sent(story, other) == "released"


def test_nobody_approves_his_own_profile_and_a_reviewer_drafts_none(start_story) -> None:
    story = start_story(inspection=True)
    draft(story)
    proposal = propose(story)
    with pytest.raises(Refusal):
        proposals.approve(story.window, story.sandbox, proposal, ZHAO)
    with pytest.raises(Lacking):
        proposals.approve(story.window, story.sandbox, proposal, LI)
    proposals.approve(story.window, story.sandbox, proposal, GAO)
    for person in (LI, GAO):
        with pytest.raises(Lacking):
            draft(story, "mine", by=person)


def test_a_draft_that_was_changed_meanwhile_is_not_changed_again(start_story) -> None:
    story = start_story()
    draft(story)
    change = {"about": "risk_profile", "profile": EVERYTHING.replace("share=1", "share=0.5")}
    act(story.window, story.sandbox, "all", "redraft", "", ZHAO, seen=1, **change)
    with pytest.raises(Refusal, match="has changed meanwhile"):
        act(story.window, story.sandbox, "all", "redraft", "", QIAN, seen=1, **change)
    late = Decision("all", 1, 1, "redraft", "", "qian", {"profile": EVERYTHING})
    with writing(story.window.engine) as connection:
        profile_changes.carry_out(connection, story.sandbox, late)
    assert story.read(risk_profiles.find, "all").version == 2, "nor where both were filed at once"


@pytest.mark.parametrize(
    ("since", "until", "why"),
    [("2026-11-19", "", "parameter_past"), ("soon", "", "parameter_day"), (TOMORROW, TODAY, "profile_over")],
)
def test_a_profile_begins_today_or_later_and_before_it_ends(start_story, since: str, until: str, why: str) -> None:
    story = start_story()
    draft(story, rule=f"{EVERYTHING}; until={until}" if until else EVERYTHING)
    with pytest.raises(Refusal) as refused:
        propose(story, since=since)
    assert refused.value.name == why


def test_a_proposal_whose_first_day_is_over_puts_nothing_in_force(start_story) -> None:
    story = start_story(inspection=True)
    draft(story)
    proposal = propose(story)
    story.pass_time(days=1)
    proposals.approve(story.window, story.sandbox, proposal, QIAN)
    assert filing.outcome(story.window, story.sandbox, proposal).refused
    assert sent(story, 0) == "released" and story.read(risk_profiles.versions, "all") == []


@pytest.mark.parametrize("code", ["", "a", "a b", "半", "a/b", "x" * 31])
def test_a_code_is_letters_digits_and_hyphens(start_story, code: str) -> None:
    with pytest.raises(Refusal):
        draft(start_story(), code)


@ON_BOTH
def test_drafts_and_versions_are_kept_alike_on_both_databases(start_story) -> None:
    story = start_story()
    for code in ("bb", "aa"):
        draft(story, code)
    with pytest.raises(Refusal):
        draft(story, "aa")
    put_in_force(story, code="cc")
    assert [profile.code for profile in story.read(risk_profiles.page)] == ["aa", "bb", "cc"]
    assert [profile.code for profile in story.read(risk_profiles.page, "aa", 1)] == ["bb"]
    found = story.read(risk_profiles.find, "cc", lock=True)
    assert (found.state, found.version, found.by) == ("in_force", 2, "zhao")
    (version,) = story.read(risk_profiles.versions, "cc")
    assert (version.since, version.by, version.second) == (TODAY, "zhao", "qian")
    assert [profile.code for profile in profiles_on(story.read(law_of), date(2026, 11, 20))] == ["cc"]
