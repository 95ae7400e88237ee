"""What was decided on a page can be taken back for ten seconds of real time: nothing is sent before, and it is sent
once. Calls and commands are carried out at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from flask import g, render_template_string
from sqlalchemy import Connection, event, select, update
from werkzeug.test import TestResponse

from declarations.calendar import DAY, HOUR
from single_window.accounts.people import Person
from single_window.api import create_app
from single_window.auditing import decisions as audited_decisions
from single_window.auditing import waiting
from single_window.cases import queue, taking_back
from single_window.clock import timed_by
from single_window.frame.pages.speech import requested_sandbox
from single_window.language.refusal import Refusal
from single_window.recordings import from_store
from single_window.recordings.events import Event, OfficerAct
from single_window.store import case_queue, deadlines, decision_log, deferred
from single_window.store.decisions import StoredDecision, decisions_about
from single_window.store.engine import reading
from single_window.store.tables import deadline, declaration, delivery, receipt, sandbox, work_case
from single_window.wiring import Window
from single_window.work import dispatch, filing
from tests.databases import ON_BOTH, carry_out
from tests.officers import Browser, account, act, named, signed_in
from tests.stories.story import NOON, StoryRunner
from tests.ways import listed, traced

pytestmark = ON_BOTH
LI, WANG = named("li", "reviewer"), named("wang", "reviewer")
SECOND = 1_000
OF_STORY = {"X-Sandbox": "story"}


class RealTime:
    """The machine's clock, set by hand."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return self.at / SECOND

    def pass_seconds(self, seconds: float) -> None:
        self.at += int(seconds * SECOND)


class Desk:
    """Lists in review, and the pages on which officers decide about them."""

    def __init__(self, story: StoryRunner, time: RealTime, count: int = 1) -> None:
        self.story, self.window, self.time = story, story.window, time
        self.trades = [story.trade(number, fault="content_missing") for number in range(count)]
        for trade in self.trades:
            story.send(trade)
        self.before = self.receipts()

    def key(self, number: int = 0) -> case_queue.Key:
        return "declaration", str(self.story.column(self.trades[number], "id"))

    def browser(self, name: str = "li") -> Browser:
        return signed_in(create_app(self.window).test_client(), self.window, name, "reviewer")

    def decide(self, action: str, browser: Browser | None = None, number: int = 0) -> TestResponse:
        """Send the form of the page of a list."""
        form = {"act": action, "reason": "测试", "version": self.version(number), "cosmetic-1": "other"}
        where = f"/declarations/{self.key(number)[1]}/decision?sandbox=story&lang=en"
        return (browser or self.browser()).post(where, data=form)

    def undo(self, *numbers: int, browser: Browser | None = None) -> TestResponse:
        where, form = "/undo?sandbox=story&lang=en", {"decision": list(numbers)}
        return (browser or self.browser()).post(where, data=form, follow_redirects=len(numbers) > 1)

    def version(self, number: int = 0) -> int:
        return int(str(self.story.column(self.trades[number], "version")))

    def decisions(self, number: int = 0) -> list[StoredDecision]:
        return self.story.read(decisions_about, *self.key(number))  # type: ignore[no-any-return]

    def last(self, number: int = 0) -> StoredDecision:
        return self.decisions(number)[-1]

    def state(self, number: int = 0) -> str:
        return self.story.state(self.trades[number])

    def receipts(self) -> int:
        return len(self.story.rows(select(receipt.c.group_id)))

    def queue(self, person: Person = LI) -> Sequence[case_queue.QueuedCase]:
        """The cases in the queue of an officer."""
        with reading(self.window.engine) as connection:
            return queue.queue_page(connection, "story", queue.queue_query(connection, "story", person)).cases

    def log(self) -> list[tuple[str, str, str]]:
        return [(row.by, row.action, row.outcome) for row in self.story.read(decision_log.entries)]

    def listed(self, person: Person = LI) -> list[tuple[str, str]]:
        """Subject and holder of the cases in the queue of an officer."""
        with reading(self.window.engine) as connection:
            page = queue.queue_page(connection, "story", queue.queue_query(connection, "story", person))
        assert page.views[""] == page.by_desk.get("review", 0) == len(page.cases)
        return [(case.subject_id, case.assignee) for case in page.cases]

    def change_meanwhile(self) -> None:
        """Let the lists change in a way that nobody has seen yet."""
        carry_out(self.window.engine, update(declaration).values(version=declaration.c.version + 1))
        carry_out(self.window.engine, update(work_case).values(version=work_case.c.version + 1))

    def pass_and_work(self, seconds: float, window: Window | None = None) -> None:
        self.time.pass_seconds(seconds)
        (window or self.window).settle()

    def assert_sound(self) -> None:
        for ledger in (audited_decisions, waiting):
            assert self.story.read(ledger.audit_ledger).differences == ()


