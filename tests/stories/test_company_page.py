"""A company reads on a page what it is asked, with its key, and answers with words and files; nobody else's
questions are there."""

from __future__ import annotations

import html
import re
from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest

from gateways.circumstances import Options
from single_window.api import create_app
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame import deciding
from single_window.frame.files import add
from single_window.store import decision_log, files, questions
from single_window.store.questions import Question, QuestionState
from tests.api_keys import bearer, issued
from tests.described import described_client
from tests.officers import TESTER, Browser, signed_in
from tests.stories.story import StoryRunner

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n%%EOF\n"
PAGE = "/company?sandbox=story&lang=en"


@pytest.fixture
def browser(story: StoryRunner) -> Any:
    with described_client(create_app(story.window)) as client:
        yield Browser(client)


def asked(story: StoryRunner, number: int = 0) -> Question:
    """An open question to a declarant."""
    trade = story.trade(number, fault="content_missing")
    story.send(trade)
    story.decide(trade, "ask", "请提供发票")
    found: Question = story.read(questions.of_case, ("declaration", str(story.column(trade, "id"))))[0]
    return found


def state(story: StoryRunner, question: Question) -> QuestionState:
    found: Question = story.read(questions.find, question.id)
    return found.state


def with_key(token: str, name: str = "x") -> dict[str, str]:
    """What a browser sends once somebody has typed a key as the password."""
    return {"Authorization": f"Basic {b64encode(f'{name}:{token}'.encode()).decode()}"}


def key_of(story: StoryRunner, mailbox: str, *rights: str) -> dict[str, str]:
    return with_key(issued(story.window, "story", [mailbox], rights or ("send_messages",)).token)


def give(browser: Browser, number: int, headers: dict[str, str], text: str = "附发票", *sent: tuple[str, bytes]) -> Any:
    form = {"text": text, "files": [(BytesIO(body), name) for name, body in sent]}
    where = f"/company/requests/{number}?sandbox=story&lang=en"
    return browser.post(where, data=form, headers=headers, content_type="multipart/form-data")


def test_a_company_reads_and_answers_with_its_key(story: StoryRunner, browser: Browser) -> None:
    question = asked(story)
    own = key_of(story, question.mailbox)
    shown = browser.get(PAGE, headers=own).text
    assert "请提供发票" in shown and question.number in shown and "rail" not in shown and "Words(" not in shown
    answered = give(browser, question.id, own, "附发票", ("invoice.pdf", PDF))
    assert (answered.status_code, state(story, question)) == (303, QuestionState.ANSWERED)
    assert [file.name for file in story.read(files.of_case, *question.key, 9)] == ["invoice.pdf"]
    shown = browser.get(answered.location, headers=own).text
    assert "Your answer was taken" in shown and "Nothing waits for your answer" in shown and "附发票" in shown
    found = story.read(questions.find, question.id)
    assert found.answered_by.startswith("key:")


def test_what_is_refused_stays_in_its_field(story: StoryRunner, browser: Browser) -> None:
    question, other = asked(story), asked(story, 1)
    own = with_key(issued(story.window, "story", [question.mailbox, other.mailbox], ("send_messages",)).token)
    assert "An answer has words or files" in give(browser, question.id, own, " ").text
    refused = give(browser, question.id, own, "见附件", ("a.pdf", b"<html></html>"))
    assert refused.status_code == 422 and refused.text.count(">见附件</textarea>") == 1
    assert "请提供发票" in refused.text and other.number in refused.text
    assert give(browser, question.id, own, "见附件", ("a.txt", b"x" * 10_300_000)).status_code == 413
    assert state(story, question) is QuestionState.OPEN


def test_questions_to_others_are_not_there(story: StoryRunner, browser: Browser) -> None:
    question = asked(story)
    other = key_of(story, "DXPENT0000000009")
    assert question.number not in browser.get(PAGE, headers=other).text
    assert give(browser, question.id, other).status_code == 404
    assert give(browser, 2**70, other).status_code == 404
    assert state(story, question) is QuestionState.OPEN


