"""Batches of imports: opened, joined, declared, drawn, inspected, released; each list ends in exactly one way."""

from __future__ import annotations

import json

import msgspec
import pytest
from sqlalchemy import event, select

from declarations.batches.sampling import ALL_PASSED, INSPECTED_WITH_BATCH, TOO_MANY
from declarations.reasons import Reason
from gateways.customs.batches.repository import ENDED_STATES
from simulators.imports.stories import intakes
from simulators.imports.trade import ImportTrade
from single_window.accounts.people import participant
from single_window.api.app import create_app
from single_window.cases.batches import requests as batches
from single_window.language.refusal import Refusal
from single_window.store import tables
from single_window.store.tables import batch_member, timeline
from single_window.work.runtime import Runtime
from tests.databases import ON_BOTH, carry_out, fetch
from tests.described import described_client
from tests.officers import TESTER, act, named
from tests.stories.batching import OFFICE, Batching, requested
from tests.stories.story import WORLD, outcome

pytestmark = ON_BOTH
DRIVER = Batching
BY_ITSELF = [("2", "2.inventory"), ("120", "1800"), ("800", "2600")]
IN_BATCH = [("2", "2.inventory"), ("120", "1800"), ("800", "2600.batch")]
SAMPLE = [("2", "2.inventory"), ("120", "1800"), ("500", "14500.batch"), ("399", "2300.batch"), ("800", "2600.batch")]


def test_lists_are_added_by_hand_before_they_come_and_are_released_together(driver):
    number, trades = driver.gathered(3)
    assert {driver.story.state(trade) for trade in trades} == {"accepted"}
    driver.ask(number, "declare")
    batch = driver.batch(number)
    assert (batch.state, batch.members, batch.released) == ("closed", 3, 3)
    assert [outcome(driver.story.receipts(trade)) for trade in trades] == [IN_BATCH] * 3
    assert number in driver.story.receipts(trades[0])[-1].info


def test_a_list_that_is_taken_out_goes_on_by_itself(driver):
    number, trades = driver.gathered(2)
    driver.ask(number, "remove", [trades[0].id])
    assert outcome(driver.story.receipts(trades[0])) == BY_ITSELF
    assert driver.story.state(trades[1]) == "accepted"
    driver.ask(number, "declare")
    assert outcome(driver.story.receipts(trades[1])) == IN_BATCH
    assert driver.places(number) == {trades[0].id: "removed", trades[1].id: "released"}


def test_lists_that_are_taken_out_together_are_looked_up_together_and_each_once(driver):
    number, trades = driver.gathered(9)
    queries = []

    @event.listens_for(driver.story.window.engine, "before_cursor_execute")
    def count(connection, cursor, statement, *_):
        queries.append(statement)

    looked_up = []
    for some in (trades[:1], trades[1:6]):
        queries.clear()
        driver.ask(
            number, "remove", [name for row in some for name in (row.id, str(driver.story.column(row, "invt_no")))]
        )
        looked_up.append(sum("FROM participant" in row for row in queries))
    assert looked_up[0] == looked_up[1] > 0
    assert (driver.batch(number).members, set(driver.places(number).values())) == (3, {"removed", "waiting"})
    assert [outcome(driver.story.receipts(trade)) for trade in trades[:6]] == [BY_ITSELF] * 6


def test_who_takes_a_list_out_before_it_comes_may_add_and_take_it_out_again(driver):
    number, trades = driver.open(), driver.trades(1)
    for _ in range(2):
        driver.add(number, trades)
        driver.ask(number, "remove", [trades[0].id])
    driver.add(number, trades)
    driver.send(trades)
    driver.ask(number, "remove", [trades[0].id])
    assert (driver.batch(number).members, driver.positions(trades[0].id)) == (0, 3)
    assert outcome(driver.story.receipts(trades[0])) == BY_ITSELF


def test_lists_of_a_master_waybill_meet_in_a_batch_that_is_declared_when_its_window_is_over(start_story):
    driver = Batching(start_story(batches="master_waybill"))
    trades = driver.trades(4)
    driver.send(trades[:2], billNo="AWB1")
    driver.send(trades[2:], billNo="AWB2")
    assert [(batch.state, batch.members) for batch in driver.all()] == [("open", 2), ("open", 2)]
    driver.story.pass_time(hours=25)
    assert [(batch.state, batch.members, batch.released) for batch in driver.all()] == [("closed", 2, 2)] * 2
    assert [outcome(driver.story.receipts(trade)) for trade in trades] == [IN_BATCH] * 4