@pytest.fixture
def time() -> Iterator[RealTime]:
    made = RealTime()
    with timed_by(made):
        yield made


@pytest.fixture
def story(start_story: Callable[..., StoryRunner]) -> StoryRunner:
    return start_story(undo_seconds=10)


@pytest.fixture
def desk(story: StoryRunner, time: RealTime) -> Desk:
    return Desk(story, time)


def test_a_decision_that_is_taken_back_leaves_two_rows_of_the_log_and_nothing_else(desk: Desk) -> None:
    browser, version = desk.browser(), desk.version()
    assert queue.take_next(desk.window, "story", LI) is not None
    before = desk.story.read(case_queue.find, desk.key())
    answer = desk.decide("suspend", browser)
    assert answer.status_code == 303 and "undo=suspend" in answer.location
    desk.pass_and_work(9.9)
    assert (desk.last().waiting, desk.receipts(), desk.listed()) == (True, desk.before, [])
    answer = desk.undo(desk.last().id, browser=browser)
    assert answer.status_code == 303 and answer.location.endswith("undone=suspend")
    assert "Taken back" not in answer.text, "the page that follows says so"
    desk.pass_and_work(60)
    assert (desk.state(), desk.version(), desk.receipts()) == ("in_review", version, desk.before)
    assert desk.log() == [("li", "suspend", "filed"), ("li", "suspend", "taken_back")]
    after = desk.story.read(case_queue.find, desk.key())
    assert after is not None and before is not None
    assert (after.due, after.assignee, after.opened_at) == (before.due, "li", before.opened_at)
    assert desk.decide("reject", browser).status_code == 303
    desk.pass_and_work(10.5)
    assert desk.state() == "rejected"
    desk.assert_sound()


@pytest.mark.parametrize(
    ("action", "works", "says"),
    [
        ("suspend", True, "What undoes it: review"),
        ("suspend", False, "What undoes it: review"),
        ("reject", True, "What undoes it: amend"),
        ("conclude", True, "nothing undoes it"),
    ],
)
def test_what_was_sent_cannot_be_taken_back_and_the_counter_decision_is_named(
    desk: Desk, action: str, works: bool, says: str
) -> None:
    browser = desk.browser()
    desk.decide(action, browser)
    desk.time.pass_seconds(10.1)
    if works:
        desk.window.settle()
    answer = desk.undo(desk.last().id, browser=browser)
    assert answer.status_code == 409 and says in answer.text
    desk.window.settle()
    assert desk.last().done
    assert [outcome for *_, outcome in desk.log()] == ["filed", "done"]
    desk.assert_sound()


def test_what_was_taken_back_or_refused_cannot_be_taken_back(desk: Desk) -> None:
    browser = desk.browser()
    desk.decide("suspend", browser)
    taken = desk.last().id
    desk.undo(taken, browser=browser)
    assert "has been taken back already" in desk.undo(taken, browser=browser).text
    assert desk.undo(taken + 10**9, browser=browser).status_code == 404