@pytest.mark.parametrize(
    "credentials", [{}, with_key("swk_0_wrong"), with_key(""), {"Authorization": "Bearer x"}], ids=str
)
def test_nobody_else_reads_it_from_another_machine(
    story: StoryRunner, browser: Browser, credentials: dict[str, str]
) -> None:
    question, far = asked(story), {**credentials, "X-Forwarded-For": "203.0.113.9"}
    refused = browser.get(PAGE, headers={**far, "Accept": "text/html"})
    assert refused.status_code == 401 and refused.headers["WWW-Authenticate"].startswith("Basic ")
    assert question.number not in refused.text
    assert give(browser, question.id, far).status_code == 401
    assert state(story, question) is QuestionState.OPEN


def test_a_key_needs_its_right_and_its_sandbox(story: StoryRunner, browser: Browser) -> None:
    question = asked(story)
    reader = key_of(story, question.mailbox, "read_receipts")
    story.window.make_sandbox("other", Options())
    elsewhere = with_key(issued(story.window, "other", [question.mailbox], ("send_messages",)).token)
    assert [browser.get(PAGE, headers=given).status_code for given in (reader, elsewhere)] == [403, 404]


def test_a_form_of_another_site_is_refused(story: StoryRunner, browser: Browser) -> None:
    question = asked(story)
    own = key_of(story, question.mailbox)
    where = f"/company/requests/{question.id}?sandbox=story"
    assert browser.client.post(where, data={"text": "x"}, headers=own).status_code == 400
    assert give(browser, question.id, {**own, "Origin": "https://evil.example"}).status_code == 403
    assert state(story, question) is QuestionState.OPEN


def test_a_window_for_this_machine_asks_nobody(story: StoryRunner, browser: Browser) -> None:
    question = asked(story)
    assert question.number in browser.get(PAGE).text
    assert give(browser, question.id, {}).status_code == 303
    assert browser.get("/company?sandbox=none").status_code == 404


def test_the_log_says_who_answered_for_which_company_and_by_which_way(story: StoryRunner, browser: Browser) -> None:
    keyless, keyed = asked(story), asked(story, 1)
    give(browser, keyless.id, {}, "无密钥", ("own.pdf", PDF))
    give(browser, keyed.id, key_of(story, keyed.mailbox), "有密钥")
    rows = [row for row in story.read(decision_log.entries) if row.outcome == "replied"]
    assert [(row.action, row.role) for row in rows] == [
        ("replied_on_page_without_key", "participant"),
        ("replied_on_page", "program"),
    ]
    assert rows[0].by == keyless.company != "" and rows[1].by.startswith("key:")
    assert [row.reason for row in rows] == [f"{keyless.company}：无密钥", f"{keyed.company}：有密钥"]
    assert story.read(questions.find, keyless.id).answered_by == keyless.company
    assert [file.by for file in story.read(files.of_case, *keyless.key, 9)] == [keyless.company]
    auditor = signed_in(create_app(story.window).test_client(), story.window, "lu", "auditor")
    shown = auditor.get("/log?sandbox=story&lang=en").text
    assert "without a key" in shown and "with its key" in shown


def test_a_file_of_a_company_has_its_own_name_though_an_officer_keeps_the_same_content(
    story: StoryRunner, browser: Browser
) -> None:
    question = asked(story)
    found = deciding.find(story.window, story.sandbox, DECISION_KINDS["declaration"], question.number)
    add(story.window, story.sandbox, found, "of-the-officer.pdf", "", PDF, TESTER)
    give(browser, question.id, key_of(story, question.mailbox), "附发票", ("of-the-company.pdf", PDF))
    kept = story.read(files.of_case, *question.key, 9)
    assert [(file.name, file.by == TESTER.name) for file in kept] == [
        ("of-the-officer.pdf", True),
        ("of-the-company.pdf", False),
    ]
    reader = signed_in(create_app(story.window).test_client(), story.window, "li", "reviewer")
    page = reader.get(f"/declarations/{question.subject_id}?sandbox=story&lang=en").text
    answer = page.split('id="asked"')[1].split("</section>")[0]
    assert "of-the-company.pdf" in answer and "of-the-officer.pdf" not in answer
    place = re.search(r'href="([^"]*/files/[^"]*entry=1[^"]*)"', answer)
    assert place is not None
    sent = reader.get(html.unescape(place[1]))
    assert sent.data == PDF and "of-the-company.pdf" in sent.headers["Content-Disposition"]


def test_a_key_shows_its_own_sandbox_unless_another_is_named(story: StoryRunner, browser: Browser) -> None:
    question = asked(story)
    own = issued(story.window, "story", [question.mailbox], ("send_messages",))
    assert question.number in browser.get("/company", headers=bearer(own)).text
