"""Every number that a participant may hold leads to what it belongs to; what is told agrees with what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from played_trades import SANDBOX, Played, order_no
from sqlalchemy import Connection, select

from schemas import receipt_texts
from simulators.imports import stories as simulated
from single_window.cases import acts, stories
from single_window.language import words
from single_window.language.plainly import plainly
from single_window.settings import Settings
from single_window.store import migrate
from single_window.store.engine import reading
from single_window.store.tables import message, timeline
from single_window.wiring import Window
from tests.officers import TESTER
from tests.stories.telling import Teller
from tests.tables import each


@pytest.fixture(scope="module")
def connection(played: Played) -> Iterator[Connection]:
    window = Window(Settings(data=played.data))
    with reading(window.engine) as connection:
        yield connection
    window.close()


def story_of(connection: Connection, trade: Any) -> stories.Story:
    return stories.of_order(connection, SANDBOX, order_no(trade))


@each("number", ["²", "１", "٣", "%", "A|B;'"])
def test_what_only_looks_like_a_number_leads_nowhere(connection: Connection, number: str) -> None:
    assert stories.find(connection, SANDBOX, number) == []


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
    found = stories.find(connection, SANDBOX, number(played.released))
    assert [(one.what, one.order_no, one.state) for one in found if one.what == "declaration"] == [
        ("declaration", order_no(played.released), "released")
    ]
    assert found[0].by == by


@each("name", ["invt_no", "pre_no", "id"])
def test_a_number_that_was_assigned_leads_to_the_declaration(connection: Connection, played: Played, name: str) -> None:
    head = story_of(connection, played.released).head
    assert head is not None
    assert stories.find(connection, SANDBOX, str(getattr(head, name)))[0].id == head.id


def test_a_returns_own_number_leads_to_the_return(connection: Connection, played: Played) -> None:
    found = stories.find(connection, SANDBOX, played.request_no)
    assert [(one.what, one.state, one.order_no) for one in found][:1] == [
        ("request", "accepted", order_no(played.returned))
    ]


def test_a_list_that_was_never_declared_is_found_by_its_own_number(tmp_path: Path) -> None:
    window = Window(Settings(data=tmp_path, readers=0, synchronous="OFF"))
    migrate.upgrade(window.settings.database_url)
    told = Teller(window, SANDBOX)
    staged, refused, declared = told.trade(0), told.trade(1), told.trade(2)
    told.say(simulated.staged(staged).body)
    told.send(refused, "inventory", netWeight="99999")
    told.send(declared)
    told.send(declared, "inventory", copNo="L2", appTime="20000101000000", guid="0" * 36)
    with reading(window.engine) as connection:
        for number, trade, state in (
            (staged.inventory.head["copNo"], staged, "staged"),
            (refused.inventory.head["copNo"], refused, "refused"),
            ("L2", declared, "refused"),
        ):
            found = stories.find(connection, SANDBOX, number)
            assert [(one.what, one.by, one.state, one.order_no) for one in found] == [
                ("order", "copNo", state, order_no(trade))
            ]
            with pytest.raises(acts.NotActionable, match=state):
                acts.act(window, SANDBOX, number, "reject", "x", TESTER)
        assert stories.find(connection, SANDBOX, staged.inventory.head["copNo"][:-1]) == []
    window.close()


def test_a_message_is_found_by_id_guid_and_content(connection: Connection, played: Played) -> None:
    row = connection.execute(select(message).where(message.c.sandbox == SANDBOX, message.c.state == "invalid")).one()
    for number in (str(row.id), row.guid, row.content_hash):
        assert ("message", row.id) in [(one.what, one.id) for one in stories.find(connection, SANDBOX, number)]


@each("number", ["", "  ", "nothing-has-this", "%", "_", "\\", "%|%"])
def test_what_nothing_has_leads_nowhere(connection: Connection, number: str) -> None:
    assert stories.find(connection, SANDBOX, number) == []


def test_numbers_of_another_sandbox_lead_nowhere(connection: Connection, played: Played) -> None:
    assert stories.find(connection, "main", order_no(played.released)) == []


def test_a_released_list_is_told_to_its_bill(connection: Connection, played: Played) -> None:
    told = story_of(connection, played.released)
    assert told.head is not None
    assert (told.head.state, told.head.state_words.zh, told.head.lane) == ("released", "放行", "green")
    assert [(one.kind, one.last_status) for one in told.documents] == [
        ("order", "120"),
        ("payment", "120"),
        ("waybill", "120"),
        ("inventory", "800"),
    ]
    assert [one.event for one in told.timeline if one.kind in {"inventory", "tax_bill"}] == [
        "2",
        "accepted",
        "released",
        "billed",
    ]
    assert [one.status for one in told.receipts if one.code == "622"] == ["2", "120", "800"]
    bill = told.bills[0]
    assert (bill.state, bill.value) == ("made", told.head.value)
    assert bill.total in "".join(bill.working_zh) and bill.total in "".join(bill.working_en)
    assert [one.action for one in told.next] == ["close"]
    assert {one.kind for one in told.due} == {"deadline.closing", "deadline.collection"}
    assert told.open_deliveries == 0


def test_a_rejection_says_which_rule_and_why(connection: Connection, played: Played) -> None:
    told = story_of(connection, played.rejected)
    assert told.head is not None and told.head.state == "rejected"
    assert [one.rule for one in told.head.because] == ["1327"]
    because = told.head.because[0]
    assert receipt_texts.text("1327").zh in because.words.zh and receipt_texts.text("1327").en in because.words.en
    assert because.origin == "observed"
    assert [one.event for one in told.timeline].count("rejected") == 1, "noted and received is told once"
    assert told.bills == ()
    assert {one.action for one in told.next} == {"amend", "delete"}


def test_what_only_warned_is_told_apart_from_what_refused(connection: Connection, played: Played) -> None:
    warned = [one for happening in story_of(connection, played.unregistered).timeline for one in happening.because]
    assert warned and {(one.rule, one.warning) for one in warned} == {("22001", True)}
    refused = [one for happening in story_of(connection, played.rejected).timeline for one in happening.because]
    assert refused and not any(one.warning for one in refused)


def test_a_review_names_what_an_officer_may_do(connection: Connection, played: Played) -> None:
    told = story_of(connection, played.reviewed)
    assert told.head is not None and told.head.state == "in_review"
    assert "conclude" in {one.action for one in told.next if "officer" in one.by}
    assert told.bills[0].state == "dropped"


def test_a_list_that_waits_says_for_what_until_when_and_by_which_value(connection: Connection, played: Played) -> None:
    told = story_of(connection, played.waiting)
    waiting = next(one for one in told.timeline if one.event == "waiting")
    assert [one.rule for one in waiting.because] == ["14301", "14303"]
    assert waiting.because[0].bases[0].id.startswith("windows.partner_documents@")
    assert waiting.because[0].bases[0].source
    assert [one.kind for one in told.due] == ["deadline.partners"]


def test_an_order_the_port_refused_is_told_by_its_receipts(connection: Connection, played: Played) -> None:
    told = stories.of_order(connection, SANDBOX, order_no(played.refused))
    assert told.head is None and told.documents == ()
    assert [one.status for one in told.receipts] == ["-301008"]
    assert "acturalPaid" in told.timeline[0].because[0].sentence or told.timeline[0].because[0].words.zh


def test_a_return_stands_with_its_list(connection: Connection, played: Played) -> None:
    told = story_of(connection, played.returned)
    assert [(one.kind, one.state) for one in told.requests] == [("refund", "accepted")]
    assert {"approve", "reject"} <= {one.action for one in told.requests[0].next}
    assert [one.words.en for one in told.requests[0].due] == ["the request is approved unless an officer acts"]


def test_a_message_that_its_schema_refuses_is_told_with_its_findings(connection: Connection) -> None:
    row = connection.execute(
        select(message.c.id).where(message.c.sandbox == SANDBOX, message.c.state == "invalid")
    ).scalar()
    told = stories.of_message(connection, SANDBOX, int(row or 0))
    assert told.findings and "gnum" in told.findings[0].path
    assert [one.code for one in told.receipts] == ["900"]


def test_a_message_that_was_read_is_told_with_every_answer(connection: Connection, played: Played) -> None:
    paper = next(one for one in story_of(connection, played.released).documents if one.kind == "inventory")
    told = stories.of_message(connection, SANDBOX, paper.message_id)
    assert [one.status for one in told.receipts] == ["2", "120", "800"]
    assert told.kept


def test_nothing_by_this_number_says_which_numbers_lead_somewhere(connection: Connection) -> None:
    with pytest.raises(stories.NotFound, match="copNo"):
        stories.of_order(connection, SANDBOX, "nothing")


def test_the_days_counts_add_up(connection: Connection) -> None:
    every = stories.counts(connection, SANDBOX, None)
    day = stories.latest_day(connection, SANDBOX)
    assert stories.counts(connection, SANDBOX, day).messages == every.messages
    read = every.messages["read"]
    assert sum(every.documents.values()) == read - 1, "the port refused one order"
    assert every.declarations["released"] == every.receipts["622", "800"] == every.tax.bills == 4
    assert every.receipts["900", "-0002"] == every.messages["invalid"] == 1


def test_what_is_due_for_a_return_in_review_is_the_automatic_officers_decision(tmp_path: Path) -> None:
    window = Window(Settings(data=tmp_path, readers=0, synchronous="OFF"))
    migrate.upgrade(window.settings.database_url)
    told = Teller(window, SANDBOX, automatic_officer=True)
    trade = told.trade()
    told.send(trade)
    told.say(simulated.refund(trade, str(told.column(trade, "invt_no"))).body)
    acts.act(window, SANDBOX, "T" + trade.inventory.head["copNo"][1:], "review", "", TESTER)
    window.settle()
    with reading(window.engine) as connection:
        (asked,) = story_of(connection, trade).requests
        assert stories.waiting_requests(connection, SANDBOX) == {("refund", "in_review"): 1}
    assert [(one.kind, one.words.en) for one in asked.due] == [("deadline.request", "the automatic officer decides")]
    told.pass_time(hours=2000)
    with reading(window.engine) as connection:
        assert stories.waiting_requests(connection, SANDBOX) == {}, "it has ended"
    window.close()


def test_requests_that_wait_are_counted_by_kind_and_state(connection: Connection) -> None:
    day = stories.latest_day(connection, SANDBOX)
    for counts in (stories.counts(connection, SANDBOX, None), stories.counts(connection, SANDBOX, day)):
        assert counts.requests == {("refund", "accepted"): 1}
    assert stories.counts(connection, "main", None).requests == {}


def test_every_event_that_was_noted_has_words(connection: Connection) -> None:
    noted = {name for (name,) in connection.execute(select(timeline.c.event).distinct())}
    assert noted and all(words.event(name) != words.Words(name, name) for name in noted)


def test_a_story_becomes_json_objects(connection: Connection, played: Played) -> None:
    plain = plainly(story_of(connection, played.released))
    assert plain["head"]["state_words"] == {"zh": "放行", "en": "released"}
    assert plain["head"]["released_at"].endswith("+08:00")
    assert plain["head"]["closed_at"] is None


def test_all_catalogue_words_are_there_in_both_languages() -> None:
    for section, entries in words.book().items():
        if section not in {"tone", "shown", "warning"}:
            assert all(set(entry) == {"zh", "en"} and all(entry.values()) for entry in entries.values()), section


def test_every_event_that_the_gateways_write_has_words() -> None:
    import re

    import gateways

    folder = Path(gateways.__file__).parent
    source = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    written = set(re.findall(r'event\(\w+, desk\.now,\s+"(\w+)"', source))
    assert "rejected" in written
    assert written <= set(words.book()["event"])
