"""A form that is refused says so at the field that is wrong, and nowhere else in sight."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from single_window.api import create_app
from tests.officers import signed_in
from tests.stories.story import StoryRunner
from tests.tables import each

RULE = {"code": "gifts", "rule.title": "礼盒", "rule.lane": "inspect", "rule.share": "0.4"}


@pytest.fixture(scope="module")
def story(start_story_once: Callable[..., StoryRunner]) -> StoryRunner:
    return start_story_once()


@each(
    ("changed", "field", "said"),
    [
        ({"rule.share": "1.5"}, "rule-share", "The share lies from 0 % to 100 %"),
        ({"rule.title": ""}, "rule-title", "Title is missing"),
        ({"rule.title": "x" * 61}, "rule-title", "A title has at most 60 characters"),
        ({"rule.goods": "33x"}, "rule-goods", "is no code that Goods codes may have"),
        ({"rule.value_from": "ten"}, "rule-value_from", "Value from (CNY) is an amount in yuan"),
        ({"rule.value_from": "20", "rule.value_to": "10"}, "rule-value_from", "which is above its end"),
        ({"rule.until": "soon"}, "rule-until", "is no day such as"),
        ({"code": "a b"}, "code", "is no code of a profile"),
    ],
)
def test_a_profile_is_refused_at_its_field(
    story: StoryRunner, changed: Mapping[str, str], field: str, said: str
) -> None:
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao", "supervisor")
    answer = browser.post(f"/profiles?sandbox={story.sandbox}&lang=en", data={**RULE, **changed})
    assert answer.status_code == 422
    wrong = re.findall(r'<(?:input|select)[^>]*aria-invalid="true"[^>]*>', answer.text)
    assert [re.findall(r' id="([^"]+)"', each)[0] for each in wrong] == [field]
    told = answer.text.partition('id="refused-at">')[2].partition("</p>")[0]
    assert said in told.replace("&#39;", "'")
    assert "_" not in told, "fields are called as the page calls them"


@each(
    ("place", "form", "field"),
    [
        ("guarantees/{code}", {"act": "change", "amount": "much", "chosen": "change.1"}, "amount"),
        ("guarantees/{code}", {"act": "change", "amount": "9000000"}, "reason"),
        ("parameters/inspection.rates", {"act": "change", "since": "soon", "chosen": "change.1"}, "since"),
    ],
)
def test_other_forms_are_refused_at_their_fields(
    story: StoryRunner, place: str, form: Mapping[str, str], field: str
) -> None:
    trade = story.trade(0)
    story.send(trade)
    place = place.format(code=story.column(trade, "assure_code"))
    browser = signed_in(create_app(story.window).test_client(), story.window, "gao", "administrator")
    shown = browser.get(f"/{place}?sandbox={story.sandbox}&lang=en").text
    version = re.findall(r'name="version" value="(\d+)"', shown)[0]
    assert 'name="chosen"' in shown, "there are prepared reasons"
    answer = browser.post(f"/{place}?sandbox={story.sandbox}&lang=en", data={**form, "version": version})
    assert answer.status_code == 422
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', answer.text) or field == "since"
    assert 'id="refused-at"' in answer.text


@each(
    ("act", "form", "field"),
    [
        ("revalue", {"price-1": "dear", "method": "similar", "reason": "x"}, "price-1-revalue"),
        ("revalue", {"price-1": "200.00", "reason": "x"}, "method-revalue"),
        ("ask", {"questions": "", "reason": ""}, "reason-ask"),
        ("reject", {"reason": ""}, "reason-reject"),
    ],
)
def test_a_case_is_refused_at_its_field(story: StoryRunner, act: str, form: Mapping[str, str], field: str) -> None:
    trade = story.trade(1, fault="price_low")
    story.send(trade)
    number = story.column(trade, "id")
    assert wrong_of(story, f"declarations/{number}", f"declarations/{number}/decision", {"act": act, **form}) == [field]


@each(
    ("form", "field"),
    [
        ({"line-1": "differs"}, "remark-1"),
        ({"line-1": "as_declared", "found-1": "77"}, "found-1"),
        ({"line-1": "differs", "found-1": "many", "remark-1": "x"}, "found-1"),
    ],
)
def test_an_inspection_is_refused_at_the_line_that_is_wrong(
    story: StoryRunner, form: Mapping[str, str], field: str
) -> None:
    trade = story.trade(2, fault="price_low")
    if not story.column(trade, "id"):
        story.send(trade)
        story.decide(trade, "inspect", "价格异常")
    number = story.column(trade, "id")
    page = f"inspections/{number}"
    assert wrong_of(story, page, page, {"act": "conclude", **form}) == [field]


def wrong_of(story: StoryRunner, shown: str, decided: str, form: Mapping[str, str]) -> list[str]:
    """Send the form of a case's page; gives the ids of the fields at which it says what is wrong."""
    role = "inspector" if shown.startswith("inspections") else "reviewer"
    browser = signed_in(create_app(story.window).test_client(), story.window, role, role)
    page = browser.get(f"/{shown}?sandbox={story.sandbox}&lang=en").text
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    answer = browser.post(f"/{decided}?sandbox={story.sandbox}&lang=en", data={**form, "version": version})
    assert answer.status_code == 422 and answer.text.count('id="refused-at"') == 1
    fields = re.findall(r'<(?:input|select)[^>]*aria-invalid="true"[^>]*>', answer.text)
    return [re.findall(r' id="([^"]+)"', each)[0] for each in fields]