def test_nobody_else_takes_it_back_or_decides_meanwhile(desk: Desk) -> None:
    own, other = desk.browser(), desk.browser("wang")
    desk.decide("suspend", own)
    answer = desk.undo(desk.last().id, browser=other)
    assert answer.status_code == 409 and "is li&#39;s" in answer.text
    assert desk.listed(WANG) == [] and queue.take_next(desk.window, "story", WANG) is None
    assert queue.hold_cases(desk.window, "story", WANG, [desk.key()]) == []
    for browser in (own, other):
        answer = desk.decide("reject", browser)
        assert answer.status_code == 409
        assert (
            f"li has decided this just now: suspend (decision {desk.last().id}). It is sent at 12:00:10" in answer.text
        )
        assert answer.text.count("has decided this just now") == 1, "it is told once"
    page = other.get(f"/declarations/{desk.key()[1]}?sandbox=story&lang=en").text
    assert f"li has decided this just now: suspend (decision {desk.last().id})" in page, "also before he has tried"
    assert "due time stands still" in page
    page = own.get(f"/declarations/{desk.key()[1]}?sandbox=story&lang=en").text
    assert "has decided this just now" not in page and "s until it is sent" in page, "he can take it back"
    with pytest.raises(Refusal, match="li has decided this just now"):
        act(desk.window, "story", desk.trades[0].id, "reject", "测试")
    assert [decided.action for decided in desk.decisions()] == ["suspend"]


def test_no_act_is_offered_meanwhile(desk: Desk) -> None:
    desk.decide("suspend")
    shown = desk.browser().get(f"/declarations/{desk.key()[1]}?sandbox=story&lang=en").text
    assert 'name="act"' not in shown
    client, basic = desk.browser().client, account(desk.window, "li", "reviewer")
    found = client.get(f"/api/v1/cases/declaration/{desk.trades[0].id}/decisions", headers=OF_STORY, auth=basic)
    assert found.status_code == 200 and json.loads(found.data)["acts"] == []
    desk.undo(desk.last().id)
    assert 'name="act"' in desk.browser().get(f"/declarations/{desk.key()[1]}?sandbox=story&lang=en").text


def test_calls_and_commands_are_carried_out_at_once(desk: Desk) -> None:
    act(desk.window, "story", desk.trades[0].id, "suspend", "测试")
    desk.window.settle()
    assert desk.last().done and [outcome for *_, outcome in desk.log()] == ["done"]
    client, basic = desk.browser().client, account(desk.window, "li", "reviewer")
    where = f"/api/v1/cases/declaration/{desk.trades[0].id}/decisions"
    wanted = {"action": "review", "reason": "测试"}
    assert client.post(where, json=wanted, headers=OF_STORY, auth=basic).status_code in {200, 202}
    desk.window.settle()
    assert desk.state() == "in_review" and desk.last().not_before == 0


def test_the_seconds_are_a_setting_and_none_means_at_once(
    start_story: Callable[..., StoryRunner], time: RealTime
) -> None:
    desk = Desk(start_story(undo_seconds=0), time)
    desk.decide("suspend")
    desk.window.settle()
    assert desk.last().done and [outcome for *_, outcome in desk.log()] == ["done"]


def test_it_is_sent_once_by_whoever_works_when_its_time_has_come(desk: Desk) -> None:
    desk.decide("suspend")
    first = Window(desk.window.settings)
    desk.pass_and_work(9.9, first)
    first.close()
    assert desk.last().waiting
    second, third = Window(desk.window.settings), Window(desk.window.settings)
    desk.pass_and_work(0.2, second)
    third.settle()
    for window in (second, third):
        window.close()
    assert desk.last().done and desk.receipts() > desk.before
    sent = desk.receipts()
    desk.pass_and_work(60)
    assert desk.receipts() == sent and desk.story.rows(select(delivery.c.id)) == []
    desk.assert_sound()


def test_of_two_officers_who_decide_at_once_one_is_refused(desk: Desk, time: RealTime) -> None:
    ready = Barrier(2)

    def decide(officer: Person) -> str:
        with timed_by(time):
            ready.wait()
            try:
                filing.file(
                    desk.window, "story", "declaration", number, "suspend", by=officer, reason="测试", not_before=until
                )
            except Refusal as refused:
                return refused.name
            return "filed"

    until, number = filing.end_of_undo(desk.window), int(desk.key()[1])
    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(decide, [LI, WANG]))
    assert outcomes[1] == "filed" and outcomes[0] in {"already_decided", "decided_just_now"}
    assert [decided.waiting for decided in desk.decisions()] == [True]
    desk.pass_and_work(10.1)
    assert desk.last().done
    desk.assert_sound()


