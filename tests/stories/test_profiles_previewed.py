"""A draft is played over the lists of the last days: by call, by command and on its page, as it would have drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from declarations.risk import draw_number
from single_window.accounts.people import OPERATOR, Person
from single_window.api import create_app
from single_window.cases.profiles.decisions import DRAFT_NEW
from single_window.cases.profiles.previewing import preview
from single_window.cases.profiles.rule_words import FIELD
from single_window.console.coming_up import rule_changes
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.store import past_lists, risk_profiles
from single_window.store.law_books import law_of
from single_window.store.tables import declaration
from single_window.work import proposals
from tests.commands import run_command
from tests.databases import ON_BOTH, carry_out
from tests.officers import PASSWORD, account, act, change_parameter, signed_in
from tests.stories.story import TODAY, StoryRunner
from tools.bench.copied_cases import file_copies

ZHAO, QIAN = Person("zhao", "supervisor"), Person("qian", "supervisor")
IMPORTS = 20
HALF = "title=半数; lane=inspect; share=0.5; flow=I"


def draft(story: StoryRunner, code: str, rule: str) -> None:
    wanted = Requested("draft", values={"code": code, "profile": rule})
    create(story.window, story.sandbox, "risk_profile", DRAFT_NEW, wanted, ZHAO)


@pytest.fixture(scope="module")
def story(start_story_once: Any) -> Iterator[StoryRunner]:
    """Lists, in two of which officers found something; one draft, and one version in force with another draft."""
    story: StoryRunner = start_story_once()
    for number in range(IMPORTS):
        story.send(story.trade(number))
    for number in (20, 21):
        trade = story.trade(number, fault="content_missing")
        story.send(trade)
        story.decide(trade, "reject", "与实物不符")
    draft(story, "half", HALF)
    draft(story, "old", HALF)
    act(story.window, story.sandbox, "old", "put_in_force", "多次查获", ZHAO, about="risk_profile", since="2026-11-20")
    (waiting,) = story.read(lambda connection, sandbox: proposals.proposals.waiting(connection, sandbox))
    proposals.approve(story.window, story.sandbox, waiting.id, QIAN)
    smaller = HALF.replace("0.5", "0.1")
    act(story.window, story.sandbox, "old", "redraft", "", ZHAO, about="risk_profile", profile=smaller)
    return story


def keys(story: StoryRunner) -> list[str]:
    return [f"{row.ebc_code}|{row.order_no}" for row in story.read(past_lists.page, 0, 100, with_facts=False)]


def client(story: StoryRunner) -> Any:
    return create_app(story.window).test_client()


def played(story: StoryRunner, code: str, who: tuple[str, str] | None = None, **query: Any) -> Any:
    signed = who or account(story.window, "zhao")
    return client(story).get(
        f"/api/v1/profiles/{code}/preview",
        query_string={"again": "true", **query},
        headers={"X-Sandbox": story.sandbox},
        auth=signed,
    )


def test_it_counts_what_the_draft_would_have_drawn_by_the_same_draws(story: StoryRunner) -> None:
    drawn = [key for key in keys(story) if draw_number("story", "profiles.half", key) < 5_000]
    answer = played(story, "half").json
    assert answer["done"] and answer["lists"] == IMPORTS + 2
    assert (answer["draft"]["matched"], answer["draft"]["drawn"]) == (IMPORTS + 2, len(drawn))
    assert answer["in_force"] is None and answer["gained_count"] == len(answer["gained"]) == len(drawn)
    assert answer["known_hits"] == 2 == answer["draft"]["hits"]["known"]
    assert answer["draft"]["found"]["looked_at"] >= answer["draft"]["found"]["hits"] == answer["draft"]["hits"]["drawn"]
    assert sum(answer["by_day"].values()) == answer["draft"]["added"] <= len(drawn)


def test_it_names_the_lists_that_change_against_the_version_in_force(story: StoryRunner) -> None:
    answer = played(story, "old").json
    draws = {key: draw_number("story", "profiles.old", key) for key in keys(story)}
    assert answer["in_force"]["drawn"] == sum(draw < 5_000 for draw in draws.values())
    assert answer["draft"]["drawn"] == sum(draw < 1_000 for draw in draws.values())
    assert answer["lost_count"] == sum(1_000 <= draw < 5_000 for draw in draws.values()) and answer["gained_count"] == 0


def test_lists_of_earlier_days_are_left_out(story: StoryRunner) -> None:
    profile = story.read(risk_profiles.find, "half")
    story.pass_time(days=3)
    assert preview(story.window, story.sandbox, profile, days=2).preview.lists == 0
    assert preview(story.window, story.sandbox, profile, days=3).preview.lists == IMPORTS + 2


def test_a_long_run_is_counted_piece_by_piece_to_the_same_result(story: StoryRunner) -> None:
    profile = story.read(risk_profiles.find, "half")
    pieces = [preview(story.window, story.sandbox, profile, days=50, piece=7, seconds=0).read for _ in range(4)]
    assert pieces == [7, 14, 21, 22]
    whole = preview(story.window, story.sandbox, profile, days=51)
    by_piece = preview(story.window, story.sandbox, profile, days=50)
    assert by_piece.done and by_piece.preview.of_draft == whole.preview.of_draft


def test_a_command_prints_it(story: StoryRunner) -> None:
    where = ("--data", str(story.window.settings.data), "--sandbox", story.sandbox)
    printed = run_command("profile", "preview", "half", *where)
    assert printed.exit_code == 0, printed.output
    assert f"{IMPORTS + 2} lists since" in printed.stdout and "draft 草案" in printed.stdout
    assert "半数" in run_command("profile", "show", "half", *where).stdout
    listed = run_command("profile", "list", *where).stdout
    assert "half" in listed and "at least: 0.002" in listed


def test_its_page_shows_it_in_both_languages(story: StoryRunner) -> None:
    browser = signed_in(client(story), story.window, "zhao")
    for language, words in (("en", "Lists that match"), ("zh", "符合条件的清单")):
        page = browser.get(f"/profiles/half?sandbox={story.sandbox}&lang={language}").text
        assert words in page and re.search(rf"<b>{IMPORTS + 2}</b>", page), page


@pytest.mark.parametrize(
    ("name", "role", "may"), [("he", "auditor", True), ("gao", "administrator", True), ("li", "reviewer", False)]
)
def test_only_who_watches_over_desks_sees_profiles(story: StoryRunner, name: str, role: str, may: bool) -> None:
    browser = signed_in(client(story), story.window, name, role)
    assert played(story, "half", (name, PASSWORD)).status_code == (200 if may else 403)
    assert browser.get(f"/profiles/half?sandbox={story.sandbox}").status_code == (200 if may else 403)
    assert ("/profiles?" in browser.get(f"/day?sandbox={story.sandbox}").text) is may
    known = client(story).get("/api/v1/parameters", headers={"X-Sandbox": story.sandbox}, auth=(name, PASSWORD)).json
    assert not any(parameter["name"].startswith("profiles.") for parameter in known["parameters"]), (
        "companies read these"
    )


def test_lists_that_the_lot_draws_are_those_that_it_drew(start_story: Any) -> None:
    story = start_story(inspection=True)
    change_parameter(
        story.window,
        story.sandbox,
        "inspection.rates",
        {"ordinary": "0.5", "advanced": "0.5"},
        "2026-11-20",
        by=OPERATOR,
        reason="测试",
    )
    for number in range(12):
        story.send(story.trade(number))
    draft(story, "half", HALF)
    counted = preview(story.window, story.sandbox, story.read(risk_profiles.find, "half")).preview
    inspected = [number for number in range(12) if story.state(story.trade(number)) == "under_inspection"]
    assert 0 < counted.by_lot == len(inspected) < 12
    assert counted.of_draft.added < counted.of_draft.drawn


def test_an_unknown_profile_is_not_found(story: StoryRunner) -> None:
    assert played(story, "none").status_code == 404


def test_the_first_list_is_found_by_bisecting_many_ids(start_story: Any) -> None:
    story = start_story()
    story.send(story.trade(0))
    file_copies(story.window, story.sandbox, 1_000, 0)
    rows = story.read(past_lists.page, 0, 2_000, with_facts=False)
    for place in (0, 1, 500, 999):
        accepted = [row.id for row in rows[place:]]
        since = update(declaration).where(declaration.c.id.in_(accepted)).values(accepted_at=rows[0].accepted_at + 1)
        carry_out(story.window.engine, update(declaration).values(accepted_at=rows[0].accepted_at))
        carry_out(story.window.engine, since)
        before = story.read(past_lists.before_first, rows[0].accepted_at + 1)
        assert rows[place].id - past_lists.BISECTED - 1 <= before < rows[place].id, place


@ON_BOTH
def test_the_first_list_of_a_period_is_found_on_both_databases(start_story: Any) -> None:
    story = start_story()
    for number in range(3):
        story.send(story.trade(number))
        story.pass_time(days=2)
    rows = story.read(past_lists.page, 0, 100, with_facts=True)
    assert [len(past_lists.lines_of(row).lines) > 0 for row in rows] == [True] * 3
    assert story.read(past_lists.before_first, rows[0].accepted_at) < rows[0].id
    assert story.read(past_lists.before_first, rows[2].accepted_at) <= rows[2].id - 1
    assert story.read(past_lists.count_after, rows[0].id) == 2


def test_a_profile_that_is_refused_keeps_what_was_typed_and_says_so(story: StoryRunner) -> None:
    browser = signed_in(client(story), story.window, "zhao")
    form = {"code": "gift-boxes", f"{FIELD}title": "Gift boxes", f"{FIELD}share": "none"}
    refused = browser.post(f"/profiles?sandbox={story.sandbox}&lang=en", data=form)
    assert refused.status_code == 422 and "Everything you typed is still in the form" in refused.text
    assert 'value="gift-boxes"' in refused.text and 'value="Gift boxes"' in refused.text
    assert "Everything you typed" not in browser.get(f"/profiles?sandbox={story.sandbox}&lang=en").text


def test_the_first_page_tells_of_no_profile_as_a_change_of_the_law(start_story: Any) -> None:
    story = start_story()
    draft(story, "old", HALF)
    for since, terms in (("2026-11-20", ""), ("2026-11-25", HALF.replace("0.5", "0.1"))):
        if terms:
            act(story.window, story.sandbox, "old", "redraft", "", ZHAO, about="risk_profile", profile=terms)
        act(story.window, story.sandbox, "old", "put_in_force", "查获", ZHAO, about="risk_profile", since=since)
        (waiting,) = story.read(lambda connection, sandbox: proposals.proposals.waiting(connection, sandbox))
        proposals.approve(story.window, story.sandbox, waiting.id, QIAN)
    law = story.read(law_of)
    assert len(law.parameter("profiles.old").values) == 2
    assert not [change.parameter.name for change in rule_changes(law, TODAY) if "profiles." in change.parameter.name]
