"""The evidence of which the sentence of a case speaks stands on its page: the tax and the guarantee of a list that is
not covered, the laboratory's report about a failed sample, the platform's silence."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from declarations.parameters.changing import AMOUNT_KEY
from single_window.accounts.people import OPERATOR
from single_window.api import create_app
from tests.officers import act, change_parameter, signed_in
from tests.stories.story import StoryRunner
from tests.tables import each


def page(story: StoryRunner, trade: object, place: str = "declarations", language: str = "en") -> str:
    """The page of a list as a supervisor reads it."""
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao", "supervisor")
    return browser.get(f"/{place}/{story.column(trade, 'id')}?sandbox={story.sandbox}&lang={language}").text


@each(
    ("fault", "sections"),
    [
        ("guarantee_short", {"evidence", "tax", "company"}),
        ("price_zero", {"evidence", "tax", "goods", "company"}),
        ("price_low", {"evidence", "tax", "goods", "company"}),
        ("content_missing", {"evidence", "tax", "goods", "company"}),
    ],
)
def test_each_reason_for_a_review_has_its_evidence(
    start_story: Callable[..., StoryRunner], fault: str, sections: set[str]
) -> None:
    story = start_story(fault.replace("_", ""))
    trade = story.trade(0, fault=fault)
    story.send(trade)
    assert story.state(trade) == "in_review"
    shown = page(story, trade)
    assert {name for name in sections if f'id="{name}"' not in shown} == set()
    assert 'href="#tax"' in shown, "it can be jumped to"


@pytest.mark.parametrize(("language", "said"), [("en", "as it would be assessed"), ("zh", "试算，未开税单")])
def test_the_tax_of_a_list_whose_guarantee_is_short_is_worked_out(
    start_story: Callable[..., StoryRunner], language: str, said: str
) -> None:
    story = start_story()
    trade = story.trade(0, fault="guarantee_short")
    story.send(trade)
    shown = page(story, trade, language=language)
    section = shown.partition('<section id="tax">')[2].partition("</section>")[0]
    (tax,) = re.findall(r'"tax":"([\d.]+)"', str(story.column(trade, "reasons")))
    assert said in section and f"<b>{tax}</b>" in section and "assure" not in section
    story.decide(trade, "reject")
    assert '<section id="tax">' not in page(story, trade), "nothing is to be weighed any more"


def test_the_report_about_a_failed_sample_stands_on_both_pages_of_its_list(
    start_story: Callable[..., StoryRunner],
) -> None:
    story = start_story()
    for name in ("inspection.quality_sampled", "inspection.quality_failure"):
        change_parameter(story.window, story.sandbox, name, {AMOUNT_KEY: "1"}, "2026-11-20", by=OPERATOR, reason="x")
    trade = story.trade(0, fault="guarantee_short")
    story.send(trade)
    act(story.window, story.sandbox, trade.id, "inspect", "查验")
    story.pass_time(days=5)
    assert "14206" in story.column(trade, "reasons")
    for place in ("declarations", "inspections"):
        shown = page(story, trade, place).partition('<section id="reports">')[2].partition("</section>")[0]
        assert "QC-" in shown and "failed" in shown and "limit" in shown, place


def test_the_silence_of_a_platform_stands_on_the_page_of_its_list(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story(require_179=True)
    trade = story.trade(0)
    story.send(trade)
    assert "payment-data" not in page(story, trade), "it was not late yet"
    story.pass_time(hours=1)
    assert "14221" in story.column(trade, "reasons")
    shown = page(story, trade).partition('<section id="payment-data">')[2].partition("</section>")[0]
    assert "silent" in shown and "/payment-requests/" in shown