def test_who_decides_after_another_has_looked_does_not_replace_his_decision(desk: Desk, time: RealTime) -> None:
    """The first decision is committed after the second has found none, and before it writes."""
    engine, until, number = desk.window.engine, filing.end_of_undo(desk.window), int(desk.key()[1])
    if engine.dialect.name == "sqlite":
        pytest.skip("one transaction writes at a time")
    overtaking = [LI]

    def decide(officer: Person) -> None:
        filing.file(desk.window, "story", "declaration", number, "suspend", by=officer, reason="测试", not_before=until)

    @event.listens_for(engine, "before_cursor_execute")
    def overtake(_: Connection, __: object, statement: str, *___: object) -> None:
        if overtaking and statement.startswith("UPDATE decision SET not_before"):
            decide(overtaking.pop())

    with timed_by(time), pytest.raises(Refusal) as refused:
        decide(WANG)
    assert refused.value.name == "decided_just_now"
    assert [(decided.by, decided.waiting) for decided in desk.decisions()] == [("li", True)]


@pytest.mark.parametrize("first", ["worker", "officer"])
def test_where_the_clocks_of_two_machines_differ_whoever_comes_first_wins(
    desk: Desk, time: RealTime, first: str
) -> None:
    browser = desk.browser()
    desk.decide("suspend", browser)
    time.pass_seconds(10.1)
    if first == "worker":
        desk.window.settle()
    ready = dispatch.ready_for_workers(desk.window.engine, ("customs",), 100)
    time.pass_seconds(-0.3)
    answer = desk.undo(desk.last().id, browser=browser)
    for work in ready:
        desk.window._workers[work.queue].work(work.ids, work.known)
    desk.pass_and_work(10)
    assert (answer.status_code, desk.state()) == ((409, "suspended") if first == "worker" else (303, "in_review"))
    desk.assert_sound()


@pytest.mark.parametrize("rate", [Decimal(60), Decimal(0)])
def test_the_seconds_are_real_however_fast_the_sandbox_is(desk: Desk, rate: Decimal) -> None:
    moving = update(sandbox).values(clock_set_at=desk.time.at, clock_rate=str(rate))
    carry_out(desk.window.engine, moving.where(sandbox.c.name == "story"))
    desk.decide("suspend")
    desk.time.pass_seconds(9.9)
    desk.window.file_due()
    desk.window.settle()
    assert desk.last().waiting
    desk.pass_and_work(0.2)
    assert desk.last().done


@pytest.mark.parametrize("settled", ["sent", "taken back"])
def test_nothing_goes_on_by_itself_until_it_is_sent(story: StoryRunner, time: RealTime, settled: str) -> None:
    desk = Desk(story, time)
    desk.story.decide(desk.trades[0], "inspect")
    assert desk.story.read(deadlines.page, (0, 0), 10), "the inspection ends by itself"
    inspector = signed_in(create_app(desk.window).test_client(), desk.window, "zhao", "inspector")
    assert desk.decide("detain", inspector).status_code == 303
    desk.story.pass_time(days=30)
    assert desk.state() == "under_inspection" and desk.last().waiting
    if settled == "taken back":
        assert desk.undo(desk.last().id, browser=inspector).status_code == 303
    desk.pass_and_work(10.1)
    desk.window.advance("story", desk.window.now("story") + 1)
    assert desk.state() == ("detained" if settled == "sent" else "in_review"), "its price is still queried"
    assert not [row for row in desk.story.rows(select(deadline)) if row.due >= deadlines.HELD]


def test_time_of_the_sandbox_passes_without_waiting_for_it(desk: Desk) -> None:
    desk.decide("suspend")
    desk.story.pass_time(days=3)
    assert desk.window.now("story") >= NOON + 3 * DAY and desk.last().waiting
    desk.pass_and_work(10.1)
    assert desk.last().done


