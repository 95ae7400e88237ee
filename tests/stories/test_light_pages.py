"""Pages stay light however many kinds of cases wait and however many sandboxes there are."""

from __future__ import annotations

from typing import Any

from single_window.api import create_app
from single_window.cases.bulk import BulkForm
from single_window.console.queue_page import MOST_KINDS, most_listed
from single_window.language.words import Words
from single_window.store.case_queue import QueuedCase
from tests.officers import signed_in

MOST_NAMES = 50
"""Sandboxes that a list to choose from has at most."""


def test_of_many_sandboxes_the_name_is_typed(start_story: Any) -> None:
    story = start_story()
    browser = signed_in(create_app(story.window).test_client(), story.window)
    few = browser.get("/home?sandbox=story").text
    assert '<select id="sandbox"' in few
    for number in range(MOST_NAMES):
        made = browser.post("/api/v1/sandboxes", json={"name": f"another-sandbox-of-a-long-name-{number}"})
        assert made.status_code == 201, made.text
    many = browser.get("/home?sandbox=story").text
    assert '<input id="sandbox" name="sandbox" class="form-control" value="story">' in many
    assert len(many.encode()) < len(few.encode()) + 200


def test_several_cases_are_decided_of_the_kinds_with_the_most_of_them() -> None:
    counts = {"one": 1, "two": 5, "three": 3, "four": 2, "five": 4}
    forms = [BulkForm(subject, Words(subject, subject), {}, ()) for subject in counts]
    cases = [_case(subject) for subject, count in counts.items() for _ in range(count)]
    offered, left_out = most_listed(forms, cases)
    assert [form.subject for form in offered] == ["two", "three", "four", "five"] and len(offered) == MOST_KINDS
    assert [form.subject for form in left_out] == ["one"]


def _case(subject: str) -> QueuedCase:
    empty = dict.fromkeys(QueuedCase._fields, "")
    return QueuedCase(**{**empty, "subject": subject})
