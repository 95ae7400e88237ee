"""Merchants of a risk profile are typed by name or by code, and shown by both."""

from __future__ import annotations

import html
from typing import Any

from sqlalchemy import insert

from single_window.api import create_app
from single_window.cases.profiles.merchants import codes_of_merchants
from single_window.cases.profiles.rule_words import FIELD
from single_window.store.engine import writing
from single_window.store.tables import participant
from tests.databases import ON_BOTH
from tests.officers import signed_in
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
COMPANIES = {
    "3702960AAA": "青岛甲国际贸易有限公司",
    "3702960AAB": "青岛乙贸易有限公司",
    "3702960AAC": "青岛乙国际有限公司",
}
TYPED = {
    "3702960AAA 3702960AAB": "3702960AAA 3702960AAB",
    "3702960AAA 青岛甲国际贸易有限公司, 3702960AAB": "3702960AAA 3702960AAB",
    "青岛甲，青岛乙贸易": "3702960AAA 3702960AAB",
    "青岛乙": "青岛乙",
    "青岛%": "青岛%",
    "": "",
}


def registered(story: StoryRunner) -> StoryRunner:
    rows = [{"sandbox": story.sandbox, "code": code, "name": name} for code, name in COMPANIES.items()]
    with writing(story.window.engine) as connection:
        connection.execute(insert(participant), rows)
    return story


def test_names_come_to_codes_and_what_several_companies_have_stays(start_story: Any) -> None:
    story = registered(start_story())
    for typed, codes in TYPED.items():
        assert story.read(codes_of_merchants, typed) == codes, typed


def test_a_draft_names_its_merchants(start_story: Any) -> None:
    story = registered(start_story())
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao", "supervisor")
    typed = {"title": "甲", "lane": "inspect", "share": "0.5", "companies": "青岛甲"}
    form = {"code": "first", **{f"{FIELD}{name}": text for name, text in typed.items()}}
    page = browser.post("/profiles?sandbox=story&lang=en", data=form, follow_redirects=True).text
    shown = "3702960AAA 青岛甲国际贸易有限公司"
    assert f'value="{shown}"' in html.unescape(page)
    assert shown in browser.get("/profiles?sandbox=story&lang=en").text
    form["code"], form[f"{FIELD}companies"] = "second", "青岛乙"
    refused = browser.post("/profiles?sandbox=story&lang=en", data=form)
    assert refused.status_code == 422 and "青岛乙" in refused.text