def test_many_are_taken_back_together(story: StoryRunner, time: RealTime) -> None:
    desk = Desk(story, time, 3)
    browser = desk.browser()
    ticks = [f"declaration~{desk.key(number)[1]}~{desk.version(number)}" for number in range(3)]
    form = {"act": "declaration.suspend", "case": ticks, "reason": "测试"}
    answer = browser.post("/review/cases?sandbox=story&lang=en", data=form, follow_redirects=True)
    assert "3 × Decided; it can be taken back until it is sent" in answer.text, "what ended alike is told once"
    auditor = signed_in(create_app(desk.window).test_client(), desk.window, "he", "auditor")
    told = auditor.get("/log?sandbox=story&lang=en").text
    assert re.search(r"<td>\s*in review</td>", told) and "in review → in review" not in told, (
        "a state that stays stands once"
    )
    assert desk.listed() == []
    with reading(desk.window.engine) as connection:
        own = taking_back.undoable(connection, "story", LI, time.now())
    assert {decided.until for decided in own} == {NOON + 10 * SECOND} and {decided.words.en for decided in own} == {
        "suspend"
    }
    time.pass_seconds(5)
    desk.undo(own[0].id, browser=browser)
    time.pass_seconds(4)
    answer = desk.undo(*(decided.id for decided in own), browser=browser)
    assert "2 × Taken back<" in answer.text and "has been taken back already" in answer.text
    assert [holder for _, holder in desk.listed()] == ["", "", ""], "nobody had taken them; they were only ticked"
    desk.pass_and_work(60)
    assert desk.receipts() == desk.before
    desk.assert_sound()


def test_what_its_gateway_refuses_comes_back_to_the_officer(desk: Desk) -> None:
    def came_back() -> list[tuple[str, str]]:
        with reading(desk.window.engine) as connection:
            refused = taking_back.refused_lately(connection, "story", LI)
        assert all(decided.reasons and decided.label for decided in refused)
        return [(decided.key[1], decided.action) for decided in refused]

    desk.decide("suspend")
    assert came_back() == []
    desk.change_meanwhile()
    desk.pass_and_work(10.1)
    assert desk.last().refused and came_back() == [(desk.key()[1], "suspend")]
    desk.time.pass_seconds(60)
    desk.decide("suspend")
    assert came_back() == []
    desk.pass_and_work(10.1)
    assert came_back() == []


def test_what_came_back_is_listed_for_a_day(desk: Desk) -> None:
    desk.decide("suspend")
    desk.change_meanwhile()
    desk.pass_and_work(10.1)
    for seconds, count in ((0, 1), (86_000, 1), (1_000, 0)):
        desk.time.pass_seconds(seconds)
        with reading(desk.window.engine) as connection:
            assert len(taking_back.refused_lately(connection, "story", LI)) == count


def test_a_decision_whose_delivery_is_parked_does_not_keep_its_case_from_others(desk: Desk) -> None:
    desk.decide("suspend")
    carry_out(desk.window.engine, update(delivery).values(state="parked"))
    assert [number for number, _ in desk.listed(WANG)] == [desk.key()[1]]
    assert desk.decide("reject", desk.browser("wang")).status_code == 303
    assert desk.story.read(deferred.about, *desk.key()).action == "reject"
    carry_out(desk.window.engine, update(delivery).values(state="ready"))
    desk.pass_and_work(10.1)
    assert sorted(decided.state for decided in desk.decisions()) == ["done", "refused"]


def toast(desk: Desk, path: str = "/review?sandbox=story&lang=en", **person: str) -> str:
    """What the frame of a page shows of what its visitor can take back."""
    app = create_app(desk.window)
    with app.test_request_context(path), reading(desk.window.engine) as connection:
        g.person = Person(**{"name": "li", "role": "reviewer", **person})
        requested_sandbox(connection)
        source = '{% import "console/undo.html" as undoing with context %}{{ undoing.toast() }}'
        return str(render_template_string(source))


def offered(shown: str) -> list[tuple[int, int, str]]:
    """Decision, seconds left and key (empty: none) of each offer of a page to take something back."""
    parts = (r'name="decision" value="(\d+)"', r"data-seconds-left>(\d+)<", r'data-press="(\w)"')
    found = [[re.search(part, form) for part in parts] for form in shown.split("<form")[1:]]
    return [(int(number[1]), int(seconds[1]), key[1] if key else "") for number, seconds, key in found]  # type: ignore[index]


