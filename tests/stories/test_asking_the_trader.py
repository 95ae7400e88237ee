"""An officer asks the declarant of a case: the receipt says what, the case leaves the queue, and comes back with the
answer, or marked when none came."""

from __future__ import annotations

import io
from typing import Any

import pytest

from declarations.calendar import DAY, HOUR
from simulators.imports.trade import ImportTrade
from single_window.api import create_app
from single_window.cases import queue
from single_window.language.refusal import Refusal
from single_window.store import case_queue, questions
from single_window.store.engine import reading
from single_window.store.questions import Question, QuestionState
from tests.databases import ON_BOTH
from tests.officers import TESTER, named
from tests.stories.story import NOON, StoryRunner

pytestmark = ON_BOTH
LI = named("li", "reviewer")
OF_STORY = {"X-Sandbox": "story"}
WORDS = "请提供发票。须提交书面说明，2026-11-25前答复，逾期按现有材料办理"


def waiting_list(story: StoryRunner, number: int = 0) -> ImportTrade:
    trade = story.trade(number, fault="content_missing")
    story.send(trade)
    assert story.state(trade) == "in_review"
    return trade


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
