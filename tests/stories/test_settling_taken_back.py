"""What a second officer decides about a proposal on a page can be taken back for ten seconds: until then it waits as
before, and nothing is filed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from werkzeug.test import TestResponse

from single_window.api import create_app
from single_window.auditing import decisions as audited_decisions
from single_window.auditing import waiting
from single_window.cases import own_decisions as cases_own_decisions
from single_window.clock import timed_by
from single_window.language.refusal import Refusal
from single_window.recordings import from_store
from single_window.store import case_queue, decision_log, own_decisions
from single_window.store.decisions import StoredDecision, decisions_about, find_decision
from single_window.work import proposals
from tests.databases import ON_BOTH
from tests.officers import Browser, account, named, signed_in
from tests.stories.story import StoryRunner
from tests.stories.test_second_eyes import Seizure
from tests.stories.test_taking_back import RealTime

pytestmark = ON_BOTH
CHEN, ZHAO, QIAN = named("chen", "inspector"), named("zhao"), named("qian")
APPROVE, DECLINE = "approve", "decline"
SEIZED = {APPROVE: "detained", DECLINE: "under_inspection"}


class Second:
    """A seizure that Chen has proposed, and the pages on which others settle it."""

    def __init__(self, story: StoryRunner, time: RealTime) -> None:
        self.story, self.time, self.seizure = story, time, Seizure(story)
        self.browser = self.sign_in("zhao")

    def sign_in(self, name: str, role: str = "supervisor") -> Browser:
        return signed_in(create_app(self.story.window).test_client(), self.story.window, name, role)

    def settle(self, action: str, browser: Browser | None = None, reason: str = "证据不足") -> TestResponse:
        where = f"/proposals/{self.seizure.number}?sandbox=story&lang=en"
        return (browser or self.browser).post(where, data={"act": action, "reason": reason})

    def undo(self, browser: Browser | None = None) -> TestResponse:
        where = "/undo?sandbox=story&lang=en"
        return (browser or self.browser).post(where, data={"decision": self.settled().id})

    def page(self, browser: Browser | None = None) -> str:
        return (browser or self.browser).get(f"/inspections/{self.seizure.key[1]}?sandbox=story&lang=en").text

    def proposal(self) -> StoredDecision:
        return self.story.read(find_decision, self.seizure.number)  # type: ignore[no-any-return]

    def settled(self) -> StoredDecision:
        return self.story.read(decisions_about, "proposal", self.seizure.number)[-1]  # type: ignore[no-any-return]

    def log(self) -> list[tuple[str, str, str, str]]:
        rows = self.story.read(decision_log.entries)
        return [(row.by, row.subject, row.action, row.outcome) for row in rows if row.by == "zhao"]

    def waits(self) -> bool:
        case = self.story.read(case_queue.find, ("proposal", str(self.seizure.number)))
        return self.proposal().proposed and case is not None

    def pass_and_work(self, seconds: float) -> None:
        self.time.pass_seconds(seconds)
        self.story.window.settle()

    def assert_sound(self) -> None:
        for ledger in (audited_decisions, waiting):
            assert self.story.read(ledger.audit_ledger).differences == ()


@pytest.fixture
def time() -> Iterator[RealTime]:
    made = RealTime()
    with timed_by(made):
        yield made


@pytest.fixture
def second(start_story: Callable[..., StoryRunner], time: RealTime) -> Second:
    return Second(start_story(undo_seconds=10), time)


@pytest.mark.parametrize("action", [APPROVE, DECLINE])
def test_what_is_taken_back_stays_proposed(second: Second, action: str) -> None:
    receipts, due = second.story.statuses(second.seizure.trade), second.seizure.due()
    answer = second.settle(action)
    assert answer.status_code == 303 and f"undo={action}" in answer.location
    second.pass_and_work(9.9)
    assert second.waits() and all(item.held for item in second.seizure.due())
    answer = second.undo()
    assert answer.status_code == 303 and f"/declarations/{second.seizure.key[1]}" in answer.location
    second.pass_and_work(60)
    assert second.waits() and second.proposal().second == "" and second.seizure.due() == due
    assert second.story.statuses(second.seizure.trade) == receipts
    assert second.log() == [("zhao", "proposal", action, "filed"), ("zhao", "proposal", action, "taken_back")]
    second.assert_sound()
    second.settle(DECLINE if action == APPROVE else APPROVE)
    second.pass_and_work(10.1)
    assert second.story.state(second.seizure.trade) == SEIZED[DECLINE if action == APPROVE else APPROVE]
    second.assert_sound()


@pytest.mark.parametrize("action", [APPROVE, DECLINE])
def test_after_ten_seconds_it_is_carried_out_once(second: Second, action: str) -> None:
    second.settle(action)
    second.pass_and_work(10.1)
    second.pass_and_work(10.1)
    assert second.story.state(second.seizure.trade) == SEIZED[action]
    proposal = second.proposal()
    assert (proposal.second, proposal.done or proposal.state == "declined") == ("zhao", True)
    told = "approved" if action == APPROVE else "declined"
    assert second.log() == [
        ("zhao", "proposal", action, "filed"),
        ("zhao", "declaration", "detain_for_smuggling", told),
    ]
    steps = second.story.read(own_decisions.of_person, "zhao")
    assert [(step.outcome, step.decision.id) for step in steps] == [(told, proposal.id)], "each once"
    assert not any(due.held for due in second.seizure.due())
    assert second.undo().status_code == 409
    second.assert_sound()


def test_nobody_else_settles_it_meanwhile(second: Second) -> None:
    assert 'name="act" value="approve"' in second.page()
    second.settle(APPROVE)
    other, author = second.sign_in("qian"), second.sign_in("chen", "inspector")
    assert 'name="act" value="approve"' not in second.page(), "it can be taken back first"
    for browser in (other, author):
        page = second.page(browser)
        assert "zhao has decided this just now: approve" in page and 'name="act" value="decline"' not in page
        assert second.settle(DECLINE, browser).status_code == 409
    for person in (QIAN, CHEN):
        with pytest.raises(Refusal, match="zhao has decided this just now"):
            proposals.decline(second.story.window, "story", second.seizure.number, person, "不足")
    assert second.undo(other).status_code == 409
    second.pass_and_work(10.1)
    assert second.story.state(second.seizure.trade) == "detained"
    second.assert_sound()


def test_calls_settle_at_once(second: Second) -> None:
    where = f"/api/v1/cases/proposal/{second.seizure.number}/decisions"
    basic = account(second.story.window, "zhao")
    client = create_app(second.story.window).test_client()
    answer = client.post(where, json={"action": "approve", "reason": ""}, headers={"X-Sandbox": "story"}, auth=basic)
    assert answer.status_code in {200, 202}
    second.story.window.settle()
    assert second.story.state(second.seizure.trade) == "detained"
    second.assert_sound()


def test_a_recording_tells_the_proposal_with_who_approved_it(second: Second) -> None:
    second.settle(APPROVE)
    second.pass_and_work(10.1)
    acts = [act for act in second.story.read(from_store._read_acts) if act.by == "chen"]
    assert [(act.action, act.second, act.state) for act in acts] == [("detain_for_smuggling", "zhao", "done")]


def test_an_approval_with_what_it_did_is_one_line_of_its_officer(second: Second) -> None:
    second.settle(APPROVE)
    second.pass_and_work(10.1)
    auditor = signed_in(create_app(second.story.window).test_client(), second.story.window, "he", "auditor")
    page = auditor.get("/log?sandbox=story&lang=en").text
    newest = page.partition("<tbody>")[2].partition("</tr>")[0]
    shown, _, beneath = newest.partition("<details")
    assert ">zhao<br>" in shown and ">approved</span>" in shown and ">carried out</span>" in shown
    assert beneath.count("<li>") == 3 and page.count(">zhao<br>") == 1
    last = re.findall(r"<li>(\d+)", beneath)[-1]
    older = auditor.get(f"/log?sandbox=story&lang=en&before={last}").text
    assert ">zhao<br>" not in older


def test_whoever_proposed_it_reads_everywhere_that_he_withdrew_it(second: Second) -> None:
    author = second.sign_in("chen", "inspector")
    answer = second.settle(DECLINE, author, "")
    offered = author.get(answer.location).text.partition('class="toast-undo"')[2].partition("</form>")[0]
    assert "<b>withdraw the proposal</b>" in offered
    assert "withdraw the proposal" in author.get(second.undo(author).location).text
    second.settle(DECLINE, author, "")
    second.pass_and_work(10.1)
    chosen = [(row.action, row.outcome) for row in second.story.read(decision_log.entries) if row.by == "chen"]
    assert chosen[-4:] == [
        ("withdraw", "filed"),
        ("withdraw", "taken_back"),
        ("withdraw", "filed"),
        ("detain_for_smuggling", "withdrawn"),
    ]
    own = {own.made.id: own for own in second.story.read(cases_own_decisions.of_person, CHEN)}[second.seizure.number]
    assert (own.made.state, own.settled) == ("withdrawn", "")
    for path in ("/my-decisions", "/home", f"/inspections/{second.seizure.key[1]}"):
        page = author.get(f"{path}?sandbox=story&lang=zh").text
        assert "复核不通过</span>" not in page and (path == "/home" or "已撤回" in page), path
    client, auditor = create_app(second.story.window).test_client(), account(second.story.window, "he", "auditor")
    logged = client.get("/api/v1/decisions/log", headers={"X-Sandbox": "story"}, auth=auditor).json["decisions"]
    assert logged[-1]["outcome"] == "withdrawn"
    reading = second.sign_in("he", "auditor")
    for path in ("/log", "/log.csv"):
        shown = reading.get(f"{path}?sandbox=story&lang=en").text
        assert "withdraw the proposal" in shown and "withdrawn" in shown and ">declined</span>" not in shown, path
    found = reading.get("/log?sandbox=story&lang=en&outcome=withdrawn").text
    assert found.count("<tr><td") == 1
    second.assert_sound()


def test_a_call_by_which_he_withdraws_it_answers_so(second: Second) -> None:
    where = f"/api/v1/cases/proposal/{second.seizure.number}/decisions"
    author = account(second.story.window, "chen", "inspector")
    client = create_app(second.story.window).test_client()
    answer = client.post(where, json={"action": "decline"}, headers={"X-Sandbox": "story"}, auth=author)
    assert (answer.status_code, answer.json["status"]) == (200, "withdrawn")
    own = client.get("/api/v1/decisions/own", headers={"X-Sandbox": "story"}, auth=author).json["decisions"]
    assert (own[0]["state"], own[0]["state_zh"], len({row["id"] for row in own})) == ("withdrawn", "已撤回", len(own))
    second.assert_sound()
