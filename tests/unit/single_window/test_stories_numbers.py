"""Every number that a participant may hold leads to what it belongs to; what is shown agrees with what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from played_trades import SANDBOX, Played, order_no
from sqlalchemy import Connection, select

from schemas import receipt_texts
from simulators.imports import stories as simulated
from single_window.cases.declarations import counting
from single_window.cases.declarations.arrivals import of_message
from single_window.cases.declarations.assembly import of_order
from single_window.cases.declarations.matches import find
from single_window.cases.declarations.parts import Story
from single_window.language import phrases, words
from single_window.language.refusal import Refusal
from single_window.refused import NotFound
from single_window.settings import Settings
from single_window.store.engine import reading
from single_window.store.tables import message, timeline
from single_window.wiring import Window
from tests.databases import made_data, read_by
from tests.officers import TESTER, act
from tests.stories.story import StoryRunner
from tests.tables import each


@pytest.fixture(scope="module")
def connection(played: Played) -> Iterator[Connection]:
    window = Window(Settings(data=played.data))
    with reading(window.engine) as connection:
        yield connection
    window.close()


def story_of(connection: Connection, trade: Any) -> Story:
    return of_order(connection, SANDBOX, order_no(trade))


@each("number", ["²", "１", "٣", "%", "A|B;'"])
def test_what_only_looks_like_a_number_leads_nowhere(connection: Connection, number: str) -> None:
    assert find(connection, SANDBOX, number) == []


@each(
    ("number", "by"),
    [
        (lambda trade: trade.inventory.head["orderNo"], "orderNo"),
        (lambda trade: trade.inventory.head["copNo"], "copNo"),
        (lambda trade: trade.waybill.head["logisticsNo"], "logisticsNo"),
        (lambda trade: trade.payment.head["payTransactionId"], "payTransactionId"),
        (lambda trade: trade.inventory.head["guid"], "orderNo"),
        (lambda trade: trade.payment.head["guid"], "payTransactionId"),
    ],
)
def test_a_participants_number_leads_to_the_declaration(
    connection: Connection, played: Played, number: Any, by: str
) -> None:
    matches = find(connection, SANDBOX, number(played.released))
    assert [(match.category, match.order_no, match.state) for match in matches if match.category == "declaration"] == [
        ("declaration", order_no(played.released), "released")
    ]
    assert matches[0].by == by


@each("name", ["invt_no", "pre_no", "id"])
def test_a_number_that_was_assigned_leads_to_the_declaration(connection: Connection, played: Played, name: str) -> None:
    head = story_of(connection, played.released).head
    assert head is not None
    assert find(connection, SANDBOX, str(getattr(head, name)))[0].id == head.id


def test_a_returns_own_number_leads_to_the_return(connection: Connection, played: Played) -> None:
    matches = find(connection, SANDBOX, played.request_no)
    assert [(match.category, match.state, match.order_no) for match in matches][:1] == [
        ("request", "accepted", order_no(played.returned))
    ]


def test_a_list_that_was_never_declared_is_found_by_its_own_number(tmp_path: Path) -> None:
    made_data(tmp_path)
    window = Window(Settings(data=tmp_path, readers=0, synchronous="OFF"))
    runner = StoryRunner(window, SANDBOX)
    staged, refused, declared = runner.trade(0), runner.trade(1), runner.trade(2)
    runner.submit(simulated.staged_document(staged).body)
    runner.send(refused, "inventory", netWeight="99999")
    runner.send(declared)
    runner.send(declared, "inventory", copNo="L2", appTime="20000101000000", guid="0" * 36)
    with reading(window.engine) as connection:
        for number, trade, state in (
            (staged.inventory.head["copNo"], staged, "staged"),
            (refused.inventory.head["copNo"], refused, "refused"),
            ("L2", declared, "refused"),
        ):
            matches = find(connection, SANDBOX, number)
            assert [(match.category, match.by, match.state, match.order_no) for match in matches] == [
                ("order", "copNo", state, order_no(trade))
            ]
            with pytest.raises(Refusal, match=state):
                act(window, SANDBOX, number, "reject", "x", TESTER, as_declared=True)
        assert find(connection, SANDBOX, staged.inventory.head["copNo"][:-1]) == []
    window.close()


def test_a_message_is_found_by_id_guid_and_content(connection: Connection, played: Played) -> None:
    row = connection.execute(select(message).where(message.c.sandbox == SANDBOX, message.c.state == "invalid")).one()
    for number in (str(row.id), row.guid, row.content_hash):
        assert ("message", row.id) in [(match.category, match.id) for match in find(connection, SANDBOX, number)]


@each("number", ["", "  ", "nothing-has-this", "%", "_", "\\", "%|%"])
def test_what_nothing_has_leads_nowhere(connection: Connection, number: str) -> None:
    assert find(connection, SANDBOX, number) == []


def test_numbers_of_another_sandbox_lead_nowhere(connection: Connection, played: Played) -> None:
    assert find(connection, "main", order_no(played.released)) == []


def test_a_released_list_is_reported_to_its_bill(connection: Connection, played: Played) -> None:
    story = story_of(connection, played.released)
    assert story.head is not None
    assert (story.head.state, story.head.state_words.zh, story.head.lane) == ("released", "放行", "green")
    assert [(document.kind, document.last_status) for document in story.documents] == [
        ("order", "120"),
        ("payment", "120"),
        ("waybill", "120"),
        ("inventory", "800"),
    ]
    assert [line.event for line in story.timeline if line.kind in {"inventory", "tax_bill"}] == [
        "2",
        "accepted",
        "released",
        "billed",
    ]
    assert [receipt.status for receipt in story.receipts if receipt.code == "622"] == ["2", "120", "800"]
    bill = story.bills[0]
    assert (bill.state, bill.value) == ("made", story.head.value)
    assert bill.total in "".join(bill.working_zh) and bill.total in "".join(bill.working_en)
    assert [step.action for step in story.next] == ["close"]
    assert {deadline.kind for deadline in story.due} == {"deadline.closing", "deadline.collection"}
    assert story.open_deliveries == 0


def test_a_rejection_says_which_rule_and_why(connection: Connection, played: Played) -> None:
    story = story_of(connection, played.rejected)
    assert story.head is not None and story.head.state == "rejected"
    assert [reason.rule for reason in story.head.because] == ["1327"]
    because = story.head.because[0]
    assert receipt_texts.text("1327").zh in because.words.zh and receipt_texts.text("1327").en in because.words.en
    assert because.origin == "observed"
    assert [line.event for line in story.timeline].count("rejected") == 1, "noted and received is shown once"
    assert story.bills == ()
    assert {step.action for step in story.next} == {"amend", "delete"}


def test_what_only_warned_is_distinguished_from_what_refused(connection: Connection, played: Played) -> None:
    warned = [
        reason for happening in story_of(connection, played.unregistered).timeline for reason in happening.because
    ]
    assert warned and {(reason.rule, reason.warning) for reason in warned} == {("22001", True)}
    refused = [reason for happening in story_of(connection, played.rejected).timeline for reason in happening.because]
    assert refused and not any(reason.warning for reason in refused)


def test_a_review_names_what_an_officer_may_do(connection: Connection, played: Played) -> None:
    story = story_of(connection, played.reviewed)
    assert story.head is not None and story.head.state == "in_review"
    assert "conclude" in {step.action for step in story.next if "officer" in step.by}
    assert story.bills[0].state == "dropped"


def test_a_list_that_waits_says_for_what_until_when_and_by_which_value(connection: Connection, played: Played) -> None:
    story = story_of(connection, played.waiting)
    waiting = next(line for line in story.timeline if line.event == "waiting")
    assert [reason.rule for reason in waiting.because] == ["14301", "14303"]
    assert waiting.because[0].bases[0].id.startswith("windows.partner_documents@")
    assert waiting.because[0].bases[0].source
    assert [deadline.kind for deadline in story.due] == ["deadline.partners"]


def test_an_order_the_port_refused_is_described_by_its_receipts(connection: Connection, played: Played) -> None:
    story = of_order(connection, SANDBOX, order_no(played.refused))
    assert story.head is None and story.documents == ()
    assert [receipt.status for receipt in story.receipts] == ["-301008"]
    assert "acturalPaid" in story.timeline[0].because[0].sentence or story.timeline[0].because[0].words.zh


def test_a_return_stands_with_its_list(connection: Connection, played: Played) -> None:
    story = story_of(connection, played.returned)
    assert [(request.kind, request.state) for request in story.requests] == [("refund", "accepted")]
    assert {"approve", "reject"} <= {step.action for step in story.requests[0].next}
    assert [deadline.words.en for deadline in story.requests[0].due] == [
        "the request is approved unless an officer acts"
    ]


def test_a_message_that_its_schema_refuses_is_reported_with_its_findings(connection: Connection) -> None:
    row = connection.execute(
        select(message.c.id).where(message.c.sandbox == SANDBOX, message.c.state == "invalid")
    ).scalar()
    story = of_message(connection, SANDBOX, int(row or 0))
    assert story.findings and "gnum" in story.findings[0].path
    assert [receipt.code for receipt in story.receipts] == ["900"]


def test_a_message_that_was_read_is_reported_with_every_answer(connection: Connection, played: Played) -> None:
    paper = next(
        document for document in story_of(connection, played.released).documents if document.kind == "inventory"
    )
    story = of_message(connection, SANDBOX, paper.message_id)
    assert [receipt.status for receipt in story.receipts] == ["2", "120", "800"]
    assert story.kept


def test_nothing_by_this_number_says_which_numbers_lead_somewhere(connection: Connection) -> None:
    with pytest.raises(NotFound, match="copNo"):
        of_order(connection, SANDBOX, "nothing")


def test_the_days_counts_add_up(connection: Connection) -> None:
    every = counting.count_day(connection, SANDBOX, None)
    day = counting.latest_day(connection, SANDBOX)
    assert counting.count_day(connection, SANDBOX, day).messages == every.messages
    read = every.messages["read"]
    assert sum(every.documents.values()) == read - 1, "the port refused one order"
    assert every.declarations["released"] == every.receipts["622", "800"] == every.tax.bills == 4
    assert every.receipts["900", "-0002"] == every.messages["invalid"] == 1


def test_what_is_due_for_a_return_in_review_is_the_automatic_officers_decision(tmp_path: Path) -> None:
    made_data(tmp_path)
    window = Window(Settings(data=tmp_path, readers=0, synchronous="OFF"))
    runner = StoryRunner(window, SANDBOX, automatic_officer=True)
    trade = runner.trade()
    runner.send(trade)
    runner.submit(simulated.refund(trade, str(runner.column(trade, "invt_no"))).body)
    act(window, SANDBOX, "T" + trade.inventory.head["copNo"][1:], "review", "", TESTER, as_declared=True)
    window.settle()
    with reading(window.engine) as connection:
        (request,) = story_of(connection, trade).requests
        assert counting.waiting_requests(connection, SANDBOX) == {("refund", "in_review"): 1}
    assert [(deadline.kind, deadline.words.en) for deadline in request.due] == [
        ("deadline.request", "the automatic officer decides")
    ]
    runner.pass_time(hours=2000)
    assert read_by(window.engine, counting.waiting_requests, SANDBOX) == {}, "it has ended"
    window.close()


def test_requests_that_wait_are_counted_by_kind_and_state(connection: Connection) -> None:
    day = counting.latest_day(connection, SANDBOX)
    for counts in (counting.count_day(connection, SANDBOX, None), counting.count_day(connection, SANDBOX, day)):
        assert counts.requests == {("refund", "accepted"): 1}
    assert counting.count_day(connection, "main", None).requests == {}


def test_every_event_that_was_noted_has_words(connection: Connection) -> None:
    noted = {name for (name,) in connection.execute(select(timeline.c.event).distinct())}
    assert noted and all(phrases.event(name) != words.Words(name, name) for name in noted)


def test_a_story_becomes_json_objects(connection: Connection, played: Played) -> None:
    plain = msgspec.to_builtins(story_of(connection, played.released))
    assert plain["head"]["state_words"] == {"zh": "放行", "en": "released"}
    assert plain["head"]["released_at"].endswith("Z")
    assert plain["head"]["closed_at"] == ""


def test_all_catalogue_words_are_there_in_both_languages() -> None:
    for section, entries in phrases.book().items():
        if section not in {"tone", "shown", "warning"}:
            assert all(set(phrase) == {"zh", "en"} and all(phrase.values()) for phrase in entries.values()), section


def test_every_event_that_the_gateways_write_has_words() -> None:
    import re

    import gateways

    folder = Path(gateways.__file__).parent
    source = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    written = set(re.findall(r'event\(\w+, desk\.now,\s+"(\w+)"', source))
    assert "rejected" in written
    assert written <= set(phrases.book()["event"])
