"""An officer takes an announced sample at the site, on the page, by a call or by a command, or notes a refusal."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from single_window.api.app import create_app
from single_window.cases.spot_checks.queries import SPOT_SAMPLE_CASES, find_spot_sample
from tests.officers import act, signed_in
from tests.stories.story import StoryRunner
from tests.stories.test_spot_checks import announced_samples, open_plan
from tests.unattended import unattended

TAKEN = {"quantity": "0.5", "seal": "F2611", "kept": "0.25", "storage": "一号库B架"}
PHOTO = b"\xff\xd8\xff\xe0 a sealed sample \xff\xd9"


@pytest.fixture
def number(story: StoryRunner) -> str:
    """The number of a sample that waits to be taken."""
    open_plan(story, "title=全部; rate=1")
    return announced_samples(story)[0]


def officer(story: StoryRunner, role: str = "quality_officer") -> FlaskClient:
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    return signed_in(client, story.window, f"qian{role[0]}", role)


def page_of(number: str) -> str:
    return f"/spot_checks/{number}?sandbox=story&lang=en"


def test_a_sample_is_taken_with_a_photo_on_the_page(story: StoryRunner, number: str) -> None:
    browser, story_of = officer(story), story.read(find_spot_sample, number)
    assert "Take the sample" in browser.get(page_of(number)).text
    form: dict[str, Any] = {**TAKEN, "act": "take", "version": str(story_of.version)}
    sent = {**form, "new_photo": (BytesIO(PHOTO), "IMG-1.jpg", "image/jpeg")}
    assert browser.post(page_of(number), data=sent).status_code == 303
    story.window.settle()
    taken = story.read(find_spot_sample, number)
    assert (taken.state, taken.seal_no, taken.taken_qty) == ("at_lab", "F2611", 50_000)
    shown = browser.get(page_of(number)).text
    assert "IMG-1.jpg" in shown and "kept in reserve: 0.25, at 一号库B架" in shown and "SHA-256 of a photo" in shown
    assert "Take the sample" not in shown
    story.pass_time(days=10)
    assert story.read(find_spot_sample, number).state == "qualified"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quantity": ""}, "Quantity taken"),
        ({"quantity": "zwei"}, "is no quantity such as 2"),
        ({"quantity": "99999999"}, "is not between 0 and"),
        ({"quantity": "0"}, "is not between 0 and"),
        ({"kept": "0.5"}, "must be less than that taken"),
        ({"kept": "-1"}, "is no quantity such as 2"),
        ({"seal": " "}, "Give the number of the seal"),
        ({"seal": "F" * 31}, "Give the number of the seal"),
        ({"storage": "库" * 101}, "at most 100 characters"),
        ({"photo": "a" * 64}, "has no picture among its files"),
        ({"new_photo": (BytesIO(b"text"), "a.jpg", "image/jpeg")}, "Accepted are"),
    ],
)
def test_a_wrong_record_is_refused_in_words_and_nothing_is_half_done(
    story: StoryRunner, number: str, wrong: dict[str, Any], said: str
) -> None:
    before = story.read(find_spot_sample, number)
    answer = officer(story).post(
        page_of(number), data={**TAKEN, "act": "take", "version": str(before.version), **wrong}
    )
    assert answer.status_code == 422 and said in answer.text
    kept = {name: text for name, text in TAKEN.items() if name not in wrong}
    assert all(f'value="{text}"' in answer.text for text in kept.values()), "what was typed stands there again"
    story.window.settle()
    assert story.read(find_spot_sample, number) == before


def test_a_photo_outlives_a_refusal(story: StoryRunner, number: str) -> None:
    browser = officer(story)
    photo = {"new_photo": (BytesIO(PHOTO), "IMG-1.jpg", "image/jpeg")}
    refused = browser.post(page_of(number), data={**TAKEN, "act": "take", "version": "0", "seal": "", **photo})
    assert refused.status_code == 422 and "IMG-1.jpg" in refused.text and " selected" in refused.text


def test_a_reviewer_takes_no_sample(story: StoryRunner, number: str) -> None:
    browser = officer(story, "reviewer")
    assert "Take the sample" not in browser.get(page_of(number)).text
    assert browser.post(page_of(number), data={**TAKEN, "act": "take", "version": "0"}).status_code == 403


def test_a_refusal_that_an_officer_notes_waits_for_another_decision(story: StoryRunner, number: str) -> None:
    act(story.window, story.sandbox, number, "refuse_sampling", "不在计划范围", about="spot_check")
    story.window.settle()
    assert story.read(find_spot_sample, number).state == "sampling_refused"
    shown = story.read(SPOT_SAMPLE_CASES.show, number)
    assert shown is not None and shown.reasons[0].code == "23108"