def test_a_page_of_any_case_offers_to_take_back_what_was_decided_last(story: StoryRunner, time: RealTime) -> None:
    desk = Desk(story, time, 2)
    browser = desk.browser()
    assert offered(toast(desk)) == []
    desk.decide("suspend", browser)
    time.pass_seconds(4.2)
    desk.decide("reject", browser, number=1)
    assert offered(toast(desk)) == [(desk.last(1).id, 10, "z"), (desk.last(0).id, 6, "")], "the key takes the newest"
    assert 'role="status"' in toast(desk) and "12:00:14" in toast(desk)
    assert offered(toast(desk, name="wang")) == []
    desk.undo(desk.last(1).id, browser=browser)
    assert offered(toast(desk)) == [(desk.last(0).id, 6, "z")]
    time.pass_seconds(5.9)
    assert offered(toast(desk)) == []
    assert "Taken back: reject" in toast(desk, "/review?sandbox=story&lang=en&undone=reject")


def all_events(connection: Connection, sandbox: str) -> list[Event]:
    return list(from_store.events(connection, sandbox))


def test_a_recording_has_what_was_sent_at_the_instant_at_which_it_was_carried_out(
    story: StoryRunner, time: RealTime
) -> None:
    desk = Desk(story, time, 3)
    browser = desk.browser()
    for number in range(3):
        desk.decide("suspend", browser, number)
    desk.undo(desk.last(0).id, browser=browser)
    desk.story.pass_time(hours=1)
    desk.pass_and_work(10.1)
    desk.decide("reject", browser, 1)
    acts = [event for event in desk.story.read(all_events) if isinstance(event, OfficerAct)]
    assert [(act.action, act.at) for act in acts] == [("suspend", NOON + HOUR)] * 2


def test_an_act_and_its_effect_are_one_line_of_the_log_and_both_rows_stand_beneath(desk: Desk) -> None:
    auditor = signed_in(create_app(desk.window).test_client(), desk.window, "he", "auditor")
    desk.decide("suspend")
    desk.undo(desk.last().id)
    desk.decide("reject")
    desk.pass_and_work(10.1)
    assert [outcome for _, _, outcome in desk.log()] == ["filed", "taken_back", "filed", "done"]

    def lines(**asked: str) -> list[tuple[str, int]]:
        page = auditor.get("/log", query_string={"sandbox": "story", "lang": "en", **asked}).text
        rows = page.partition("<tbody>")[2].split("</tr>")[:-1]
        return [(re.findall(r'<td class="number">(\d+)', row)[0], row.count("<li>")) for row in rows]

    assert lines() == [("4", 2), ("2", 0), ("1", 0)], "what was taken back stays a line of its own"
    assert lines(before="4") == [("2", 0), ("1", 0)], "the act stands on the page of its last row"
    assert lines(outcome="filed") == [("3", 0), ("1", 0)]
    assert lines(act="reject", by="li") == [("4", 2)]
    file = auditor.get("/log.csv?sandbox=story&lang=en").text
    assert len(file.splitlines()) == 5, "the file has every row"


def test_a_decision_on_a_page_passes_these_functions_in_this_order(desk: Desk) -> None:
    way = listed("docs/decision-path.md")
    browser = desk.browser()
    with traced(way) as called:
        assert desk.decide("conclude", browser).status_code == 303
        desk.pass_and_work(11)
    assert desk.state() == "released"
    assert list(dict.fromkeys(called)) == way


def test_a_filter_by_reason_is_no_words_of_the_officer(story: StoryRunner, time: RealTime) -> None:
    desk = Desk(story, time, 2)
    browser = desk.browser()
    (reason,) = {row.reasons[0].rule for row in desk.queue()}
    page = browser.get(f"/review?sandbox=story&lang=en&reason={reason}").text
    form = page[page.index('<form action="/review/cases') :]
    action = re.search(r'action="([^"]+)"', form)
    assert action is not None and f"reason={reason}" in action[1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    ticks = [f"declaration~{desk.key(number)[1]}~{desk.version(number)}" for number in range(2)]
    sent = {**hidden, "act": "declaration.reject", "case": ticks, "reason": "价格证明不符"}
    answer = browser.post(action[1].replace("&amp;", "&"), data=sent)
    assert f"reason={reason}" in answer.location, "the filter stays"
    assert {desk.last(number).reason for number in range(2)} == {"价格证明不符"}