def test_imports_whose_parcels_one_intake_note_reports_meet_in_a_batch(start_story):
    driver = Batching(start_story(batches="arrival", await_arrival=True))
    trades = driver.trades(3)
    driver.send(trades)
    assert ({driver.story.state(trade) for trade in trades}, driver.all()) == ({"awaiting_arrival"}, [])
    notes = intakes(WORLD, trades)
    driver.story.submit(*[note.body for note in notes])
    assert sorted(batch.members for batch in driver.all()) == sorted(len(note.trades) for note in notes)
    driver.story.pass_time(hours=25)
    assert {driver.story.state(trade) for trade in trades} == {"released"}


def test_bonded_lists_of_one_book_and_day_meet_in_a_batch(start_story):
    driver = Batching(start_story(batches="stock_out"), "1210")
    trades = driver.trades(2)
    driver.send(trades)
    assert sum(batch.members for batch in driver.all()) == 2
    assert {batch.opening.split("|")[0] for batch in driver.all()} == {"stock_out"}


def test_an_empty_batch_is_dissolved_and_cannot_be_declared(driver):
    number = driver.open()
    with pytest.raises(Refusal, match="no lists"):
        driver.ask(number, "declare")
    driver.story.pass_time(hours=25)
    assert driver.batch(number).state == "dissolved"


def test_a_place_whose_list_never_comes_is_given_up(driver):
    number, _ = driver.gathered(2)
    driver.ask(number, "add", ["NEVER"])
    driver.ask(number, "declare")
    assert driver.places(number)["NEVER"] == "missing"
    assert (driver.batch(number).state, driver.batch(number).members) == ("closed", 2)
    late = driver.trades(1, first=9)
    driver.send(late)
    assert outcome(driver.story.receipts(late[0])) == BY_ITSELF


def test_a_list_of_another_office_does_not_take_the_place_that_was_kept_for_it(driver):
    number, trade = driver.open(), driver.story.trade(0)
    driver.add(number, [trade])
    driver.story.send(trade)
    assert driver.story.column(trade, "customs_code") != OFFICE
    assert outcome(driver.story.receipts(trade)) == BY_ITSELF
    assert driver.places(number) == {trade.id: "missing"}


def test_a_list_is_in_one_batch_at_most(driver):
    number, trades = driver.gathered(1)
    other = driver.open()
    assert [reason.rule for line in driver.add(other, trades) for reason in line.reasons] == ["19205", "19106"]
    kept = driver.trades(1, first=5)
    driver.add(number, kept)
    assert [reason.rule for line in driver.add(other, kept) for reason in line.reasons] == ["19205", "19222"]
    driver.story.submit(driver.story.message(kept[0], "inventory", customsCode=OFFICE, portCode=OFFICE))
    assert driver.story.state(kept[0]) == "declared"
    for name in (kept[0].id, str(driver.story.column(kept[0], "key"))):
        assert [reason.rule for line in driver.ask(other, "add", [name]) for reason in line.reasons] == [
            "19205",
            "19222",
        ]
    driver.send(kept)
    assert [driver.positions(trade.id) for trade in (*trades, *kept)] == [1, 1]
    assert (driver.batch(number).members, driver.batch(other).members) == (2, 0)


def test_of_two_people_who_change_a_batch_at_once_the_second_is_refused(driver):
    number, trades = driver.gathered(1)
    seen = driver.batch(number).revision
    first = requested(driver.story.window, number, "add", participant("4101985556"), seen, ["A1"])
    second = requested(driver.story.window, number, "add", named("Wang"), seen, ["A2"])
    driver.story.window.settle()
    with driver.story.window.engine.connect() as connection:
        assert [history_line.event for history_line in batches.history_of(connection, "story", first)] == ["batch_add"]
        refused = batches.history_of(connection, "story", second)
    assert [(history_line.event, [reason.rule for reason in history_line.reasons]) for history_line in refused] == [
        ("action_refused", ["19211"])
    ]
    assert set(driver.places(number)) == {trades[0].id, "A1"}
    with pytest.raises(Refusal, match="changed"):
        driver.ask(number, "declare", revision=seen)


def test_many_lists_that_are_being_added_are_added_whatever_others_ask_meanwhile(driver):
    number = driver.open()
    window, seen = driver.story.window, driver.batch(number).revision
    many = [f"A{n}" for n in range(900)]
    first = requested(window, number, "add", participant("4101985556"), seen, many)
    second = requested(window, number, "add", named("Wang"), seen, ["B1"])
    third = requested(window, number, "add", named("Li"), seen, ["C1"])
    window.settle()
    with window.engine.connect() as connection:
        lines, *others = (batches.history_of(connection, "story", request) for request in (first, second, third))
    assert [line.reasons[0].values["left"] for line in lines] == ["500", "100", "0"]
    assert [[reason.rule for line in events for reason in line.reasons] for events in others] == [["19211"]] * 2
    assert (driver.batch(number).members, driver.batch(number).revision) == (900, seen + 1)


