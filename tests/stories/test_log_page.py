"""The page of the log: newest first, of one officer, case or day; with the newest hash, to be kept elsewhere."""

from __future__ import annotations

import re
from typing import Any

from single_window.api import create_app
from single_window.store import decision_log
from tests.databases import ON_BOTH
from tests.officers import TESTER, named, signed_in
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
LI = named("li", "reviewer")


class Logged:
    """Two lists, about which two officers decided on two days, and an auditor's browser."""

    def __init__(self, story: StoryRunner) -> None:
        self.story = story
        self.first, self.second = (story.trade(number, fault="guarantee_short") for number in (0, 1))
        story.send(self.first)
        story.send(self.second)
        story.decide(self.first, "reject", "一", TESTER)
        story.pass_time(days=2)
        story.decide(self.second, "reject", "二", LI)
        self.auditor = signed_in(create_app(story.window).test_client(), story.window, "he", "auditor")

    def page(self, language: str = "en", **query: str) -> str:
        asked = {"sandbox": self.story.sandbox, "lang": language, **query}
        return str(self.auditor.get("/log", query_string=asked).text)

    def rows(self, **query: str) -> list[int]:
        return [int(number) for number in re.findall(r'<td class="number">(\d+)</td>', self.page(**query))]


def test_it_is_filtered_by_officer_case_and_day(start_story: Any) -> None:
    logged = Logged(start_story())
    assert logged.rows() == [2, 1]
    assert (logged.rows(by="li"), logged.rows(by="nobody")) == ([2], [])
    assert logged.rows(about=logged.first.id) == [1]
    assert logged.rows(about=str(logged.story.column(logged.second, "invt_no"))) == [2]
    assert logged.rows(about="NONE") == []
    assert (logged.rows(day="2026-11-20"), logged.rows(day="2026-11-22")) == ([1], [2])
    assert logged.rows(day="yesterday") == [2, 1], "what is no day filters nothing"
    assert logged.rows(by="li", about=logged.first.id) == []


@each("language", ["zh", "en"])
def test_it_shows_the_newest_hash_and_each_row_s(start_story: Any, language: str) -> None:
    logged = Logged(start_story(language))
    page = logged.page(language)
    for entry in logged.story.read(decision_log.entries):
        assert f'title="{entry.hash}"' in page
    assert page.count(logged.story.read(decision_log.head)[1]) == 2
