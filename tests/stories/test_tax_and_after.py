"""From release on: tax bill, guarantee, collection; cancellation before, returns after it; bonded stock; delivery."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import event, select, update

from declarations.money import SCALE
from gateways.topics.route import Route
from simulators.imports.stories import amended_document, cancellation, delivery, intakes, partial_refund, refund
from single_window.cases.declarations import assembly
from single_window.store import epochs
from single_window.store.engine import writing
from single_window.store.gateway_results import write_sends
from single_window.store.numbering import ROWS
from single_window.store.tables import account_book, guarantee
from tests.databases import ON_BOTH, carry_out, fetch, write_by
from tests.stories.story import KINDS, TODAY, WORLD, StoryRunner, outcome

pytestmark = ON_BOTH


def released(story: StoryRunner, **options):
    trade = story.trade(**options)
    story.send(trade)
    assert story.statuses(trade)[-1] == "800", story.receipts(trade)
    return trade, str(story.column(trade, "invt_no"))


def test_release_bills_the_tax_and_books_the_guarantee(story):
    trade, number = released(story)
    (bill,) = story.receipts(trade, "tax_bill")
    total = sum(Decimal(bill.fields[name]) for name in ("customsTax", "valueAddedTax", "consumptionTax"))
    lines = sum(
        Decimal(line[name])
        for line in bill.fields["lines"]
        for name in ("customsTax", "valueAddedTax", "consumptionTax")
    )
    assert bill.fields["taxNo"] == f"{number}_0"
    assert total == lines > 0
    assert story.guarantee_of(trade) == (0, int(total * SCALE))


def test_release_turns_the_reserved_allowance_into_used(story):
    trade, _ = released(story)
    assert story.used_allowance(trade) == (0, story.column(trade, "value"))


def test_the_bill_is_collected_on_day_31_and_the_guarantee_is_free_again(story):
    trade, _ = released(story)
    story.pass_time(days=30)
    assert story.bills(trade) == [("0", "made")]
    story.pass_time(days=1)
    assert story.bills(trade) == [("0", "collected")]
    assert story.guarantee_of(trade) == (0, 0)
    assert [receipt.return_status for receipt in story.receipts(trade, "tax_bill")] == ["1", "2"]


def test_delivery_closes_a_released_list_at_once_and_only_once(story):
    trade, _ = released(story)
    story.submit(delivery(trade).body)
    assert story.statuses(trade) == ["2", "120", "800", "899"]
    assert story.state(trade) == "closed"
    story.pass_time(days=16)
    assert story.statuses(trade)[-2:] == ["800", "899"]


def test_a_delivery_before_release_leaves_the_closing_to_its_day(story):
    trade = story.trade()
    story.submit(delivery(trade).body)
    story.send(trade)
    assert story.state(trade) == "released"
    story.pass_time(days=16)
    assert story.state(trade) == "closed"


def test_the_result_of_an_inspection_is_entered_some_hours_after_it_ends(story):
    trade = story.trade(fault="guarantee_short")
    story.send(trade)
    story.decide(trade, "inspect")
    inspection, entry = (
        story.window.parameters.on(f"windows.{name}", TODAY).amount for name in ("inspection_hours", "result_hours")
    )
    story.pass_time(hours=int(inspection + entry) - 1)
    assert story.state(trade) == "under_inspection"
    story.pass_time(hours=1)
    assert story.state(trade) != "under_inspection"


def test_a_short_guarantee_holds_the_list_without_a_receipt_until_an_officer_concludes_with_more(story):
    trade = story.trade(fault="guarantee_short")
    story.send(trade)
    assert outcome(story.receipts(trade))[-1] == ("300", "14204")
    number = str(story.column(trade, "invt_no"))
    story.decide(number, "conclude")
    story.decide(number, "conclude")
    assert story.state(trade) == "in_review", "the guarantee is still short"
    assert story.statuses(trade) == ["2", "120", "300"], "nothing is said twice"
    assert [line.event for line in story.timeline(trade)][-4:] == ["officer_conclude", "held"] * 2
    assert "14204" in story.timeline(trade)[-1].reasons
    carry_out(story.window.engine, update(guarantee).values(amount=10**12))
    story.decide(number, "conclude")
    assert story.state(trade) == "released"
    assert story.statuses(trade) == ["2", "120", "300", "399", "800"]


@pytest.mark.parametrize(("fault", "code"), [("price_zero", "14024"), ("price_low", "14025")])
def test_a_price_query_holds_a_list_until_an_officer_takes_the_price(start_story, fault, code):
    story = start_story()
    trade = story.trade(fault=fault)
    story.send(trade)
    assert outcome(story.receipts(trade))[-1] == ("300", code)
    assert story.guarantee_of(trade)[0] == 0, "nothing is reserved meanwhile"
    record = story.read(assembly.of_declaration, int(str(story.column(trade, "id"))))
    questioned = [row for row in record.evidence.in_sight if row.questioned]
    assert [row.name for row in questioned] == ["price 1"] and not questioned[0].differs, "it stands beside the order's"
    for language, query in (("zh", "价格质疑"), ("en", "price query")):
        assert any(query in line for line in record.bills[0].working(language))
    story.decide(trade, "conclude")
    assert story.statuses(trade) == ["2", "120", "300", "399", "800"]


def short_and_cheap(story):
    """A list far below the usual price, in review because its guarantee is used up; then the guarantee grows."""
    trade = story.trade(fault="price_low")
    with writing(story.window.engine) as connection:
        connection.execute(update(guarantee).values(amount=0))
        epochs.bump(connection, "tax")
    story.send(trade)
    assert outcome(story.receipts(trade))[-1] == ("300", "14204")
    with writing(story.window.engine) as connection:
        connection.execute(update(guarantee).values(amount=10**12))
        epochs.bump(connection, "tax")
    return trade, str(story.column(trade, "invt_no"))


def test_the_price_of_a_list_that_was_in_review_for_its_guarantee_is_queried_too(story):
    trade, number = short_and_cheap(story)
    story.decide(number, "conclude")
    assert story.state(trade) == "in_review" and "14025" in "".join(line.reasons for line in story.timeline(trade)[-2:])
    assert story.statuses(trade) == ["2", "120", "300"], "nothing is said twice"
    story.decide(number, "conclude")
    assert story.statuses(trade) == ["2", "120", "300", "399", "800"]


@pytest.mark.parametrize(("fault", "code"), [("price_zero", "14024"), ("price_low", "14025")])
def test_an_inspection_does_not_answer_a_price_query(start_story, fault, code):
    story = start_story()
    trade = story.trade(fault=fault)
    story.send(trade)
    story.decide(trade, "inspect")
    story.pass_time(days=3)
    assert story.state(trade) == "in_review"
    assert story.statuses(trade) == ["2", "120", "300", "500", "300"]
    assert code in str(story.column(trade, "reasons")), "what it waited for stands"
    story.decide(trade, "conclude")
    assert story.statuses(trade) == ["2", "120", "300", "500", "300", "399", "800"]


def test_the_price_of_a_list_that_was_inspected_is_queried_once(story):
    trade, number = short_and_cheap(story)
    story.decide(number, "inspect")
    story.decide(number, "conclude")
    assert outcome(story.receipts(trade))[-2:] == [("399", "2300.inventory.reason"), ("300", "14025")]
    story.decide(number, "conclude")
    assert story.statuses(trade) == ["2", "120", "300", "500", "399", "300", "399", "800"]


def test_a_cancellation_before_release_gives_everything_back(story):
    trade = story.trade(fault="guarantee_short")
    story.send(trade)
    story.submit(cancellation(trade, str(story.column(trade, "invt_no"))).body)
    assert outcome(story.receipts(trade, "cancellation")) == [("2", "2"), ("120", "1800"), ("399", "2300")]
    assert story.state(trade) == "cancelled"
    assert story.used_allowance(trade) == (0, 0)


def test_a_cancellation_after_release_is_refused(story):
    trade, number = released(story)
    story.submit(cancellation(trade, number).body)
    assert outcome(story.receipts(trade, "cancellation"))[-1] == ("100", "22007")
    assert story.state(trade) == "released"


def test_a_whole_return_voids_the_bill_and_gives_the_allowance_back(story):
    trade, number = released(story)
    story.submit(refund(trade, number).body)
    story.pass_time(hours=25)
    assert story.statuses(trade, "refund") == ["2", "120", "399"]
    columns = story.receipts(trade, "refund")[0].fields["copNo"]
    story.decide(columns, "take_back")
    assert story.statuses(trade, "refund")[-1] == "800"
    assert story.bills(trade) == [("0", "void")]
    assert [receipt.return_status for receipt in story.receipts(trade, "tax_bill")] == ["1", "3"]
    assert story.used_allowance(trade) == (0, 0)
    assert story.guarantee_of(trade) == (0, 0)


def test_a_partial_return_voids_the_bill_and_bills_what_stays(story):
    trade, number = released(story, fault="returned_partly")
    before = story.used_allowance(trade)[1]
    story.submit(partial_refund(trade, number).body)
    story.pass_time(hours=25)
    story.decide(story.receipts(trade, "refund")[0].fields["copNo"], "take_back")
    assert story.bills(trade) == [("0", "void"), ("1", "made")]
    first, _, second = story.receipts(trade, "tax_bill")
    assert Decimal(second.fields["valueAddedTax"]) < Decimal(first.fields["valueAddedTax"])
    assert 0 < story.used_allowance(trade)[1] < before
    assert story.guarantee_of(trade)[1] == sum(
        int(Decimal(second.fields[name]) * SCALE) for name in ("customsTax", "valueAddedTax", "consumptionTax")
    )


def test_goods_that_do_not_come_back_in_time_leave_the_bill_to_be_collected(story):
    trade, number = released(story)
    story.submit(refund(trade, number).body)
    story.pass_time(days=40)
    assert story.bills(trade) == [("0", "made")], "a return holds the collection"
    story.pass_time(days=7)
    assert story.statuses(trade, "refund")[-1] == "100"
    assert story.bills(trade) == [("0", "collected")]


def test_bonded_stock_is_drawn_down_by_acceptance_and_refused_when_short(story):
    trade = story.trade(mode="1210")
    story.send(trade)
    drawn = (
        fetch(
            story.window.engine,
            select(account_book.c.drawn).where(account_book.c.sandbox == story.sandbox, account_book.c.drawn > 0),
        )
        .scalars()
        .all()
    )
    assert sum(drawn) == sum(int(Decimal(line["qty"]) * SCALE) for line in trade.document("inventory").lines)
    short = story.trade(5, mode="1210", fault="stock_short")
    story.send(short)
    assert outcome(story.receipts(short))[-1] == ("100", "14314")


@pytest.mark.parametrize("early", [True, False], ids=["before-release", "after-release"])
def test_delivery_and_arrival_are_noted_whenever_they_come(story, early):
    trade = story.trade()
    if not early:
        story.send(trade)
    story.submit(delivery(trade).body, *[intake.body for intake in intakes(WORLD, [trade])])
    if early:
        story.send(trade)
    assert story.column(trade, "delivered_at") and story.column(trade, "arrived_at")


def test_a_direct_purchase_waits_for_its_parcel_where_the_sandbox_says_so(start_story):
    story = start_story(await_arrival=True)
    trade, late = story.trade(0), story.trade(1)
    story.send(trade)
    story.send(late)
    assert story.statuses(trade) == ["2", "120", "400"]
    story.submit(*[intake.body for intake in intakes(WORLD, [trade])])
    assert story.statuses(trade) == ["2", "120", "400", "800"]
    story.pass_time(days=15)
    assert outcome(story.receipts(late))[-1] == ("100", "14305")
    assert story.used_allowance(late) == (0, 0)


def test_the_first_bill_of_a_list_that_was_reviewed_is_number_0(story):
    trade = story.trade(fault="content_missing")
    story.send(trade)
    number = str(story.column(trade, "invt_no"))
    story.decide(number, "conclude")
    assert [receipt.fields["taxNo"] for receipt in story.receipts(trade, "tax_bill")] == [f"{number}_0"]


def test_parcels_that_one_intake_note_reports_are_looked_up_together(start_story):
    story = start_story(await_arrival=True)
    trades = [story.trade(number) for number in range(30)]
    story.submit(*[story.message(trade, kind) for trade in trades for kind in KINDS])
    notes = sorted(intakes(WORLD, trades), key=lambda note: len(note.trades))
    assert len(notes[0].trades) < len(notes[-1].trades)
    queries = []

    @event.listens_for(story.window.engine, "before_cursor_execute")
    def count(connection, cursor, statement, *_):
        queries.append(statement)

    looked_up = []
    for message in (notes[0], notes[-1]):
        queries.clear()
        story.submit(message.body)
        looked_up.append(sum("FROM participant" in query for query in queries))
    assert 0 < looked_up[1] <= looked_up[0]


def test_an_assessment_requested_twice_leaves_the_bill_alone(story):
    trade, _ = released(story)
    columns = [*(story.column(trade, name) for name in ("id", "document_id", "accepted_at")), False]
    story.window.numbering.ensure(ROWS, "row", 1)
    write_by(
        story.window.engine,
        write_sends,
        story.window.numbering,
        story.sandbox,
        {Route("tax", "tax.requested"): [columns]},
        0,
    )
    story.window.settle()
    story.pass_time(days=31)
    assert story.bills(trade) == [("0", "collected")]
    assert story.guarantee_of(trade) == (0, 0)


def test_a_list_amended_while_suspended_holds_its_allowance_once(story):
    trade = story.trade(fault="guarantee_short")
    story.send(trade)
    number, pre_no = str(story.column(trade, "invt_no")), str(story.column(trade, "pre_no"))
    story.decide(number, "suspend")
    story.submit(
        amended_document(trade, changes={"assureCode": trade.parties.agent.code}, invt_no=number, pre_no=pre_no).body
    )
    assert story.state(trade) == "released"
    assert story.used_allowance(trade) == (0, story.column(trade, "value"))


@pytest.mark.parametrize(("kind", "story_of"), [("cancellation", cancellation), ("refund", refund)])
def test_a_request_that_was_refused_is_sent_again_corrected_under_its_own_number(story, kind, story_of):
    trade = story.trade(fault="guarantee_short") if kind == "cancellation" else released(story)[0]
    if kind == "cancellation":
        story.send(trade)
    story.submit(story_of(trade, "42272026I999999999").body)
    assert story.statuses(trade, kind)[-1] in {"-623003", "-625016"}
    body = story_of(trade, str(story.column(trade, "invt_no")), after=200_000).body
    story.submit(body.replace(body.split(b'guid="')[1][:36], b"C" * 36, 1))
    assert story.statuses(trade, kind)[-2:] == (["120", "399"] if kind == "cancellation" else ["2", "120"])