def test_only_who_opened_a_batch_and_officers_may_change_it(driver):
    number, _ = driver.gathered(1)
    with pytest.raises(Refusal, match="may not change"):
        driver.ask(number, "declare", who="somebody")
    assert driver.ask(number, "declare", role="officer", who="Wang")[0].event == "batch_declared"


def test_a_member_that_is_rejected_leaves_its_batch_and_may_come_again_by_itself(driver):
    number, trades = driver.gathered(2)
    driver.story.decide(trades[0], "reject")
    assert driver.places(number)[trades[0].id] == "withdrawn"
    assert driver.story.column(trades[0], "batch_id") == 0
    driver.ask(number, "declare")
    assert (driver.batch(number).state, driver.batch(number).members) == ("closed", 1)


def test_a_member_that_is_suspended_and_amended_leaves_its_batch(driver):
    number, trades = driver.gathered(2)
    story, first = driver.story, trades[0]
    story.decide(first, "suspend")
    pre_no, list_no = (str(story.column(first, name)) for name in ("pre_no", "invt_no"))
    story.submit(
        story.message(
            first,
            "inventory",
            appType="2",
            appTime="20991231235959",
            guid="F" * 36,
            preNo=pre_no,
            invtNo=list_no,
            customsCode=OFFICE,
            portCode=OFFICE,
        )
    )
    assert driver.places(number)[first.id] == "withdrawn"
    assert outcome(story.receipts(first))[-1] == ("800", "2600")
    driver.ask(number, "declare")
    assert (driver.batch(number).state, driver.batch(number).released) == ("closed", 1)


def test_a_member_on_hold_is_not_released_with_its_batch_and_closes_it_when_it_is_settled(driver):
    number, trades = driver.gathered(2)
    invt_no = str(driver.story.column(trades[0], "invt_no"))
    driver.story.decide(invt_no, "review")
    driver.ask(number, "declare")
    assert (driver.batch(number).state, driver.batch(number).held, driver.batch(number).released) == ("released", 1, 1)
    driver.story.decide(invt_no, "conclude", "")
    assert (driver.batch(number).state, driver.batch(number).held, driver.batch(number).released) == ("closed", 0, 2)
    assert outcome(driver.story.receipts(trades[0]))[-2:] == [("399", "2300.batch"), ("800", "2600.batch")]


@pytest.mark.parametrize("fault", ["content_missing", "guarantee_short"])
def test_a_member_that_tax_sends_to_an_officer_goes_on_when_he_concludes_it(driver, fault):
    number, trade = driver.open(), driver.story.trade(0, fault=fault)
    driver.add(number, [trade])
    driver.send([trade])
    driver.ask(number, "declare")
    assert (driver.story.state(trade), driver.batch(number).state) == ("in_review", "released")
    driver.story.decide(trade, "conclude", "")
    if fault == "content_missing":
        assert (driver.story.state(trade), driver.batch(number).state) == ("released", "closed")
    else:
        assert driver.story.state(trade) == "in_review"


def drawn(start_story, count: int = 4, wanted: int = 1) -> tuple[Batching, str, list[ImportTrade]]:
    """The first batch of a sandbox of which so many samples are drawn."""
    driver = Batching(start_story(inspection=True))
    for turn in range(40):
        number, trades = driver.open(), driver.trades(count, turn * count)
        driver.add(number, trades)
        driver.send(trades)
        driver.ask(number, "declare")
        if driver.batch(number).drawn >= wanted:
            return driver, number, trades
    raise AssertionError("no batch was spot-checked")


def test_samples_are_inspected_before_their_batch_is_released(start_story):
    driver, number, trades = drawn(start_story)
    batch, places = driver.batch(number), driver.places(number)
    assert (batch.state, batch.awaited) == ("under_inspection", batch.drawn)
    samples = [trade for trade in trades if places[trade.id] == "sample"]
    assert len(samples) == batch.drawn
    assert {driver.story.state(trade) for trade in trades if trade not in samples} <= {"accepted"}
    driver.story.pass_time(hours=60)
    assert (driver.batch(number).state, driver.batch(number).released) == ("closed", len(trades))
    assert [outcome(driver.story.receipts(sample)) for sample in samples] == [SAMPLE] * len(samples)
    assert driver.batch(number).reasons[0].rule == ALL_PASSED


def drawn_again(driver, number) -> str:
    """What the page says of a draw that is done again."""
    with described_client(create_app(driver.story.window, runtime=Runtime(driver.story.window))) as client:
        return str(client.get(f"/batches/{number}?sandbox=story&lang=en&draw=again").text)


