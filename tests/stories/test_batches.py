"""Batches of imports: opened, joined, declared, drawn, inspected, released; each list ends in exactly one way."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from declarations.batches.sampling import ALL_PASSED, TOO_MANY
from gateways.customs.batches.repository import SETTLED
from simulators.imports.stories import intakes
from simulators.imports.trade import Trade
from single_window.accounts.people import participant
from single_window.api.app import create_app
from single_window.cases import acts, batches
from single_window.store.engine import writing
from single_window.store.tables import batch_member
from single_window.work.runtime import Runtime
from tests.databases import LATER_ON_POSTGRESQL, ON_BOTH
from tests.described import described_client
from tests.officers import TESTER, named
from tests.stories.batching import OFFICE, Batching
from tests.stories.telling import WORLD, outcome

pytestmark = LATER_ON_POSTGRESQL
TOLD = Batching
BY_ITSELF = [("2", "2.inventory"), ("120", "1800"), ("800", "2600")]
IN_BATCH = [("2", "2.inventory"), ("120", "1800"), ("800", "2600.batch")]
SAMPLE = [("2", "2.inventory"), ("120", "1800"), ("500", "14500.batch"), ("399", "2300.batch"), ("800", "2600.batch")]


@ON_BOTH
def test_lists_are_added_by_hand_before_they_come_and_are_released_together(told):
    number, trades = told.gathered(3)
    assert {told.story.state(one) for one in trades} == {"accepted"}
    told.ask(number, "declare")
    batch = told.one(number)
    assert (batch.state, batch.members, batch.released) == ("closed", 3, 3)
    assert [outcome(told.story.receipts(one)) for one in trades] == [IN_BATCH] * 3
    assert number in told.story.receipts(trades[0])[-1].info


def test_a_list_that_is_taken_out_goes_on_by_itself(told):
    number, trades = told.gathered(2)
    told.ask(number, "remove", [trades[0].id])
    assert outcome(told.story.receipts(trades[0])) == BY_ITSELF
    assert told.story.state(trades[1]) == "accepted"
    told.ask(number, "declare")
    assert outcome(told.story.receipts(trades[1])) == IN_BATCH
    assert told.places(number) == {trades[0].id: "removed", trades[1].id: "released"}


def test_lists_that_are_taken_out_together_are_looked_up_together_and_each_once(told):
    number, trades = told.gathered(9)
    asked = []

    @event.listens_for(told.story.window.engine, "before_cursor_execute")
    def count(connection, cursor, statement, *_):
        asked.append(statement)

    looked_up = []
    for some in (trades[:1], trades[1:6]):
        asked.clear()
        told.ask(number, "remove", [name for one in some for name in (one.id, str(told.story.column(one, "invt_no")))])
        looked_up.append(sum("FROM participant" in one for one in asked))
    assert looked_up[0] == looked_up[1] > 0
    assert (told.one(number).members, set(told.places(number).values())) == (3, {"removed", "waiting"})
    assert [outcome(told.story.receipts(one)) for one in trades[:6]] == [BY_ITSELF] * 6


def test_who_takes_a_list_out_before_it_comes_may_add_and_take_it_out_again(told):
    number, trades = told.open(), told.trades(1)
    for _ in range(2):
        told.add(number, trades)
        told.ask(number, "remove", [trades[0].id])
    told.add(number, trades)
    told.send(trades)
    told.ask(number, "remove", [trades[0].id])
    assert (told.one(number).members, told.positions(trades[0].id)) == (0, 3)
    assert outcome(told.story.receipts(trades[0])) == BY_ITSELF


def test_lists_of_a_master_waybill_meet_in_a_batch_that_is_declared_when_its_window_is_over(tell):
    told = Batching(tell(batches="master_waybill"))
    trades = told.trades(4)
    told.send(trades[:2], billNo="AWB1")
    told.send(trades[2:], billNo="AWB2")
    assert [(one.state, one.members) for one in told.all()] == [("open", 2), ("open", 2)]
    told.story.pass_time(hours=25)
    assert [(one.state, one.members, one.released) for one in told.all()] == [("closed", 2, 2)] * 2
    assert [outcome(told.story.receipts(one)) for one in trades] == [IN_BATCH] * 4


def test_imports_whose_parcels_one_intake_note_reports_meet_in_a_batch(tell):
    told = Batching(tell(batches="arrival", await_arrival=True))
    trades = told.trades(3)
    told.send(trades)
    assert ({told.story.state(one) for one in trades}, told.all()) == ({"awaiting_arrival"}, [])
    notes = intakes(WORLD, trades)
    told.story.say(*[one.body for one in notes])
    assert sorted(one.members for one in told.all()) == sorted(len(one.trades) for one in notes)
    told.story.pass_time(hours=25)
    assert {told.story.state(one) for one in trades} == {"released"}


def test_bonded_lists_of_one_book_and_day_meet_in_a_batch(tell):
    told = Batching(tell(batches="stock_out"), "1210")
    trades = told.trades(2)
    told.send(trades)
    assert sum(one.members for one in told.all()) == 2
    assert {one.opening.split("|")[0] for one in told.all()} == {"stock_out"}


def test_an_empty_batch_is_dissolved_and_cannot_be_declared(told):
    number = told.open()
    with pytest.raises(batches.NotPossible, match="no lists"):
        told.ask(number, "declare")
    told.story.pass_time(hours=25)
    assert told.one(number).state == "dissolved"


def test_a_place_whose_list_never_comes_is_given_up(told):
    number, _ = told.gathered(2)
    told.ask(number, "add", ["NEVER"])
    told.ask(number, "declare")
    assert told.places(number)["NEVER"] == "missing"
    assert (told.one(number).state, told.one(number).members) == ("closed", 2)
    late = told.trades(1, first=9)
    told.send(late)
    assert outcome(told.story.receipts(late[0])) == BY_ITSELF


def test_a_list_of_another_office_does_not_take_the_place_that_was_kept_for_it(told):
    number, trade = told.open(), told.story.trade(0)
    told.add(number, [trade])
    told.story.send(trade)
    assert told.story.column(trade, "customs_code") != OFFICE
    assert outcome(told.story.receipts(trade)) == BY_ITSELF
    assert told.places(number) == {trade.id: "missing"}


def test_a_list_is_in_one_batch_at_most(told):
    number, trades = told.gathered(1)
    other = told.open()
    assert [one.rule for line in told.add(other, trades) for one in line.reasons] == ["19205", "19106"]
    kept = told.trades(1, first=5)
    told.add(number, kept)
    assert [one.rule for line in told.add(other, kept) for one in line.reasons] == ["19205", "19222"]
    told.story.say(told.story.message(kept[0], "inventory", customsCode=OFFICE, portCode=OFFICE))
    assert told.story.state(kept[0]) == "declared"
    for name in (kept[0].id, str(told.story.column(kept[0], "key"))):
        assert [one.rule for line in told.ask(other, "add", [name]) for one in line.reasons] == ["19205", "19222"]
    told.send(kept)
    assert [told.positions(one.id) for one in (*trades, *kept)] == [1, 1]
    assert (told.one(number).members, told.one(other).members) == (2, 0)


def test_of_two_people_who_change_a_batch_at_once_the_second_is_refused(told):
    number, trades = told.gathered(1)
    seen = told.one(number).revision
    first = batches.ask(told.story.window, "story", number, "add", participant("4101985556"), seen, ["A1"])
    second = batches.ask(told.story.window, "story", number, "add", named("Wang"), seen, ["A2"])
    told.story.window.settle()
    with told.story.window.engine.connect() as connection:
        assert [one.event for one in batches.said(connection, "story", first)] == ["batch_add"]
        refused = batches.said(connection, "story", second)
    assert [(one.event, [reason.rule for reason in one.reasons]) for one in refused] == [("action_refused", ["19211"])]
    assert set(told.places(number)) == {trades[0].id, "A1"}
    with pytest.raises(batches.NotPossible, match="changed"):
        told.ask(number, "declare", revision=seen)


def test_many_lists_that_are_being_added_are_added_whatever_others_ask_meanwhile(told):
    number = told.open()
    window, seen = told.story.window, told.one(number).revision
    many = [f"A{n}" for n in range(900)]
    first = batches.ask(window, "story", number, "add", participant("4101985556"), seen, many)
    second = batches.ask(window, "story", number, "add", named("Wang"), seen, ["B1"])
    third = batches.ask(window, "story", number, "add", named("Li"), seen, ["C1"])
    window.settle()
    with window.engine.connect() as connection:
        lines, *others = (batches.said(connection, "story", one) for one in (first, second, third))
    assert [line.reasons[0].values["left"] for line in lines] == ["500", "100", "0"]
    assert [[reason.rule for line in one for reason in line.reasons] for one in others] == [["19211"]] * 2
    assert (told.one(number).members, told.one(number).revision) == (900, seen + 1)


def test_only_who_opened_a_batch_and_officers_may_change_it(told):
    number, _ = told.gathered(1)
    with pytest.raises(batches.NotPossible, match="may not change"):
        told.ask(number, "declare", who="somebody")
    assert told.ask(number, "declare", role="officer", who="Wang")[0].event == "batch_declared"


def test_a_member_that_is_rejected_leaves_its_batch_and_may_come_again_by_itself(told):
    number, trades = told.gathered(2)
    acts.act(told.story.window, "story", str(told.story.column(trades[0], "invt_no")), "reject", "测试", TESTER)
    told.story.window.settle()
    assert told.places(number)[trades[0].id] == "withdrawn"
    assert told.story.column(trades[0], "batch_id") == 0
    told.ask(number, "declare")
    assert (told.one(number).state, told.one(number).members) == ("closed", 1)


def test_a_member_that_is_suspended_and_amended_leaves_its_batch(told):
    number, trades = told.gathered(2)
    story, first = told.story, trades[0]
    acts.act(story.window, "story", str(story.column(first, "invt_no")), "suspend", "测试", TESTER)
    story.window.settle()
    pre_no, list_no = (str(story.column(first, name)) for name in ("pre_no", "invt_no"))
    story.say(
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
    assert told.places(number)[first.id] == "withdrawn"
    assert outcome(story.receipts(first))[-1] == ("800", "2600")
    told.ask(number, "declare")
    assert (told.one(number).state, told.one(number).released) == ("closed", 1)


def test_a_member_on_hold_is_not_released_with_its_batch_and_closes_it_when_it_is_settled(told):
    number, trades = told.gathered(2)
    invt_no = str(told.story.column(trades[0], "invt_no"))
    acts.act(told.story.window, "story", invt_no, "review", "测试", TESTER)
    told.story.window.settle()
    told.ask(number, "declare")
    assert (told.one(number).state, told.one(number).held, told.one(number).released) == ("released", 1, 1)
    acts.act(told.story.window, "story", invt_no, "conclude", "", TESTER)
    told.story.window.settle()
    assert (told.one(number).state, told.one(number).held, told.one(number).released) == ("closed", 0, 2)
    assert outcome(told.story.receipts(trades[0]))[-2:] == [("399", "2300.batch"), ("800", "2600.batch")]


@pytest.mark.parametrize("fault", ["content_missing", "guarantee_short"])
def test_a_member_that_tax_sends_to_an_officer_goes_on_when_he_concludes_it(told, fault):
    number, trade = told.open(), told.story.trade(0, fault=fault)
    told.add(number, [trade])
    told.send([trade])
    told.ask(number, "declare")
    assert (told.story.state(trade), told.one(number).state) == ("in_review", "released")
    acts.act(told.story.window, "story", str(told.story.column(trade, "invt_no")), "conclude", "", TESTER)
    told.story.window.settle()
    if fault == "content_missing":
        assert (told.story.state(trade), told.one(number).state) == ("released", "closed")
    else:
        assert told.story.state(trade) == "in_review"


def drawn(tell, count: int = 4, wanted: int = 1) -> tuple[Batching, str, list[Trade]]:
    """The first batch of a sandbox of which so many samples are drawn."""
    told = Batching(tell(inspection=True))
    for turn in range(40):
        number, trades = told.open(), told.trades(count, turn * count)
        told.add(number, trades)
        told.send(trades)
        told.ask(number, "declare")
        if told.one(number).drawn >= wanted:
            return told, number, trades
    raise AssertionError("no batch was spot-checked")


def test_samples_are_inspected_before_their_batch_is_released(tell):
    told, number, trades = drawn(tell)
    batch, places = told.one(number), told.places(number)
    assert (batch.state, batch.awaited) == ("under_inspection", batch.drawn)
    samples = [one for one in trades if places[one.id] == "sample"]
    assert len(samples) == batch.drawn
    assert {told.story.state(one) for one in trades if one not in samples} <= {"accepted"}
    told.story.pass_time(hours=60)
    assert (told.one(number).state, told.one(number).released) == ("closed", len(trades))
    assert [outcome(told.story.receipts(one)) for one in samples] == [SAMPLE] * len(samples)
    assert told.one(number).reasons[0].rule == ALL_PASSED


def drawn_again(told, number) -> str:
    """What the page says of a draw that is done again."""
    with described_client(create_app(told.story.window, runtime=Runtime(told.story.window))) as client:
        return str(client.get(f"/batches/{number}?sandbox=story&lang=en&draw=again").text)


def test_what_is_stored_gives_the_draw_again_and_a_falsified_place_is_found(tell):
    told, number, _ = drawn(tell)
    assert told.audit(number).agrees and "the draw gives what was done" in drawn_again(told, number)
    with writing(told.story.window.engine) as connection:
        connection.execute(
            batch_member.update()
            .where(batch_member.c.state == "sample")
            .values(state="waiting", draw='{"lane":"green","grade":"ordinary","goods":[]}')
        )
    assert told.audit(number).missing
    page = drawn_again(told, number)
    assert "the draw gives something else" in page and told.audit(number).missing[0] in page


def test_a_sandbox_without_inspection_draws_nothing_and_its_audit_says_so(tell):
    told = Batching(tell(inspection=False))
    number, trades = told.gathered(30)
    told.ask(number, "declare")
    assert (told.one(number).drawn, told.one(number).released) == (0, len(trades))
    assert told.audit(number).agrees and not told.audit(number).inspection
    with writing(told.story.window.engine) as connection:
        connection.execute(
            batch_member.update()
            .where(batch_member.c.position == 0)
            .values(draw='{"lane":"inspection","grade":"ordinary","goods":[],"why":"inspection","number":null}')
        )
    assert len(told.audit(number).extra) == 1


def test_an_officer_has_every_list_inspected(tell):
    told, number, trades = drawn(tell)
    assert told.ask(number, "review", "情报", role="officer", who="Wang")[0].event == "batch_review"
    assert {told.story.state(one) for one in trades} == {"under_inspection"}
    told.story.pass_time(hours=60)
    batch, places = told.one(number), told.places(number)
    assert batch.released == sum(state == "released" for state in places.values())
    assert (batch.state == "closed") == (set(places.values()) <= SETTLED)


def test_a_sample_that_fails_has_every_list_of_a_small_batch_inspected(tell):
    told, number, trades = drawn(tell, wanted=2)
    failed = next(one for one in trades if told.places(number)[one.id] == "sample")
    acts.act(told.story.window, "story", str(told.story.column(failed, "invt_no")), "send_back", "测试", TESTER)
    told.story.pass_time(hours=60)
    batch = told.one(number)
    assert (batch.failed, batch.verdict["failed"]) == (1, [str(told.story.column(failed, "key"))])
    assert batch.reasons[0].rule == TOO_MANY
    told.story.pass_time(hours=60)
    batch, places = told.one(number), told.places(number)
    assert (batch.refused, batch.released) == (1, sum(state == "released" for state in places.values()))
    assert set(places.values()) <= SETTLED | {"inspected"}  # one that failed by itself waits for an officer
    assert all("500" in told.story.statuses(one) for one in trades)
