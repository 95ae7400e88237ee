"""Whoever opens the window sees in one screen what it is and what it has handled, and three ways on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from single_window.api.app import create_app
from single_window.console import front_figures
from tests.databases import ON_BOTH
from tests.stories.exporting import Sale
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
STATIC = re.compile(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"')
LINK = re.compile(r'<a[^>]* href="(/[^"]*)"')
MOST_BYTES = 60_000


def browser(story: StoryRunner) -> FlaskClient:
    return create_app(story.window).test_client()


def handled(story: StoryRunner) -> Any:
    """Some of everything: released, rejected, left, and a list that waits for its partners."""
    for number in range(3):
        story.send(story.trade(number))
    story.send(story.trade(3, fault="amount_differs"))
    story.send(story.trade(4), "inventory")
    sale = Sale()
    story.submit(*sale.messages("export_order", "export_waybill", "export_inventory"))


def test_the_rivers_are_what_became_of_lists(story: StoryRunner) -> None:
    handled(story)
    played = story.read(front_figures.played)
    imports, exports = played.rivers
    assert [(stage.name, stage.count) for stage in imports.stages] == [
        ("orders", 4),
        ("lists", 5),
        ("accepted", 4),
        ("inspected", 4),
        ("tax", 3),
        ("passed", 3),
        ("closed", 0),
    ]
    lists, accepted = imports.stages[1:3]
    assert [(one.name, one.count) for one in lists.exits] == [("rejected", 1)]
    assert [one.count for one in accepted.exits] == [1], "waits for its partners"
    assert (lists.begins, lists.ends, accepted.begins) == (100, 80, 80)
    assert [stage.count for stage in exports.stages][:2] == [1, 1]
    assert played.messages == 20 and played.tax


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_light_needs_no_script_and_every_link_leads_somewhere(story: StoryRunner, language: str) -> None:
    handled(story)
    client = browser(story)
    answer = client.get(f"/?sandbox=story&lang={language}")
    assert answer.status_code == 200 and "<script" not in answer.text and "style=" not in answer.text
    loaded = [client.get(path) for path in STATIC.findall(answer.text)]
    more = [client.get("/console/static/tokens.css")]
    assert sum(len(each.data) for each in (answer, *loaded, *more)) < MOST_BYTES
    links = {link.replace("&amp;", "&") for link in LINK.findall(answer.text)}
    assert len(links) > 10
    assert {link: status for link in links if (status := client.get(link).status_code) != 200} == {}


def test_an_empty_window_shows_three_ways_to_begin(story: StoryRunner) -> None:
    page = browser(story).get("/?sandbox=story&lang=en").text
    assert "Nothing has come in yet" in page and "<polygon" not in page
    assert all(words in page for words in ("Send a message", "Decide cases", "Replay traffic"))
    assert "/api/v1/samples/311" in page and "X-Api-Key" not in page


def test_a_link_to_the_counts_of_a_day_leads_to_them(story: StoryRunner) -> None:
    moved = browser(story).get("/?day=all&sandbox=story")
    assert (moved.status_code, moved.location) == (303, "/day?day=all&sandbox=story")


def test_the_day_is_the_last_on_which_something_happened_to_lists_and_hides_what_is_empty(story: StoryRunner) -> None:
    handled(story)
    first = browser(story).get("/day?sandbox=story&lang=en").text
    day = re.search(r"\d{4}-\d\d-\d\d", first)
    story.pass_time(days=20)
    story.submit(Sale().message("export_order", orderNo="DD209"))
    later = browser(story).get("/day?sandbox=story&lang=en").text
    assert day is not None and f"{day.group()} ·" in re.sub(r"\s+", " ", later)
    assert "Cancellations and returns" not in later
