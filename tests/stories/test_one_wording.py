"""A reason has one wording on a page: the timeline tells it in the sentence in which the page says why the case waits,
with its code in small print."""

from __future__ import annotations

import re
from typing import Any

from lxml import html

from single_window.api import create_app
from single_window.store import case_queue
from tests.officers import signed_in
from tests.stories.exchanging import Exchanging, leg
from tests.tables import each


def shown(story: Any, path: str, language: str) -> tuple[list[str], list[str], list[str]]:
    """The sentences on top of a page, those of its timeline, and the codes in small print there."""
    browser = signed_in(create_app(story.window).test_client(), story.window)
    answer = browser.get(path, query_string={"sandbox": story.sandbox, "lang": language})
    page = html.fromstring(answer.text)
    reasons = page.xpath("//*[@id='history']//*[@class='reason']")
    told = [re.sub(r"\s+", " ", "".join(each.xpath("text()"))).strip() for each in reasons]
    codes = [each.text_content() for each in page.xpath("//*[@id='history']//*[@class='reason']/code[@class='codes']")]
    top = [re.sub(r"\s+", " ", each.text_content()).strip() for each in page.xpath("//p[@class='say']")]
    return top, told, codes


@each("language", ["zh", "en"])
def test_the_timeline_of_a_list_tells_its_reason_in_the_sentence_on_top(start_story: Any, language: str) -> None:
    story = start_story(language)
    trade = story.trade(0, fault="guarantee_short")
    story.send(trade)
    top, told, codes = shown(story, f"/declarations/{story.column(trade, 'id')}", language)
    assert top and set(top) <= set(told), f"{top}: {told}"
    assert "14204" in codes and not [text for text in told if "14204" in text]


@each("language", ["zh", "en"])
def test_the_timeline_of_a_report_does_so_too(start_story: Any, language: str) -> None:
    story = start_story(language)
    exchanging = Exchanging(story, "C")
    exchanging.reports(leg(*exchanging.sold(1)))
    case = story.read(case_queue.page, case_queue.QueueFilter(desks=["exchange"]))[0]
    top, told, codes = shown(story, f"/exchange/{case.number}", language)
    assert top and set(top) <= set(told), f"{top}: {told}"
    assert codes and not [text for text in told if re.search(r"\(\d{5}\)", text)]
