"""Whoever holds a list, a company of it, its goods or a lot: it waits before its lane and before its release, says why,
who holds it and until when, and goes on when nobody does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from declarations.calendar import HOUR
from declarations.reasons import Reason
from gateways.agencies import ROUTES
from gateways.desk import Desk
from gateways.holds import Held
from single_window.api.app import create_app
from single_window.cases import assignment, queue
from single_window.cases.assignment import LET_GO, Wanted
from single_window.clock import system_now
from single_window.store.engine import writing
from single_window.store.gateway_results import write_answers
from single_window.store.tables import decision
from single_window.store.written import finish
from tests.databases import ON_BOTH
from tests.officers import TESTER, act, change_parameter, named
from tests.stories.batching import Batching
from tests.stories.exporting import Sale, note
from tests.unattended import unattended

pytestmark = ON_BOTH
BY, WHY = "pest_checks:P1", Reason("16002", {"reason": "检出有害生物"})
"""An agency that no room of customs knows, and its reason."""


GRADES = ("advanced", "certified", "ordinary", "dishonest")


def of_another_agency(story: Any, does: Callable[[Desk[None]], None]) -> None:
    """Another agency does something at its desk, and what it answers is written and handled."""
    with writing(story.window.engine) as connection:
        desk: Desk[Any] = Desk(None, story.window.circumstances(connection, story.sandbox), ROUTES)
        does(desk)
        finish(
            connection,
            [write_answers(connection, story.window.numbering, story.sandbox, desk.answers, desk.now, system_now())],
        )
    story.window.settle()
    story.window.file_due()
    story.window.settle()


def hold(story: Any, kind: Held, key: str, *, hours: int = 0, why: Reason = WHY) -> None:
    until = story.window.now(story.sandbox) + hours * HOUR if hours else 0
    of_another_agency(story, lambda desk: desk.hold(kind, key, BY, why, until))


def lift(story: Any, kind: Held, key: str) -> None:
    of_another_agency(story, lambda desk: desk.lift(kind, key, BY))


def keys_of(trade: Any) -> dict[str, tuple[Held, str]]:
    """What of a trade can be held before its list is there."""
    head, line = trade.document("inventory").head, trade.document("inventory").lines[0]
    return {
        "its goods": (Held.GOODS, line["gcode"]),
        "goods of its chapter": (Held.GOODS, line["gcode"][:2]),
        "its company's goods of a number": (Held.GOODS, f"{head['ebcCode']}|{line['itemNo']}"),
        "its lot": (Held.LOT, f"{head['emsNo']}|{line['itemRecordNo']}"),
        "its company": (Held.COMPANY, head["ebcCode"]),
        "its platform": (Held.COMPANY, head["ebpCode"]),
        "its carrier": (Held.COMPANY, head["logisticsCode"]),
    }


WHAT = (
    *("its goods", "goods of its chapter", "its company's goods of a number", "its lot"),
    *("its company", "its platform", "its carrier"),
)


@pytest.mark.parametrize("what", WHAT)
def test_a_list_waits_before_its_lane_and_goes_on_when_the_hold_is_lifted(story: Any, what: str) -> None:
    trade = story.trade(0, "1210")
    kind, key = keys_of(trade)[what]
    hold(story, kind, key)
    story.send(trade)
    assert story.state(trade) == "in_review" and story.statuses(trade)[-1] == "300"
    (waits,) = [line.reasons for line in story.timeline(trade) if line.event == "review"]
    assert "检出有害生物" in waits and "14211" in waits and BY.partition(":")[2] in waits
    lift(story, kind, key)
    assert story.state(trade) == "released" and story.statuses(trade)[-3:] == ["300", "399", "800"]


def test_a_held_list_that_was_suspended_and_reviewed_again_still_goes_on_when_the_hold_is_lifted(story: Any) -> None:
    trade = story.trade(0, "1210")
    kind, key = keys_of(trade)["its lot"]
    hold(story, kind, key)
    story.send(trade)
    for _ in range(2):
        for step in ("suspend", "review"):
            story.decide(trade, step, "核对")
    assert str(story.column(trade, "reasons")).count("14211") == 1
    lift(story, kind, key)
    assert story.state(trade) == "released"


def rates(story: Any, rate: str) -> None:
    """This share of all lists is inspected, and nothing fails."""
    for name, numbers in (("rates", dict.fromkeys(GRADES, rate)), ("quality_failure", {"": "0"})):
        change_parameter(
            story.window, story.sandbox, f"inspection.{name}", numbers, "2026-11-20", by=TESTER, reason="测试"
        )


@pytest.mark.parametrize("what", ["its list", *WHAT])
def test_a_list_that_is_held_while_it_is_inspected_waits_before_its_release(start_story: Any, what: str) -> None:
    story = start_story(inspection=True)
    rates(story, "1")
    trade = story.trade(0, "1210")
    story.send(trade)
    assert story.state(trade) == "under_inspection"
    kind, key = {**keys_of(trade), "its list": (Held.LIST, str(story.column(trade, "id")))}[what]
    hold(story, kind, key)
    filed = act(story.window, story.sandbox, number(story, trade), "conclude", "查验合格").decision
    story.window.settle()
    ((state, answer),) = story.rows(select(decision.c.state, decision.c.answer).where(decision.c.id == filed))
    assert state == "refused" and "14211" in answer and "检出有害生物" in answer
    story.pass_time(days=3)
    assert (story.state(trade), story.column(trade, "review_cause")) == ("in_review", "held")
    lift(story, kind, key)
    assert story.state(trade) == "released"


def number(story: Any, trade: Any) -> str:
    return str(story.column(trade, "invt_no"))


def test_a_hold_that_ends_by_itself_lets_the_list_go_on_at_that_instant(story: Any) -> None:
    trade = story.trade(0)
    kind, key = Held.COMPANY, trade.document("inventory").head["ebcCode"]
    hold(story, kind, key, hours=5)
    story.send(trade)
    assert "14211.until" in str(story.column(trade, "reasons"))
    story.pass_time(hours=4)
    assert story.state(trade) == "in_review"
    story.pass_time(hours=1)
    assert story.state(trade) == "released"


def test_a_list_that_somebody_else_holds_since_it_waits_waits_for_him_and_says_so(story: Any) -> None:
    trade = story.trade(0)
    head = trade.document("inventory").head
    hold(story, Held.COMPANY, head["ebcCode"])
    story.send(trade)
    hold(story, Held.COMPANY, head["ebpCode"], why=Reason("16002", {"reason": "平台被查"}))
    lift(story, Held.COMPANY, head["ebcCode"])
    assert story.state(trade) == "in_review" and "平台被查" in str(story.column(trade, "reasons"))
    lift(story, Held.COMPANY, head["ebpCode"])
    assert story.state(trade) == "released"


def test_the_automatic_officer_rejects_no_list_that_is_held_and_looks_at_it_again(start_story: Any) -> None:
    story = start_story(automatic_officer=True)
    held, doubted = story.trade(0), story.trade(1, fault="content_missing")
    story.send(doubted)
    keys = {trade.document("inventory").head["ebcCode"] for trade in (held, doubted)}
    for key in keys:
        hold(story, Held.COMPANY, key)
    story.send(held)
    story.pass_time(days=20)
    assert {story.state(held), story.state(doubted)} == {"in_review"}
    for key in keys:
        lift(story, Held.COMPANY, key)
    assert story.state(held) == "released"
    story.pass_time(days=20)
    assert story.state(doubted) not in {"in_review", "under_inspection"}


def test_a_list_that_two_hold_waits_for_both(story: Any) -> None:
    trade = story.trade(0)
    head = trade.document("inventory").head
    for key in (head["ebcCode"], head["ebpCode"]):
        hold(story, Held.COMPANY, key)
    story.send(trade)
    lift(story, Held.COMPANY, head["ebcCode"])
    assert story.state(trade) == "in_review"
    lift(story, Held.COMPANY, head["ebpCode"])
    assert story.state(trade) == "released"
    lift(story, Held.COMPANY, head["ebpCode"])
    assert story.statuses(trade).count("800") == 1


def test_an_officer_concludes_no_list_that_is_held_and_its_page_says_who_holds_it(story: Any) -> None:
    trade = story.trade(0)
    hold(story, Held.COMPANY, trade.document("inventory").head["ebcCode"], hours=5)
    story.send(trade)
    filed = act(story.window, story.sandbox, number(story, trade), "conclude", "合格").decision
    story.window.settle()
    ((state,),) = story.rows(select(decision.c.state).where(decision.c.id == filed))
    assert (state, story.state(trade)) == ("refused", "in_review")
    client = create_app(story.window, runtime=unattended(story.window)).test_client()
    page = client.get(f"/declarations/{story.column(trade, 'id')}?sandbox=story&lang=zh").text
    assert "检出有害生物" in page and "布控" in page


def test_a_new_list_is_refused_where_the_words_of_the_hold_refuse(story: Any) -> None:
    trade = story.trade(0)
    hold(story, Held.COMPANY, trade.document("inventory").head["ebcCode"], why=Reason("1300", {"reason": "禁止进口"}))
    story.send(trade)
    assert (story.state(trade), story.statuses(trade)[-1]) == ("rejected", "100")


@pytest.mark.parametrize("when", ["before its lane", "before its release"])
def test_an_export_waits(story: Any, when: str) -> None:
    sale = Sale()
    story.submit(*sale.messages())
    if when == "before its release":
        for action in ("review", "conclude"):
            act(story.window, story.sandbox, number(story, sale), action, "人工审核")
            story.window.settle()
        assert story.state(sale) == "concluded", "it has not arrived"
    hold(story, Held.GOODS, "6109")
    story.submit(note("consolidation", [sale], "ZD1"), note("arrival_note", [sale], "YD1"))
    assert (story.state(sale), story.column(sale, "review_cause")) == ("in_review", "held")
    lift(story, Held.GOODS, "6109")
    assert story.state(sale) == "released"


def test_a_new_export_is_refused_where_the_words_of_the_hold_refuse(story: Any) -> None:
    hold(story, Held.GOODS, "6109", why=Reason("1300", {"reason": "禁止出口"}))
    story.submit(*Sale().messages())
    assert story.state(Sale()) == "rejected"


def test_a_holder_that_is_an_agency_is_named_in_words(story: Any) -> None:
    trade = story.trade(0)
    key = trade.document("inventory").head["ebcCode"]
    of_another_agency(story, lambda desk: desk.hold(Held.COMPANY, key, "spot_checks:SP1", WHY))
    story.send(trade)
    assert "质量安全抽查" in str(story.column(trade, "reasons"))


def test_a_list_enters_the_lane_that_it_would_have_had(start_story: Any) -> None:
    plain, story = start_story("plain", inspection=True), start_story("held", inspection=True)
    trades = [plain.trade(place) for place in range(8)]
    for one in (plain, story):
        rates(one, "0.5")
    key = trades[0].document("inventory").head["ebpCode"]
    hold(story, Held.COMPANY, key)
    for trade in trades:
        plain.send(trade)
        story.send(trade)
    lift(story, Held.COMPANY, key)
    lanes = [plain.column(trade, "lane") for trade in trades]
    assert [story.column(trade, "lane") for trade in trades] == lanes and len(set(lanes)) > 1
    assert [story.state(trade) for trade in trades] == [plain.state(trade) for trade in trades]


@pytest.mark.parametrize("sample", [True, False])
def test_a_member_of_a_batch_that_is_held_leaves_the_others_to_their_release(start_story: Any, sample: bool) -> None:
    batches = Batching(start_story(inspection=sample))
    batch_no, trades = batches.gathered(4)
    own = str(batches.story.column(trades[0], "id"))
    hold(batches.story, Held.LIST, own)
    batches.ask(batch_no, "declare")
    batches.story.pass_time(days=8)
    assert batches.story.state(trades[0]) == "in_review"
    assert [batches.story.statuses(trade).count("800") for trade in trades] == [0, 1, 1, 1]
    lift(batches.story, Held.LIST, own)
    assert [batches.story.statuses(trade).count("800") for trade in trades] == [1] * 4
    assert batches.batch(batch_no).released == 4 and batches.audit(batch_no).agrees


def test_a_list_that_an_officer_has_in_hand_goes_on_when_he_lets_it_go(story: Any) -> None:
    trade = story.trade(0)
    key = trade.document("inventory").head["ebcCode"]
    hold(story, Held.COMPANY, key)
    story.send(trade)
    feng = named("feng", "reviewer")
    assert queue.take_next(story.window, story.sandbox, feng) is not None
    lift(story, Held.COMPANY, key)
    assert story.state(trade) == "in_review"
    case = "declaration", str(story.column(trade, "id"))
    assignment.assign(story.window, story.sandbox, feng, case, Wanted(LET_GO))
    story.pass_time(hours=1)
    assert story.state(trade) == "released"