def test_what_is_stored_gives_the_draw_again_and_a_falsified_place_is_found(start_story):
    driver, number, _ = drawn(start_story)
    assert driver.audit(number).agrees and "the draw gives what was done" in drawn_again(driver, number)
    engine, is_sample = driver.story.window.engine, batch_member.c.state == "sample"
    inputs = json.loads(fetch(engine, select(batch_member.c.draw).where(is_sample)).scalars().first())
    del inputs["why"], inputs["number"]
    carry_out(engine, batch_member.update().where(is_sample).values(state="waiting", draw=json.dumps(inputs)))
    assert driver.audit(number).missing
    page = drawn_again(driver, number)
    assert "the draw gives something else" in page and driver.audit(number).missing[0].rpartition("|")[2] in page


@pytest.mark.parametrize("batches_before", [1, 2])
def test_the_same_lists_are_drawn_the_same_whatever_number_their_batch_is_given(start_story, batches_before):
    """Several workers, or one that had to begin anew, give a batch another number than one alone."""
    samples = []
    for others in (0, batches_before):
        driver = Batching(start_story(f"after-{others}", inspection=True))
        for _ in range(others):
            driver.open()
        number, trades = driver.gathered(40)
        driver.ask(number, "declare")
        samples.append({trade.id for trade in trades if driver.story.state(trade) == "under_inspection"})
        assert driver.audit(number).agrees and number.endswith(f"{others + 1:06d}")
    assert samples[0] == samples[1] != set()


def test_a_batch_that_was_drawn_by_its_number_is_drawn_again_by_it(start_story):
    driver, number, _ = drawn(start_story, count=30)
    verdict = {name: value for name, value in driver.batch(number).verdict.items() if name != "lot"}
    carry_out(driver.story.window.engine, tables.batch.update().values(verdict=json.dumps(verdict)))
    again = driver.audit(number)
    assert (again.agrees, bool(again.missing or again.numbers)) == (False, True)


def test_a_sandbox_without_inspection_draws_nothing_and_its_audit_says_so(start_story):
    driver = Batching(start_story(inspection=False))
    number, trades = driver.gathered(30)
    driver.ask(number, "declare")
    assert (driver.batch(number).drawn, driver.batch(number).released) == (0, len(trades))
    assert driver.audit(number).agrees and not driver.audit(number).inspection
    carry_out(
        driver.story.window.engine,
        batch_member.update()
        .where(batch_member.c.position == 0)
        .values(draw='{"lane":"inspection","grade":"ordinary","goods":[],"why":"inspection","number":null}'),
    )
    assert len(driver.audit(number).extra) == 1


def test_an_officer_has_every_list_inspected(start_story):
    driver, number, trades = drawn(start_story)
    assert driver.ask(number, "review", "情报", role="officer", who="Wang")[0].event == "batch_review"
    assert {driver.story.state(trade) for trade in trades} == {"under_inspection"}
    driver.story.pass_time(hours=60)
    batch, places = driver.batch(number), driver.places(number)
    assert batch.released == sum(state == "released" for state in places.values())
    assert (batch.state == "closed") == (set(places.values()) <= ENDED_STATES)


def test_a_sample_that_fails_has_every_list_of_a_small_batch_inspected(start_story):
    driver, number, trades = drawn(start_story, wanted=2)
    failed = next(trade for trade in trades if driver.places(number)[trade.id] == "sample")
    act(
        driver.story.window,
        "story",
        str(driver.story.column(failed, "invt_no")),
        "send_back",
        "测试",
        TESTER,
        as_declared=True,
    )
    driver.story.pass_time(hours=60)
    batch = driver.batch(number)
    assert (batch.failed, batch.verdict["failed"]) == (1, [str(driver.story.column(failed, "key"))])
    assert batch.reasons[0].rule == TOO_MANY
    driver.story.pass_time(hours=60)
    batch, places = driver.batch(number), driver.places(number)
    assert (batch.refused, batch.released) == (1, sum(state == "released" for state in places.values()))
    assert set(places.values()) <= ENDED_STATES | {"inspected"}  # one that failed by itself waits for an officer
    assert all("500" in driver.story.statuses(trade) for trade in trades)
    drawn_for = select(timeline.c.reasons).where(timeline.c.event == "drawn")
    rules = [
        [reason.rule for reason in msgspec.json.decode(row.reasons, type=list[Reason])]
        for row in driver.story.rows(drawn_for)
    ]
    assert set(map(tuple, rules)) == {("14500",), (INSPECTED_WITH_BATCH,)}, "each says why, once"
