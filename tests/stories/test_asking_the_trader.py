"""An officer asks the declarant of a case: the receipt says what, the case leaves the queue, and comes back with the
answer, or marked when none came."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any, NamedTuple

import pytest

from declarations.calendar import DAY, HOUR
from simulators.imports import stories
from simulators.imports.trade import ImportTrade
from single_window.api import create_app
from single_window.cases import queue
from single_window.clock import timed_by
from single_window.language.refusal import Refusal
from single_window.store import case_queue, decision_log, files, questions
from single_window.store.decisions import decisions_about
from single_window.store.engine import reading
from single_window.store.questions import Question, QuestionState
from single_window.work import filing
from tests.api_keys import bearer, issued
from tests.databases import ON_BOTH
from tests.officers import PASSWORD, TESTER, act, named, signed_in
from tests.stories.exchanging import Exchanging, leg
from tests.stories.exporting import Sale
from tests.stories.refunding import Refunding, export, inventory, purchase
from tests.stories.registering import NEWCOMER, application
from tests.stories.story import NOON, StoryRunner
from tests.stories.test_acts_of_roles import FIELD, Minutes

pytestmark = ON_BOTH
LI = named("li", "reviewer")
OF_STORY = {"X-Sandbox": "story"}
WORDS = "请提供发票。须提交书面说明，2026-11-25前答复，逾期按现有材料办理"


def waiting_list(story: StoryRunner, number: int = 0) -> ImportTrade:
    trade = story.trade(number, fault="content_missing")
    story.send(trade)
    assert story.state(trade) == "in_review"
    return trade


class Asked(NamedTuple):
    """A case that somebody may be asked about: its kind, its number, its desk, and the status of the receipt."""

    kind: str
    number: str
    desk: str
    status: str


def of_review(story: StoryRunner) -> Asked:
    return Asked("declaration", waiting_list(story).id, "review", "600")


def of_inspection(story: StoryRunner) -> Asked:
    trade = waiting_list(story)
    story.decide(trade, "inspect")
    return Asked("declaration", trade.id, "inspection", "600")


def of_exports(story: StoryRunner) -> Asked:
    sale = Sale(1)
    story.submit(*sale.messages())
    act(story.window, story.sandbox, sale.id, "review", "抽查")
    story.window.settle()
    return Asked("declaration", sale.id, "review", "300")


def of_requests(story: StoryRunner) -> Asked:
    trade = story.trade(60)
    story.send(trade)
    story.submit(stories.refund(trade, str(story.column(trade, "invt_no"))).body)
    number = story.read(case_queue.page, case_queue.QueueFilter(desks=["review"]))[0].number
    return Asked("request", number, "review", "300")


def of_refunds(story: StoryRunner) -> Asked:
    driver = Refunding(story)
    item = driver.summarised([inventory(1)])[0] + "001"
    story.submit(driver.paper())
    story.submit(driver.claim([export(item), purchase("FP1")], "TS1"))
    return Asked("refund_claim", "TS1", "refunds", "300")


def of_exchange(story: StoryRunner) -> Asked:
    driver = Exchanging(story, "C")
    (order,) = driver.sold(1)
    driver.reports(leg(order))
    return Asked("forex_report", "SH1", "exchange", "300")


def of_registrations(story: StoryRunner) -> Asked:
    story.submit(application(NEWCOMER, kinds="merchant;warehouse"))
    return Asked("registration", NEWCOMER.code, "registrations", "300")


WRONG: tuple[dict[str, Any], ...] = (
    {"reason": ""},
    {"due": "2026-11-19"},
    {"due": "2027-11-19"},
    {"due": "tomorrow"},
    {"silence": "burn"},
    {"questions": ["请说明"] * 10},
    {"questions": ["长" * 600, "长" * 600]},
)
DESKS = (of_review, of_inspection, of_exports, of_requests, of_refunds, of_exchange, of_registrations)


def at_desk(story: StoryRunner, case: Asked) -> list[case_queue.Key]:
    """The cases in the queue of a desk."""
    found = story.read(case_queue.page, case_queue.QueueFilter(desks=[case.desk]))
    return [waits.key for waits in found]


def newest(story: StoryRunner) -> Question:
    found: Question = story.read(questions.page, None)[0]
    return found


def told(story: StoryRunner, asked: Question) -> tuple[str, str]:
    """Status and words of the newest receipt in the mailbox of whoever was asked."""
    client = create_app(story.window).test_client()
    found = client.get(f"/api/v1/receipts?mailbox={asked.mailbox}&body=false", headers=OF_STORY).json["receipts"]
    return found[-1]["status"], found[-1]["info_zh"]


def key(story: StoryRunner, trade: ImportTrade) -> case_queue.Key:
    return "declaration", str(story.column(trade, "id"))


def asked(story: StoryRunner, trade: ImportTrade) -> Question:
    found: Question = story.read(questions.of_case, key(story, trade))[0]
    return found


def queued(story: StoryRunner) -> list[case_queue.QueuedCase]:
    with reading(story.window.engine) as connection:
        page = queue.queue_page(connection, "story", queue.queue_query(connection, "story", LI))
    assert page.views[""] == page.by_desk.get("review", 0) == len(page.cases)
    return list(page.cases)


def answer(story: StoryRunner, number: int, text: str = "附发票", **files: bytes) -> Any:
    client = create_app(story.window).test_client()
    sent = {"text": text, "files": [(io.BytesIO(body), name) for name, body in files.items()]}
    where = f"/api/v1/requests/{number}/answer"
    return client.post(where, data=sent, headers=OF_STORY, content_type="multipart/form-data")


def test_a_list_is_asked_and_comes_back_at_its_place_with_the_answer(story: StoryRunner) -> None:
    trade, other = waiting_list(story), waiting_list(story, 1)
    before = {case.key: case.due for case in queued(story)}
    story.decide(trade, "ask", "请提供发票")
    last = story.receipts(trade)[-1]
    assert (last.return_status, WORDS in last.info) == ("600", True), last.info
    assert (story.state(trade), [case.key for case in queued(story)]) == ("suspended", [key(story, other)])
    question = asked(story, trade)
    assert (question.text, question.by, question.due) == (WORDS, "tester", NOON + 12 * HOUR + 5 * DAY)
    story.pass_time(hours=5)
    given = answer(story, question.id, "附发票", invoice_txt="发票：100元".encode())
    assert given.status_code == 200, given.text
    assert given.json["state"] == "answered" and len(given.json["files"]) == 1
    back = {case.key: case.due for case in queued(story)}
    assert back[key(story, trade)] == before[key(story, trade)] + 5 * HOUR


@pytest.mark.parametrize("prepare", DESKS)
def test_every_desk_asks_and_gets_its_case_back(story: StoryRunner, prepare: Callable[[StoryRunner], Asked]) -> None:
    case = prepare(story)
    act(story.window, story.sandbox, case.number, "ask", "请提供合同", about=case.kind, due="2026-12-18")
    story.window.settle()
    asked = newest(story)
    status, words = told(story, asked)
    assert (status, asked.text in words, at_desk(story, case)) == (case.status, True, [])
    assert answer(story, asked.id).json["state"] == "answered"
    assert at_desk(story, case) == [asked.key]
    act(story.window, story.sandbox, case.number, "ask", "请提供发票", about=case.kind)
    story.window.settle()
    act(story.window, story.sandbox, case.number, "remind", about=case.kind)
    story.window.settle()
    assert told(story, asked)[1].count("催促答复") == 1 and at_desk(story, case) == []
    act(story.window, story.sandbox, case.number, "withdraw", about=case.kind)
    story.window.settle()
    states = [question.state for question in story.read(questions.page, None)]
    assert (states, at_desk(story, case)) == ([QuestionState.WITHDRAWN, QuestionState.ANSWERED], [asked.key])


def test_two_who_ask_at_once_leave_one_question(story: StoryRunner) -> None:
    trade = waiting_list(story)
    for reason in ("请提供发票", "请提供合同"):
        act(story.window, story.sandbox, trade.id, "ask", reason)
    story.window.settle()
    states = [question.state for question in story.read(questions.page, None)]
    assert states in (["open"], ["open", "withdrawn"])


def test_several_questions_go_together(story: StoryRunner) -> None:
    trade = waiting_list(story)
    story.decide(
        trade, "ask", "", questions=["请提供发票。", "请说明价格"], returns="files", silence="refuse", due="2026-11-23"
    )
    assert asked(story, trade).text == "1. 请提供发票；2. 请说明价格。须提交证明文件，2026-11-23前答复，逾期予以退单"


def test_a_question_without_words_or_day_is_refused(story: StoryRunner) -> None:
    trade = waiting_list(story)
    for given in WRONG:
        with pytest.raises(Refusal):
            act(story.window, story.sandbox, trade.id, "ask", **{"reason": "请提供发票", **given})


def test_a_question_that_is_recorded_and_asked_again_has_the_same_words(story: StoryRunner) -> None:
    first, second = waiting_list(story), waiting_list(story, 1)
    story.decide(first, "ask", "", questions=["请提供发票", "请说明价格"])
    done = asked(story, first)
    story.decide(second, "ask", done.text, due="2026-11-25", returns=done.returns, silence=done.silence)
    assert asked(story, second).text == done.text


def test_a_question_filed_without_a_day_has_that_of_the_law(story: StoryRunner) -> None:
    trade = waiting_list(story)
    number = int(str(story.column(trade, "id")))
    filing.file(story.window, story.sandbox, "declaration", number, "ask", by=TESTER, reason="请提供发票")
    story.window.settle()
    assert asked(story, trade).due == NOON + 12 * HOUR + 5 * DAY  # 2026-11-25, the third working day


def test_silence_brings_the_case_back_marked(story: StoryRunner) -> None:
    trade = waiting_list(story)
    story.decide(trade, "ask", "请提供发票", due="2026-11-21")
    story.pass_time(hours=35)
    assert queued(story) == [] and asked(story, trade).state is QuestionState.OPEN
    story.pass_time(hours=2)
    assert [case.key for case in queued(story)] == [key(story, trade)]
    assert asked(story, trade).state is QuestionState.SILENT
    assert answer(story, asked(story, trade).id).json["state"] == "answered"


def test_what_is_open_is_not_asked_again_but_reminded_and_taken_back(story: StoryRunner) -> None:
    trade = waiting_list(story)
    story.decide(trade, "ask", "请提供发票")
    with pytest.raises(Refusal, match="ask"):
        story.decide(trade, "ask", "请提供合同")
    story.decide(trade, "remind", "")
    assert story.receipts(trade)[-1].info.endswith(f"催促答复：{WORDS}]")
    assert asked(story, trade).reminders == 1
    story.decide(trade, "withdraw", "")
    assert (story.state(trade), asked(story, trade).state) == ("in_review", QuestionState.WITHDRAWN)
    assert len(queued(story)) == 1 and answer(story, asked(story, trade).id).status_code == 422


def test_a_newer_list_closes_the_question(story: StoryRunner) -> None:
    trade = waiting_list(story)
    story.decide(trade, "ask", "请提供发票")
    numbers = {"preNo": str(story.column(trade, "pre_no")), "invtNo": str(story.column(trade, "invt_no"))}
    story.send(trade, "inventory", appTime="20261120130000", appType="2", **numbers)
    assert asked(story, trade).state is QuestionState.SUPERSEDED, story.statuses(trade)


def test_who_decides_without_an_answer_closes_the_question(story: StoryRunner) -> None:
    trade = waiting_list(story)
    story.decide(trade, "ask", "请提供发票")
    story.decide(trade, "reject", "单证不齐", TESTER)
    assert (asked(story, trade).state, queued(story)) == (QuestionState.DECIDED, [])


def as_company(story: StoryRunner, mailbox: str, *wanted: str) -> dict[str, str]:
    """The headers of calls by a company with a key for its own mailbox."""
    return bearer(issued(story.window, "story", [mailbox], wanted or ("read_receipts", "send_messages"), owner=mailbox))


def test_a_company_sees_and_answers_its_own_questions_only(story: StoryRunner) -> None:
    trade = waiting_list(story)
    story.decide(trade, "ask", "请提供发票")
    question, client = asked(story, trade), create_app(story.window).test_client()
    mine, other = as_company(story, question.mailbox), as_company(story, "DXPENT0000000009")
    where = f"/api/v1/requests/{question.id}"
    assert [found["id"] for found in client.get("/api/v1/requests", headers=mine).json["requests"]] == [question.id]
    assert client.get("/api/v1/requests", headers=other).json["requests"] == []
    shown = client.get(where, headers=mine).json
    assert (shown["state"], shown["text"], shown["returns"]) == ("open", WORDS, ["explanation"])
    assert [client.get(where, headers=other).status_code, client.get(f"{where}9", headers=mine).status_code] == [
        404,
        404,
    ]
    sent: dict[str, Any] = {"data": {"text": "附发票"}, "content_type": "multipart/form-data"}
    assert client.post(f"{where}/answer", headers=other, **sent).status_code == 404
    officers = as_company(story, "DXPENT0000000008", "act_as_officer", "send_messages")
    seen = [
        client.get(where, headers=officers).status_code,
        client.post(f"{where}/answer", headers=officers, **sent).status_code,
    ]
    assert seen == [200, 404], "a program of officers sees all questions and answers none but its own"
    reader = as_company(story, question.mailbox, "read_receipts")
    assert client.post(f"{where}/answer", headers=reader, **sent).status_code == 403
    assert asked(story, trade).is_open
    assert client.post(f"{where}/answer", headers=mine, **sent).json["answer"] == "附发票"


def test_the_same_answer_again_changes_nothing_and_another_is_refused(story: StoryRunner) -> None:
    trade = waiting_list(story)
    story.decide(trade, "ask", "请提供发票")
    number = asked(story, trade).id
    body = "发票：100元".encode()
    first, again = answer(story, number, "附发票", a_txt=body), answer(story, number, "附发票", a_txt=body)
    assert (first.status_code, again.json) == (200, first.json)
    assert answer(story, number, "另附合同").status_code == 422
    key_of_case = key(story, trade)
    assert len(story.read(files.of_case, *key_of_case, 9)) == 1
    outcomes = [row.outcome for row in story.read(decision_log.entries)]
    assert (outcomes.count("replied"), outcomes.count("attached")) == (1, 1)


def test_values_that_an_answer_names_stand_beside_the_documents(story: StoryRunner) -> None:
    trade = waiting_list(story)
    story.decide(trade, "ask", "请提供发票")
    client = create_app(story.window).test_client()
    page = f"/declarations/{story.column(trade, 'id')}?sandbox=story&lang=en"
    assert "<th>Answer</th>" not in client.get(page).text
    answer(story, asked(story, trade).id, "发票见附件\n运费：<b>12.50\n订购人（支付人）证件号码：110101199003070011")
    shown = client.get(page).text
    assert "<th>Answer</th>" in shown and re.search(r'data-of="Answer">\s*&lt;b&gt;12.50<', shown)
    assert re.search(r'data-of="Answer">\s*1101\*\*\*\*0011<', shown)
    assert "发票见附件" in shown.split('id="asked"')[1].split("</section>")[0]


@pytest.mark.parametrize("sent", [{"text": ""}, {"text": "长" * 4_001}, {"text": "x", "a_html": b"<html></html>"}])
def test_an_answer_without_anything_or_with_what_a_browser_runs_is_refused(
    story: StoryRunner, sent: dict[str, Any]
) -> None:
    trade = waiting_list(story)
    story.decide(trade, "ask", "请提供发票")
    assert answer(story, asked(story, trade).id, **sent).status_code in {400, 422}
    assert asked(story, trade).is_open and story.read(files.of_case, *key(story, trade), 9) == []


def test_a_question_of_a_page_can_be_taken_back_before_anybody_has_read_it(start_story: Any) -> None:
    story = start_story(undo_seconds=10)
    trade = waiting_list(story)
    browser = signed_in(create_app(story.window).test_client(), story.window, "li", "reviewer")
    where, version = key(story, trade)[1], str(story.column(trade, "version"))
    form = {"act": "ask", "version": version, "questions": ["2"], "question-2": "请说明成分", "returns": ["files"]}
    sent = browser.post(f"/declarations/{where}/decision?sandbox=story", data=form)
    assert sent.status_code == 303 and queued(story) == []
    (decided,) = story.read(decisions_about, *key(story, trade))
    assert decided.reason == "请说明成分。须提交证明文件，2026-11-25前答复，逾期按现有材料办理"
    assert browser.post("/undo?sandbox=story", data={"decision": [decided.id]}).status_code == 303
    story.window.settle()
    assert (story.state(trade), story.read(questions.page, None), len(queued(story))) == ("in_review", [], 1)


@pytest.mark.parametrize("answered", [True, False])
def test_nothing_happens_by_itself_to_what_is_asked_until_an_officer_is_through_with_it(
    start_story: Any, answered: bool
) -> None:
    story = start_story(automatic_officer=True)
    trade = waiting_list(story)
    story.decide(trade, "inspect")
    story.decide(trade, "ask", "请提供合同", due="2026-12-29")
    story.pass_time(days=30)  # the automatic officer would have decided within days
    assert (asked(story, trade).is_open, story.state(trade)) == (True, "under_inspection")
    if answered:
        assert answer(story, asked(story, trade).id).status_code == 200
    story.pass_time(days=30)
    assert not asked(story, trade).is_open and story.state(trade) == "under_inspection"
    story.decide(trade, "ask", "请再提供一次", due="2027-03-29")
    story.decide(trade, "withdraw")
    story.pass_time(days=1)
    assert story.state(trade) == "under_inspection", "as much time is left as when he was asked"
    story.pass_time(days=2)
    assert story.state(trade) != "under_inspection"


def test_a_newer_claim_closes_the_question(story: StoryRunner) -> None:
    driver = Refunding(story)
    item = driver.summarised([inventory(1)])[0] + "001"
    story.submit(driver.paper())
    story.submit(driver.claim([export(item), purchase("FP1")], "TS1"))
    act(story.window, story.sandbox, "TS1", "ask", "请补正数量", about="refund_claim")
    story.window.settle()
    corrected = [export(item, qty="1", fob="12.90"), purchase("FP1", qty="1", amount="10.00")]
    story.submit(driver.claim(corrected, "TS1", appType="2"))
    assert newest(story).state is QuestionState.SUPERSEDED
    assert answer(story, newest(story).id).status_code == 422


def test_a_question_that_is_refused_stays_in_the_form_as_it_was_typed(story: StoryRunner) -> None:
    trade = waiting_list(story)
    browser = signed_in(create_app(story.window).test_client(), story.window, "li", "reviewer")
    where, version = key(story, trade)[1], str(story.column(trade, "version"))
    form = {"act": "ask", "version": version, "questions": ["2"], "question-2": "请说明<成分>", "silence": "refuse"}
    shown = browser.post(f"/declarations/{where}/decision?sandbox=story", data={**form, "due": "2020-01-01"})
    assert shown.status_code == 422 and "2020-01-01" in shown.text
    assert "请说明&lt;成分&gt;</textarea>" in shown.text
    assert re.findall(r'name="questions" value="(\d)"[^>]* checked', shown.text) == ["2"]
    assert re.findall(r'name="silence" value="(\w+)"[^>]* checked', shown.text) == ["refuse"]
    assert story.read(questions.page, None) == []


ROLES = {"review": "reviewer", "inspection": "inspector", "refunds": "tax_officer", "exchange": "exchange_officer"}


@pytest.mark.parametrize("of", [of for of in DESKS if of is not of_inspection], ids=lambda of: of.__name__)
@pytest.mark.parametrize("ended", [False, True], ids=["refused", "session ended"])
def test_what_was_typed_stands_in_the_form_again_at_every_desk(
    story: StoryRunner, of: Callable[[StoryRunner], Asked], ended: bool
) -> None:
    case, app, minutes = of(story), create_app(story.window), Minutes()
    role = ROLES.get(case.desk, "registrar")
    with timed_by(minutes):
        browser = signed_in(app.test_client(), story.window, f"a-{role}", role)
        queue = browser.get(f"/review?sandbox=story&lang=en&desk={case.desk}").text
        opened = re.findall(r'href="([^"]+)"[^>]* data-open', queue) or [
            f"/refunds/{case.number}?sandbox=story&amp;lang=en"
        ]
        bar = browser.get(unescape(opened[0])).text
        form = re.search(r'id="form-ask[^"]*" action="([^"]+)"', bar)
        assert form is not None, bar[-2_000:]
        version = re.findall(r'name="version" value="(\d+)"', bar)[0]
        typed = {"act": "ask", "version": version, "reason": "请说明<成分>", "due": "2020-01-01", "silence": "refuse"}
        if ended:
            minutes.at += story.window.settings.session_idle + 1
        shown = browser.post(unescape(form[1]), data=typed)
        if ended:
            kept = {name: unescape(text) for name, text in FIELD.findall(shown.text) if name != "csrf_token"}
            signed = {**kept, "name": f"a-{role}", "password": PASSWORD}
            shown = browser.post("/sign-in?sandbox=story&lang=en", data=signed)
    assert shown.status_code == (200 if ended else 422)
    armed = shown.text.partition(f'action="{form[1]}"')[2].partition("</form>")[0]
    asked = next(part for part in shown.text.split("<form")[1:] if 'id="form-ask' in part)
    assert armed and 'value="请说明&lt;成分&gt;"' in asked and 'value="2020-01-01"' in asked
    assert story.read(questions.page, None) == []


def test_many_are_asked_at_once_each_with_a_question_of_its_own(story: StoryRunner) -> None:
    trades = [waiting_list(story, number) for number in range(2)]
    browser = signed_in(create_app(story.window).test_client(), story.window, "li", "reviewer")
    of = "-declaration.ask"
    ticked = [f"declaration~{key(story, trade)[1]}~{story.column(trade, 'version')}" for trade in trades]
    form = {"act": "declaration.ask", "case": ticked, f"questions{of}": ["1"], f"question-1{of}": "请提供合同"}
    form["due"] = "2026-11-24"
    sent = browser.post("/review/cases?sandbox=story&lang=en", data=form, follow_redirects=True)
    assert sent.status_code == 200 and "chip bad" not in sent.text
    story.window.settle()
    texts = {question.text for question in story.read(questions.page, None)}
    assert (len(story.read(questions.page, None)), texts) == (2, {"请提供合同。2026-11-24前答复，逾期按现有材料办理"})
