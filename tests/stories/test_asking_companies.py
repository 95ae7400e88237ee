"""An officer asks the company of a case that nobody declared: a notice says what, the company sees the question and
answers it, and the case comes back at its place with the answer on top, or marked when none came."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from declarations.calendar import DAY, HOUR, day_of
from single_window.api import create_app
from single_window.cases import waiting_sentences
from single_window.cases.credit.queries import CASE_ROWS
from single_window.cases.subjects import DECISION_KINDS, values
from single_window.frame import asking, deciding
from single_window.frame.pages.decision_forms import DecisionPage
from single_window.language.refusal import Refusal
from single_window.store import case_queue, files, questions
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.questions import Question
from single_window.store.tables import participant
from tests.api_keys import bearer, issued
from tests.databases import ON_BOTH, carry_out
from tests.officers import act, signed_in
from tests.stories.commerce import Commerce
from tests.stories.overseas import Overseas
from tests.stories.overseas import told as at_once
from tests.stories.port import CARRIER, Port
from tests.stories.recalled import sold_in
from tests.stories.story import WORLD, StoryRunner
from tests.stories.test_credit import fined, tell

pytestmark = ON_BOTH
REASON, ANSWER = "请提供合同", "附合同"
PROOF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n%%EOF\n"


class Open(NamedTuple):
    """A case at a desk: its kind and number, the desk, and the type of the notices about it."""

    kind: str
    number: str
    desk: str
    notice: str


def recalled(story: StoryRunner) -> Open:
    sold_in(story).notice()
    return Open("recall", "RC1", "recalls", "RecallStatusMessage")


def short_abroad(story: StoryRunner) -> Open:
    overseas = Overseas(story)
    overseas.exported("100")
    overseas.tell(at_once("I", "2026-10-01T08:00:00+02:00", "99"), at_once("C", "2026-11-06T00:00:00+01:00", "90"))
    return Open("overseas_case", overseas.case("X").case_no, "overseas", "OverseasStockAdviceMessage")


def unproved_abroad(story: StoryRunner) -> Open:
    """Sales without vouchers, for which the clock has asked before anybody does, in vain."""
    overseas = Overseas(story)
    overseas.exported_ahead("100")
    sale = at_once("S", "2026-11-01T12:00:00+01:00", "1", ref="O1")
    overseas.tell(at_once("I", "2026-10-01T08:00:00+02:00", "99"), sale)
    story.pass_time(days=2)
    return Open("overseas_case", overseas.case("E").case_no, "overseas", "OverseasStockAdviceMessage")


def month_missing(story: StoryRunner) -> Open:
    story.window.set_options(story.sandbox, commerce="on")
    commerce = Commerce(story)
    commerce.name_reporter()
    story.pass_time(days=60)
    return Open("commerce_case", commerce.cases("O")[0].case_no, "commerce", "CommerceAdviceMessage")


def at_two_terminals(story: StoryRunner) -> Open:
    story.window.set_options(story.sandbox, port="full")
    port = Port(story)
    port.tell(port.told("GIN", 1))
    port.tell(port.told("GIN", 1), terminal=CARRIER.code)
    return Open("port_case", port.cases("T")[0].case_no, "port", "PortAdviceMessage")


def objected(story: StoryRunner) -> Open:
    tell(story, fined("P1", "1000000.01", whose=WORLD.merchants[0].code))
    number = story.read(CASE_ROWS.newest)[0].case_no
    for action in ("notify", "object"):
        act(story.window, story.sandbox, number, action, "未违法", about="credit_case")
        story.window.settle()
    return Open("credit_case", number, "credit", "CreditNoticeMessage")


DESKS = (recalled, short_abroad, unproved_abroad, month_missing, at_two_terminals, objected)


class Asked:
    """The case of a desk, whose company may be asked."""

    def __init__(self, story: StoryRunner, case: Open) -> None:
        self.story, self.case = story, case
        self.client = create_app(story.window).test_client()

    def decide(self, action: str, reason: str = "", **given: str) -> None:
        act(self.story.window, self.story.sandbox, self.case.number, action, reason, about=self.case.kind, **given)
        self.story.window.settle()

    @property
    def question(self) -> Question:
        return self.story.read(questions.page, None)[0]  # type: ignore[no-any-return]

    @property
    def queued(self) -> list[QueuedCase]:
        return list(self.story.read(case_queue.page, case_queue.QueueFilter(desks=[self.case.desk])))

    @property
    def due(self) -> dict[Key, int]:
        """The cases of the queue, and when each is due."""
        return {case.key: case.due for case in self.queued}

    @property
    def row(self) -> list[str]:
        """What the row of the case says of why it waits."""
        cases = [case for case in self.queued if case.number == self.case.number]
        return [words.en for words in self.story.read(waiting_sentences.rows_of, cases)[cases[0].key].told]

    def seen_by(self, mailbox: str) -> list[Any]:
        """The questions that the owner of a mailbox sees, with its key."""
        return self.client.get("/api/v1/requests", headers=self.key(mailbox)).json["requests"]  # type: ignore[no-any-return]

    def key(self, mailbox: str) -> dict[str, str]:
        return bearer(issued(self.story.window, "story", [mailbox], ("read_receipts", "send_messages"), owner=mailbox))

    def answer(self, asked: Question) -> Any:
        sent = {"text": ANSWER, "files": [(io.BytesIO(PROOF), "contract.pdf")]}
        where = f"/api/v1/requests/{asked.id}/answer"
        return self.client.post(where, data=sent, headers=self.key(asked.mailbox), content_type="multipart/form-data")

    def notices(self, mailbox: str) -> list[tuple[str, str, str]]:
        """Code, status and words of what a mailbox was told, oldest first."""
        where = f"/api/v1/receipts?mailbox={mailbox}&body=false&limit=500"
        told = self.client.get(where, headers={"X-Sandbox": "story"}).json["receipts"]
        return [(receipt["type"], receipt["status"], receipt["info_zh"]) for receipt in told]

    def page(self) -> str:
        """The page of the case, as an officer sees it."""
        pages = {str(page.kind.subject): page for page in values("pages", DecisionPage)}
        page, kind = pages[self.case.kind], DECISION_KINDS[self.case.kind]
        subject = deciding.find(self.story.window, "story", kind, self.case.number)
        named = self.case.number if page.by_number else str(subject.id)
        place = re.sub(r"<(path:)?number>", named, page.path).removesuffix("/decision")
        browser = signed_in(self.client, self.story.window, "wang", "supervisor")
        return str(browser.get(f"{place}?sandbox=story&lang=en").text)


@pytest.fixture(params=DESKS, ids=lambda prepare: prepare.__name__)
def case(request: pytest.FixtureRequest, story: StoryRunner) -> Asked:
    prepare: Callable[[StoryRunner], Open] = request.param
    return Asked(story, prepare(story))


def test_a_company_is_asked_answers_with_a_file_and_its_case_is_back_at_its_place(case: Asked) -> None:
    before, reason = case.due, case.row
    due = day_of(case.story.window.now("story") + 41 * DAY).isoformat()
    case.decide("ask", REASON, due=due)
    asked = case.question
    assert asked.text == f"{REASON}。须提交书面说明，{due}前答复，逾期按现有材料办理"
    code, status, words = case.notices(asked.mailbox)[-1]
    assert (code, status, asked.text in words) == (case.case.notice, "300", True), words
    assert [seen["id"] for seen in case.seen_by(asked.mailbox)] == [asked.id]
    assert case.seen_by("DXPENT0000000009") == []
    assert case.case.number not in {waits.number for waits in case.queued}
    case.story.pass_time(hours=5)
    answered = case.answer(asked)
    assert (answered.status_code, answered.json["state"]) == (200, "answered"), answered.text
    assert case.due[asked.key] == before[asked.key] + 5 * HOUR
    assert case.row == [f"Answered “{ANSWER}”", *reason], "the answer is on top of why it waits"
    assert [file.name for file in case.story.read(files.of_case, *asked.key, 9)] == ["contract.pdf"]
    shown = case.page()
    assert ANSWER in shown.split('id="asked"')[1].split("</section>")[0] and "contract.pdf" in shown


def test_without_an_answer_the_case_is_back_marked(case: Asked) -> None:
    reason = case.row
    case.decide("ask", REASON, due=day_of(case.story.window.now("story")).isoformat())
    asked = case.question
    case.story.pass_time(hours=(asked.due - case.story.window.now("story")) // HOUR - 1)
    assert asked.key not in case.due and case.question.is_open
    case.story.pass_time(hours=2)
    assert (case.question.state, asked.key in case.due) == ("silent", True)
    assert case.row == ["No answer came", *reason]
    assert case.answer(asked).json["state"] == "answered", "nobody has decided yet: it is not too late"


def test_a_company_is_reminded_and_the_question_taken_back(case: Asked) -> None:
    state = deciding.find(case.story.window, "story", DECISION_KINDS[case.case.kind], case.case.number).state
    case.decide("ask", REASON)
    asked = case.question
    case.decide("remind")
    code, status, words = case.notices(asked.mailbox)[-1]
    assert (code, status, f"催促答复：{asked.text}" in words) == (case.case.notice, "300", True), words
    assert case.question.reminders == 1
    case.decide("withdraw")
    assert "撤回" in case.notices(asked.mailbox)[-1][2]
    assert (case.question.state, asked.key in case.due, case.answer(asked).status_code) == ("withdrawn", True, 422)
    now = deciding.find(case.story.window, "story", DECISION_KINDS[case.case.kind], case.case.number)
    assert now.state == state, "a question leads nowhere"


def test_the_term_in_which_a_recall_must_begin_runs_on_while_its_company_is_asked(story: StoryRunner) -> None:
    case = Asked(story, recalled(story))
    case.decide("ask", REASON, due="2026-12-31")
    asked = case.question
    story.pass_time(hours=25)
    assert "未启动" in case.notices(asked.mailbox)[-1][2] and asked.key not in case.due
    case.answer(asked)
    story.pass_time(days=30)
    assert "未完成" in case.notices(asked.mailbox)[-1][2]


def test_a_question_is_prepared_about_what_it_waits_for_or_its_kind(case: Asked) -> None:
    own = [template.name for template in asking.templates(case.case.kind, (), {})]
    assert own and all(name.startswith(f"{case.case.kind}.") for name in own)


def test_a_refusal_is_announced_only_where_an_act_refuses(case: Asked) -> None:
    refuses = case.case.kind in {"overseas_case", "credit_case"}
    assert ('value="refuse"' in case.page().split('name="silence"', 1)[1].split("</fieldset>")[0]) == refuses
    if not refuses:
        with pytest.raises(Refusal, match="what happens without an answer"):
            case.decide("ask", REASON, silence="refuse")


def test_nobody_asks_where_nobody_would_read_it(case: Asked) -> None:
    assert "ask" in acts_of(case)
    carry_out(case.story.window.engine, participant.update().values(dxp_id=""))
    assert "ask" not in acts_of(case)


def acts_of(case: Asked) -> set[str]:
    kind = DECISION_KINDS[case.case.kind]
    subject = deciding.find(case.story.window, "story", kind, case.case.number)
    return {
        act.action
        for act in case.story.read(lambda connection, name: deciding.acts_now(connection, name, kind, subject))
    }
