"""The page of the log: newest first, of one officer, case, act, outcome or days, also as a file; with the newest hash,
to be kept elsewhere."""

from __future__ import annotations

import csv
import html
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


def test_it_is_filtered_by_officer_case_act_outcome_and_days(start_story: Any) -> None:
    logged = Logged(start_story())
    assert logged.rows() == [2, 1]
    assert (logged.rows(by="li"), logged.rows(by="nobody")) == ([2], [])
    assert logged.rows(about=logged.first.id) == [1]
    assert logged.rows(about=str(logged.story.column(logged.second, "invt_no"))) == [2]
    assert logged.rows(about="NONE") == []
    assert (logged.rows(about=f"  {logged.first.id} "), logged.rows(by=" li ")) == ([1], [2])
    assert (logged.rows(until="2026-11-20"), logged.rows(since=" 2026-11-22 ")) == ([1], [2])
    assert logged.rows(since="2026-11-20", until="2026-11-22") == [2, 1]
    assert logged.rows(since="11/22/2026") == [2, 1] and "A day is written as" in logged.page(since="11/22/2026")
    assert (logged.rows(act="reject"), logged.rows(act="conclude")) == ([2, 1], [])
    assert (logged.rows(outcome="done"), logged.rows(outcome="declined")) == ([2, 1], [])
    assert logged.rows(by="li", about=logged.first.id) == []


@each("language", ["zh", "en"])
def test_it_shows_the_newest_hash_and_each_row_s(start_story: Any, language: str) -> None:
    logged = Logged(start_story(language))
    page = logged.page(language)
    for entry in logged.story.read(decision_log.entries):
        assert f'title="{entry.hash}"' in page
    assert page.count(logged.story.read(decision_log.head)[1]) == 2


@each("language", ["zh", "en"])
def test_days_are_typed_in_one_order_in_every_language(start_story: Any, language: str) -> None:
    page = Logged(start_story(language)).page(language, since="2026-11-20")
    assert 'type="date"' not in page and 'value="2026-11-20"' in page


def test_the_rows_that_are_asked_for_come_as_a_file(start_story: Any) -> None:
    logged = Logged(start_story())
    place = re.search(r'href="([^"]*/log\.csv[^"]*)"', logged.page(by="li", since="2026-11-22"))
    assert place is not None
    answer = logged.auditor.get(html.unescape(place[1]))
    rows = list(csv.DictReader(answer.data.decode("utf-8-sig").splitlines()))
    (entry,) = [each for each in logged.story.read(decision_log.entries) if each.by == "li"]
    assert [(row["sequence"], row["by"], row["hash"], row["reason"]) for row in rows] == [("2", "li", entry.hash, "二")]
    assert "attachment" in answer.headers["Content-Disposition"] and rows[0]["act"] == "reject"
    assert rows[0]["about"].endswith(str(logged.story.column(logged.second, "invt_no")))
    reviewer = signed_in(create_app(logged.story.window).test_client(), logged.story.window, "su", "reviewer")
    assert reviewer.get("/log.csv", query_string={"sandbox": logged.story.sandbox}).status_code == 403


@each("language, shown", [("zh", ">申报价格不实<"), ("en", 'title="申报价格不实">The declared price is not credible<')])
def test_a_prepared_reason_is_read_in_the_reader_s_language(start_story: Any, language: str, shown: str) -> None:
    logged = Logged(start_story(language))
    third = logged.story.trade(2, fault="guarantee_short")
    logged.story.send(third)
    logged.story.decide(third, "reject", "申报价格不实", LI)
    assert shown in logged.page(language)


@each(
    "language, shown", [("zh", "请提供订单、支付凭证和发票。"), ("en", "Please send the order, the proof of payment")]
)
def test_a_question_is_read_in_the_reader_s_language(start_story: Any, language: str, shown: str) -> None:
    logged = Logged(start_story(language))
    third = logged.story.trade(2, fault="guarantee_short")
    logged.story.send(third)
    logged.story.decide(third, "ask", "请提供订单、支付凭证和发票", LI)
    page = logged.page(language)
    assert shown in page.partition("<tbody>")[2].partition("</tr>")[0]
    assert ("otherwise it is decided on what there is" in page) == (language == "en")


def test_the_officers_are_offered_by_their_names(start_story: Any) -> None:
    logged = Logged(start_story())
    assert '<option value="he">' in logged.page().partition('<datalist id="officers">')[2]
