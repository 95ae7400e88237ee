"""The first pages: an auditor's with the state of the log and his anchors, an officer's with what is due and the rules
that change."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import delete, update

from declarations.calendar import DAY, HOUR, day_of
from declarations.parameters import load
from single_window.accounts import keeping, key_keeping
from single_window.accounts.people import Person
from single_window.api import create_app
from single_window.clock import system_now
from single_window.commands.audit_log import read_anchors
from single_window.console.anchors import MOST_KEPT
from single_window.console.coming_up import rule_changes
from single_window.store import decision_log
from single_window.store.decisions import decisions_about
from single_window.store.deliveries import file_deliveries
from single_window.store.engine import writing
from single_window.store.names import PARKED
from single_window.store.numbering import ROWS
from single_window.store.tables import decision_log as rows_of_log
from single_window.store.tables import delivery, work_case
from tests.databases import ON_BOTH, carry_out
from tests.officers import TESTER, Browser, account, signed_in
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH


class FirstPage:
    """A list in review, and the first page of somebody."""

    def __init__(self, story: StoryRunner, name: str, role: str) -> None:
        self.story, self.trade = story, story.trade(fault="guarantee_short")
        story.send(self.trade)
        self.browser: Browser = signed_in(create_app(story.window).test_client(), story.window, name, role)

    def shown(self, path: str = "/home", **query: str) -> str:
        asked = {"sandbox": self.story.sandbox, "lang": "en", **query}
        return str(self.browser.get(path, query_string=asked).text)

    def keep(self) -> str:
        where = f"/log/anchor?sandbox={self.story.sandbox}&lang=en"
        return str(self.browser.post(where, data={}, follow_redirects=True).text)

    def head(self) -> tuple[int, str]:
        found: tuple[int, str] = self.story.read(decision_log.head)
        return found

    def counts(self) -> dict[str, int]:
        found = re.findall(r'<b(?: class="late")?>(\d+)</b>([^<]+)</a>', self.shown())
        return {words: int(count) for count, words in found}


def test_a_second_officer_sees_that_proposals_wait(start_story: Any) -> None:
    page = FirstPage(start_story(), "zhao", "supervisor")
    assert "Customs approvals" not in page.counts()
    page.story.decide(page.trade, "inspect", "", TESTER)
    inspector = Person("chen", "inspector")
    page.story.decide(page.trade, "detain_for_smuggling", "疑似走私", inspector)
    assert page.counts()["Customs approvals"] == 1


def test_a_supervisor_reads_first_what_waits_for_him_and_where_cases_are_late(start_story: Any) -> None:
    page = FirstPage(start_story(), "zhao", "supervisor")
    waits, story = "For your signature", page.story
    assert waits not in page.shown() and "Late, by desk" not in page.shown()
    late = story.trade(1, fault="guarantee_short")
    story.send(late)
    story.decide(page.trade, "inspect", "", TESTER)
    story.decide(page.trade, "detain_for_smuggling", "疑似走私", Person("chen", "inspector"))
    story.pass_time(days=12)
    shown = page.shown()
    places = [shown.index(said) for said in (waits, "Late, by desk", 'data-press="n"', 'class="kpis')]
    assert places == sorted(places)
    signature = shown[places[0] : places[1]]
    assert "chen proposes" in signature and "疑似走私" in signature
    row = shown[places[1] : places[2]]
    assert re.search(r"desk=review[^>]*view=overdue[^>]*>Review</a>", row) and '<b class="late">1</b>' in row
    reviewer = signed_in(create_app(story.window).test_client(), story.window, "li", "reviewer")
    assert "Late, by desk" not in reviewer.get(f"/home?sandbox={story.sandbox}&lang=en").text


def test_an_officer_for_whom_nothing_waits_reads_no_row_of_zeros(start_story: Any) -> None:
    page = FirstPage(start_story(), "xin", "credit_officer")
    assert page.counts() == {} and "Nothing is free to take" in page.shown()
    assert 'data-press="n"' not in page.shown(), "nothing can be taken"


def test_an_auditor_keeps_the_head_of_the_log_and_sees_whether_it_still_agrees(start_story: Any) -> None:
    page = FirstPage(start_story(), "he", "auditor")
    page.story.decide(page.trade, "reject", "一", TESTER)
    assert "no anchor since you signed in" in page.shown()
    assert "The log is intact; its head is kept as an anchor: row 1" in page.keep()
    assert "last anchor, agrees with the log" in page.shown()
    page.keep()
    assert len(page.shown("/log/anchors.jsonl").splitlines()) == 1, "the same head is kept once"
    assert "anchors that agree: 1" in page.shown("/log", verify="1")
    carry_out(page.story.window.engine, update(rows_of_log).values(hash="0" * 64))
    assert "does NOT agree" in page.shown()
    assert "The log is intact" not in page.keep() and "chip bad" in page.keep(), "a broken log has no anchor"


def test_a_typed_anchor_is_checked_beside_the_log(start_story: Any) -> None:
    page = FirstPage(start_story(), "he", "auditor")
    page.story.decide(page.trade, "reject", "一", TESTER)
    sequence, own = page.head()
    assert "anchors that agree: 1" in page.shown("/log", verify="1", anchor=f"{sequence}:{own}")
    assert "the anchor has another hash" in page.shown("/log", verify="1", anchor=f"{sequence}:{'0' * 64}")
    assert "An anchor is row:hash" in page.shown("/log", verify="1", anchor="what is none")


def test_the_newest_anchors_are_kept_and_their_file_is_that_of_the_command(start_story: Any, tmp_path: Any) -> None:
    page = FirstPage(start_story(), "he", "auditor")
    page.story.decide(page.trade, "suspend", "一", TESTER)
    for number in range(MOST_KEPT + 1):
        page.keep()
        page.story.decide(page.trade, "review" if number % 2 == 0 else "suspend", "一", TESTER)
    file = tmp_path / "anchors.jsonl"
    file.write_text(page.shown("/log/anchors.jsonl"))
    kept = read_anchors(file, page.story.sandbox)
    assert [anchor.sequence for anchor in kept] == list(range(2, MOST_KEPT + 2))
    assert all(anchor.hash == page.story.read(decision_log.hash_of, anchor.sequence) for anchor in kept)


def test_an_auditor_looks_first_at_what_did_not_stand(start_story: Any) -> None:
    page = FirstPage(start_story(undo_seconds=10), "he", "auditor")
    assert "To look at first" in page.shown() and ">taken back<" not in page.shown()
    officer = signed_in(create_app(page.story.window).test_client(), page.story.window, "li", "reviewer")
    where = f"/declarations/{page.story.column(page.trade, 'id')}/decision?sandbox=story"
    version = int(str(page.story.column(page.trade, "version")))
    officer.post(where, data={"act": "suspend", "reason": "二", "version": version})
    (taken,) = page.story.read(decisions_about, "declaration", str(page.story.column(page.trade, "id")))
    officer.post("/undo?sandbox=story", data={"decision": [taken.id]})
    assert re.search(r"<b>li</b> suspend.*?>taken back<", page.shown(), re.DOTALL)


def test_nobody_without_the_right_to_the_log_keeps_its_head(start_story: Any) -> None:
    page = FirstPage(start_story(), "li", "reviewer")
    assert "State of the decision log" not in page.shown()
    assert page.browser.post("/log/anchor?sandbox=story", data={}).status_code == 403


def test_an_officer_sees_what_is_due_later_today_and_tomorrow(start_story: Any) -> None:
    page = FirstPage(start_story(), "li", "reviewer")
    now = page.story.window.now("story")
    for due, later, tomorrow in ((now + HOUR, 1, 0), (now + DAY, 0, 1), (now - 1, 0, 0), (now + 3 * DAY, 0, 0)):
        carry_out(page.story.window.engine, update(work_case).values(due=due))
        counts = page.counts()
        assert (counts["due later today"], counts["due tomorrow"]) == (later, tomorrow)
        assert counts["late"] == (due < now)


def test_an_administrator_sees_the_window_and_no_counts_of_cases(start_story: Any) -> None:
    page = FirstPage(start_story(), "admin", "administrator")
    account(page.story.window, "li", "reviewer", office="4240")
    engine = page.story.window.engine
    assert "All is well" in page.shown() and "Take the next case" not in page.shown()
    assert page.counts() == {}, "nothing waits for an administrator, and nothing says so eight times"
    rows = r"admin</th>.*administrator.*every office.*may sign in.*li</th>.*reviewer.*4240.*may sign in"
    assert re.search(rows, page.shown(), re.DOTALL)
    keeping.set_disabled(engine, "li", True)
    assert ">disabled<" in page.shown()
    key_keeping.issue(engine, page.story.sandbox, ["DXPENT0000000001"], ["read_receipts"])
    assert re.search(r"Keys in use: </span>1</td>", page.shown())
    page.story.window.numbering.ensure(ROWS, "row", 1)
    (number,) = page.story.window.numbering.take(ROWS, "row", 1)
    with writing(engine) as connection:
        parked = (number, page.story.sandbox, "customs", "import.order", 0, "[]", 1, PARKED, 0, 1)
        file_deliveries(connection, [parked])
    shown = page.shown()
    assert "parked, waits for somebody to decide" in shown and "All is well" not in shown
    carry_out(engine, delete(delivery).where(delivery.c.id == number))


def test_an_administrator_sees_storage_and_the_settings_that_were_changed(start_story: Any) -> None:
    page = FirstPage(start_story(undo_seconds=7), "admin", "administrator")
    shown = page.shown().partition('id="storage"')[2]
    assert "<code>SINGLE_WINDOW_UNDO_SECONDS</code></dt><dd>7" in shown
    assert "(by default 10)" in shown and "password" not in shown and "SINGLE_WINDOW_DATABASE" not in shown
    assert re.search(r"<dt>Free in the data folder</dt><dd>[\d.]+ [GM]B</dd>", shown)


def test_the_first_page_tells_what_the_law_changes_soon_and_changed_lately(start_story: Any) -> None:
    shown = FirstPage(start_story(), "li", "reviewer").shown()
    assert "What changes in the rules" in shown and "since 2026-04-01" in shown
    told = rule_changes(load(), date(2026, 3, 1))
    soon = [change for change in told if change.soon]
    assert soon and list(told)[: len(soon)] == soon, "what comes stands first"
    assert {change.day for change in soon if not change.ends} == {date(2026, 4, 1)}
    assert not [change for change in told if change.parameter.informative]
    assert rule_changes(load(), date(1990, 1, 1)) == []


def test_the_form_of_an_absence_is_folded_until_there_is_one(start_story: Any) -> None:
    page = FirstPage(start_story(), "li", "reviewer")
    assert re.search(r'<details class="fold">\s*<summary><h2>Absence', page.shown())
    today = day_of(system_now())
    noted = {"page": "home", "do": "mark", "since": str(today), "until": str(today)}
    page.browser.post("/absence?sandbox=story&lang=en", data=noted)
    assert re.search(r'<details class="fold" open>\s*<summary><h2>Absence', page.shown())
