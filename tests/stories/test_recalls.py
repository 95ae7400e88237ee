"""Recalls: a merchant announces one, an officer orders one; stock is held, parcels are followed, clocks run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from declarations.calendar import stamp14
from declarations.money import SCALE, amount_text, scaled_from_text
from schemas.remedies import remedy
from simulators.imports.stories import refund
from single_window.auditing import audit_ledgers
from single_window.cases.recalls.decisions import ORDERING
from single_window.cases.recalls.queries import RECALL_CASES, by_clock
from single_window.cases.recalls.trail import trail_sheet
from single_window.cases.spot_checks.queries import find_spot_sample
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.language.refusal import Refusal
from single_window.store.agency_tables.credit import credit_event
from single_window.store.agency_tables.traceability import trace_batch
from single_window.store.decisions import StoredDecision
from single_window.store.tables import hold, participant, receipt, receipt_group
from single_window.work import filing, proposals
from tests.databases import carry_out
from tests.officers import TESTER, act, change_parameter, named
from tests.stories.recalled import SOLD, Sold, same_lot, sold_in, trail_of
from tests.stories.story import StoryRunner
from tests.stories.test_spot_checks import failed_samples
from tests.stories.tracing import GTIN, answer, bonded_food, book_item
from tests.tables import each


@pytest.fixture
def sold(story: StoryRunner) -> Sold:
    return sold_in(story)


def events_of_credit(story: StoryRunner) -> list[tuple[str, str, bool]]:
    columns = credit_event.c
    rows = story.rows(select(columns.kind, columns.key, columns.cured).order_by(columns.key))
    return [(row.kind, row.key, bool(row.cured)) for row in rows]


def told(story: StoryRunner) -> list[tuple[str, str]]:
    """Mailbox and status of each notice about a recall."""
    chosen = select(receipt_group.c.mailbox, receipt.c.return_status).join(
        receipt_group, receipt_group.c.id == receipt.c.group_id
    )
    return [tuple(row) for row in story.rows(chosen.where(receipt.c.code == "RecallStatus"))]


def test_what_is_answered_about_a_recall_can_be_read_as_it_is_declared(sold: Sold) -> None:
    sold.notice()
    shown = sold.shown()
    again = msgspec.json.decode(msgspec.json.encode(shown), type=type(shown))
    assert again == shown and {unit.precision for unit in again.units} == {"lot"}


def test_a_merchant_recalls_a_lot(sold: Sold) -> None:
    story = sold.story
    taken = sold.notice()
    assert (taken.return_status, taken.rule) == ("120", "24010")
    item = book_item(story, sold.trades[0])
    assert taken.fields["precision"] == "lot"
    assert (taken.fields["soldQty"], taken.fields["lists"]) == (amount_text(sold.quantity), str(SOLD))
    assert taken.fields["heldQty"] == amount_text(item.filed - item.drawn)
    assert sold.shown().state == "sale_stopped" and sold.states() == ["sold"] * SOLD
    # a new list of the lot is refused, one of another lot is not
    late = same_lot(story, sold.trades[0])[SOLD]
    story.send(late)
    assert [told.rule for told in story.receipts(late) if told.return_status == "100"] == ["24206"]
    # nobody begins in 24 hours: the platform is told, and credit
    story.pass_time(hours=25)
    shown = sold.shown()
    assert shown.overdue_kind == "begin" and shown.state == "sale_stopped"
    assert events_of_credit(story) == [("202", "traceability|202|RC1|begin", False)]
    boxes = dict(story.rows(select(participant.c.code, participant.c.dxp_id)))
    overdue = {mailbox for mailbox, status in told(story) if status == "600"}
    assert {boxes[sold.merchant.code]} | {boxes[code] for code in shown.platforms if boxes[code]} == overdue
    # one comes back, one is destroyed
    first, second, _ = (str(story.column(trade, "invt_no")) for trade in sold.trades)
    quantities = [trade.document("inventory").lines[0]["qty"] for trade in sold.trades]
    lines = (
        {"invtNo": first, "outcome": "B", "qty": quantities[0]},
        {"invtNo": second, "outcome": "X", "qty": quantities[1]},
    )
    sums = {"told": amount_text(sold.quantity), "back": quantities[0], "destroyed": quantities[1]}
    assert sold.progress(1, *lines, **sums).return_status == "399"
    assert sold.shown().state == "running" and sorted(sold.states()) == ["back", "destroyed", "sold"]
    assert events_of_credit(story) == [("202", "traceability|202|RC1|begin", True)]
    # it is not finished in ten working days
    story.pass_time(days=20)
    assert sold.shown().overdue_kind == "finish"
    assert ("202", "traceability|202|RC1|finish", False) in events_of_credit(story)
    assert sold.progress(2, closed="Y", **sums).return_status == "399"
    assert all(cured for _, _, cured in events_of_credit(story)) and sold.shown().state == "completed"
    # what is left is still held: it leaves the book before the recall is closed
    assert codes(decide(story, "RC1", "close_recall")) == ["24210"]
    assert sold.shown().state == "completed"
    assert codes(decide(story, "RC1", "book_out_stock")) == []
    assert sold.shown().findings.stock == "0.00"
    assert codes(decide(story, "RC1", "book_out_stock")) == ["24214"]
    assert codes(decide(story, "RC1", "close_recall")) == []
    assert sold.shown().state == "closed"
    assert story.rows(select(hold.c.key).where(hold.c.kind == "lot")) == []


def decide(story: StoryRunner, number: str, action: str, **seen: int) -> StoredDecision:
    """Decide about a recall; return the decision with its answer."""
    filed = act(story.window, story.sandbox, number, action, "核实", about="recall", **seen)
    story.window.settle()
    return filing.outcome(story.window, story.sandbox, filed.decision)


def codes(decided: StoredDecision) -> list[str]:
    """The codes of the refusal; empty if it was carried out."""
    return [] if decided.done else [reason.rule for reason in decided.answer]


def order(story: StoryRunner, terms: str, who: Any = TESTER) -> StoredDecision:
    """Order a recall."""
    wanted = Requested(ORDERING.action, "抽查不合格", values={"recall": terms})
    decision = create(story.window, story.sandbox, "recall", ORDERING, wanted, who)
    story.window.settle()
    return filing.outcome(story.window, story.sandbox, decision)


def newest(story: StoryRunner) -> Any:
    """The recall that was registered last."""
    return story.read(RECALL_CASES.page).recalls[0]


def test_an_officer_orders_a_recall_that_another_approves(sold: Sold) -> None:
    story, item = sold.story, book_item(sold.story, sold.trades[0])
    waiting = same_lot(story, sold.trades[0])[SOLD]
    terms = (
        f"ebc={sold.merchant.code}; kind=F; class=2; book={item.ems_no}; record={item.item_record_no}; hazard=沙门氏菌"
    )
    wanted = Requested(ORDERING.action, "抽查不合格", values={"recall": terms})
    proposed = create(story.window, story.sandbox, "recall", ORDERING, wanted, named("li"))
    story.window.settle()
    assert story.read(RECALL_CASES.page).recalls == ()
    proposals.approve(story.window, story.sandbox, proposed, named("zhao"))
    story.window.settle()
    ordered = newest(story)
    assert (ordered.ordered, ordered.state, ordered.precision, ordered.lists) == ("Y", "sale_stopped", "lot", SOLD)
    boxes = dict(story.rows(select(participant.c.code, participant.c.dxp_id)))
    assert boxes[sold.merchant.code] in {mailbox for mailbox, _ in told(story)}
    story.send(waiting)
    assert [told.rule for told in story.receipts(waiting) if told.return_status == "100"] == ["24206"]
    story.pass_time(hours=49)
    assert events_of_credit(story) == [("203", f"traceability|203|{ordered.recall_no}|begin", False)]
    assert codes(decide(story, ordered.recall_no, "suspend_seller")) == []
    suspended = select(participant.c.suspended_at).where(participant.c.code == sold.merchant.code)
    assert story.rows(suspended)[0][0] > 0
    taken = sold.progress(1, recall=ordered.recall_no, told="1")
    assert (taken.return_status, newest(story).state) == ("399", "running")


def test_a_list_that_waits_goes_no_further_and_keeps_the_recall_open(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story(inspection=True, automatic_officer=False)
    sold = sold_in(story)
    waiting = same_lot(story, sold.trades[0])[SOLD]
    always = dict.fromkeys(GRADES, "1")
    change_parameter(story.window, story.sandbox, "inspection.rates", always, "2026-11-20", by=TESTER, reason="测试")
    story.window.settle()
    story.send(waiting)
    assert story.state(waiting) == "under_inspection"
    sold.notice()
    assert sorted(sold.states()) == ["held", *["sold"] * SOLD]
    assert sold.shown().findings.waiting_lists == 1
    story.pass_time(days=3)
    assert story.state(waiting) == "in_review", "its inspection has passed, its lot is held"
    assert story.statuses(waiting)[-2:] == ["399", "300"]
    sold.progress(1, told=amount_text(sold.quantity), closed="Y")
    assert codes(decide(story, "RC1", "book_out_stock")) == []
    assert codes(decide(story, "RC1", "close_recall")) == ["24210"]
    # it is rejected: what it gives back leaves the book at the same instant, and the company is told again
    act(story.window, story.sandbox, story.column(waiting, "invt_no"), "reject", "批次召回")
    story.window.settle()
    assert story.state(waiting) == "rejected"
    assert codes(decide(story, "RC1", "close_recall")) == ["24210"]
    assert codes(decide(story, "RC1", "book_out_stock")) == []
    assert sold.shown().findings.stock == "0.00"
    assert codes(decide(story, "RC1", "close_recall")) == []


def test_a_seller_is_not_suspended_before_the_recall_is_overdue(sold: Sold) -> None:
    sold.notice()
    assert codes(decide(sold.story, "RC1", "suspend_seller")) == ["24212"]


def test_lots_that_are_freed_are_sold_again_and_let_the_recall_close(sold: Sold) -> None:
    story = sold.story
    sold.notice()
    assert sold.progress(1, told=amount_text(sold.quantity), closed="Y").return_status == "399"
    assert codes(decide(story, "RC1", "free_stock")) == []
    late = same_lot(story, sold.trades[0])[SOLD]
    story.send(late)
    assert "100" not in story.statuses(late)
    assert codes(decide(story, "RC1", "close_recall")) == [] and sold.shown().state == "closed"


def test_a_recall_that_is_not_finished_is_sent_back_and_its_term_runs_on(sold: Sold) -> None:
    story = sold.story
    sold.notice()
    told = amount_text(sold.quantity)
    assert sold.progress(1, told=told, closed="Y").return_status == "399"
    assert codes(decide(story, "RC1", "reopen_recall")) == [] and sold.shown().state == "running"
    story.pass_time(days=40)
    assert "finish" in sold.shown().overdue_kind, "the day passed on which it was to be finished"
    assert sold.progress(2, told=told, closed="Y").return_status == "399"
    assert codes(decide(story, "RC1", "reopen_recall")) == []
    assert "finish" in sold.shown().overdue_kind, "it is late at once"


def test_a_recall_that_should_not_have_been_is_quashed_with_what_it_led_to(sold: Sold) -> None:
    story = sold.story
    sold.notice()
    story.pass_time(hours=25)
    assert [kind for kind, *_ in events_of_credit(story)] == ["202"]
    assert codes(decide(story, "RC1", "quash_recall")) == []
    shown = sold.shown()
    assert (shown.state, shown.overdue_kind) == ("quashed", "")
    [event] = story.rows(select(credit_event.c["withdrawn", "cured"]))
    assert event.withdrawn and not event.cured
    assert [(row.state, row.recall_no) for row in story.rows(select(trace_batch.c["state", "recall_no"]))] == [
        ("registered", "")
    ]
    late = same_lot(story, sold.trades[0])[SOLD]
    story.send(late)
    assert "100" not in story.statuses(late)
    story.pass_time(days=40)
    assert sold.shown().overdue_kind == "" and len(events_of_credit(story)) == 1
    assert sold.progress(1, told="1").return_status == "100"


def test_a_batch_of_a_quashed_recall_that_another_one_has_stays_recalled(sold: Sold) -> None:
    sold.notice()
    sold.notice(recallNo="RC2", hazard="另一缺陷")
    assert codes(decide(sold.story, "RC2", "quash_recall")) == []
    [batch] = sold.story.rows(select(trace_batch.c["state", "recall_no"]))
    assert (batch.state, batch.recall_no) == ("recalled", "RC1")
    assert codes(decide(sold.story, "RC1", "quash_recall")) == []
    [batch] = sold.story.rows(select(trace_batch.c["state", "recall_no"]))
    assert (batch.state, batch.recall_no) == ("registered", "")


def test_a_recall_of_a_gtin_without_a_book_reaches_all_lists_of_the_item_number(story: StoryRunner) -> None:
    trades = map(story.trade, range(100))
    trade = next(trade for trade in trades if trade.document("inventory").lines[0]["gcode"][:2] == "61")
    line, merchant = trade.document("inventory").lines[0], trade.parties.merchant
    batch = {
        "ebcCode": merchant.code, "copNo": "TB1", "goodsKind": "G", "gtin": GTIN, "itemNo": line["itemNo"],
        "lot": "L1", "origin": "410", "producedDay": "20261001", "qty": "10", "unit": line["unit"],
    }  # fmt: skip
    assert answer(story, merchant, "TraceBatch", batch).return_status == "120"
    story.send(trade)
    head = {
        "ebcCode": merchant.code, "recallNo": "RC1", "goodsKind": "G", "gtin": GTIN, "hazard": "小零件", "remedy": "R",
        "startTime": stamp14(story.window.now("story")),
    }  # fmt: skip
    taken = answer(story, merchant, "RecallNotice", head, [{"lot": "L1"}])
    assert (taken.return_status, taken.fields["precision"], taken.fields["lists"]) == ("120", "sku+days", "1")
    (found,) = trail_of(story, "RC1")
    assert (found.list, found.lot, found.state, found.precision) == (
        story.column(trade, "invt_no"), "L1", "sold", "sku+days"
    )  # fmt: skip


@pytest.mark.parametrize(("lots", "state"), [("", "rejected"), ("; lots=L1", "in_review")])
def test_further_parcels_of_an_item_are_stopped_with_its_sale(story: StoryRunner, lots: str, state: str) -> None:
    first = story.trade(1)
    line, merchant = first.document("inventory").lines[0], first.parties.merchant
    story.send(first)
    terms = f"ebc={merchant.code}; kind=F; class=1; item={line['itemNo']}; hazard=x{lots}"
    assert codes(order(story, terms)) == []
    later = next(
        trade
        for trade in map(story.trade, range(2, 2_000))
        if trade.parties.merchant == merchant
        and line["itemNo"] in {one["itemNo"] for one in trade.document("inventory").lines}
    )
    story.send(later)
    assert story.state(later) == state
    assert [ledger.name for ledger in story.read(audit_ledgers) if not ledger.balanced] == []
    recall_no = newest(story).recall_no
    assert codes(decide(story, recall_no, "quash_recall")) == []
    story.pass_time(hours=1)
    if lots:
        assert story.state(later) in {"released", "closed"}


def test_of_an_item_that_lots_share_no_more_is_booked_out_than_was_recalled(sold: Sold) -> None:
    other = {name: value for name, value in sold.batch.items() if name != "gtin"}
    other |= {"copNo": "TB2", "lot": "L2", "qty": "10"}
    carry_out(sold.story.window.engine, trace_batch.update().values(qty=5 * SCALE))
    assert answer(sold.story, sold.merchant, "TraceBatch", other).return_status == "120"
    sold.notice()
    stock = [scaled_from_text(sold.shown().findings.stock)]
    for expected in ([], ["24214"]):
        assert codes(decide(sold.story, "RC1", "book_out_stock")) == expected
        stock.append(scaled_from_text(sold.shown().findings.stock))
    assert [stock[0] - left for left in stock] == [0, 5 * SCALE, 5 * SCALE]


def test_goods_of_no_batch_are_food_if_their_lists_say_so(story: StoryRunner) -> None:
    """In the mode 9610, whatever kind an officer names: food wants its class."""
    trade = bonded_food(story, mode="9610")
    line, merchant = trade.document("inventory").lines[0], trade.parties.merchant
    story.send(trade)
    terms = f"ebc={merchant.code}; kind=G; item={line['itemNo']}; hazard=x"
    assert codes(order(story, terms)) == ["24203"]
    assert codes(order(story, f"{terms}; class=1")) == []
    assert newest(story).goods_kind == "F"


def test_a_recall_of_which_nothing_was_sold_is_begun_by_its_first_report(sold: Sold) -> None:
    for trade in sold.trades:
        sold.story.submit(refund(trade, str(sold.story.column(trade, "invt_no"))).body)
        sold.story.pass_time(hours=25)
        sold.story.decide(str(sold.story.receipts(trade, "refund")[0].fields["copNo"]), "take_back")
    sold.notice()
    assert sold.progress(1).return_status == "399"
    assert (sold.shown().state, sold.shown().sold_qty) == ("running", "0.00")
    sold.story.pass_time(hours=25)
    assert (sold.shown().overdue_kind, events_of_credit(sold.story)) == ("", [])


GRADES = ("advanced", "certified", "ordinary", "dishonest", "severely_dishonest")
REFUSED_NOTICES = {
    "goods that nobody ever had": ({"gtin": "", "itemNo": "NONE"}, "24201"),
    "an item that the book has not": ({"gtin": "", "emsNo": "T4258W000007", "itemRecordNo": "000000"}, "24201"),
    "a GTIN of no batch": ({"gtin": "09520000000004"}, "24201"),
    "days on which nothing was made": ({"madeFrom": "20261101"}, "24201"),
    "food without a domestic firm": ({"recallAgent": ""}, "24202"),
    "food without a class": ({"recallClass": ""}, "24203"),
    "food of a fourth class": ({"recallClass": "4"}, "24118"),
    "known tomorrow": ({"startTime": "20991231000000"}, "24213"),
    "known in the year 1": ({"startTime": "00010101000000"}, "24213"),
    "made on a day that is none": ({"gtin": "", "itemNo": "NONE", "madeFrom": "20260230"}, "24213"),
    "made until a day that is none": ({"madeUntil": "20261301"}, "24213"),
    "a time that is none": ({"startTime": "20261320000000"}, "24213"),
    "a number that another recall has": ({"recallNo": "RC0"}, "24211"),
}


def test_notices_are_refused(sold: Sold) -> None:
    assert sold.notice(recallNo="RC0").return_status == "120"
    found = {}
    for number, (case, (changes, _)) in enumerate(REFUSED_NOTICES.items()):
        receipt_ = sold.notice(
            **{"recallNo": f"RCX{number}", **changes, **({"appType": "2"} if "recallNo" in changes else {})}
        )
        found[case] = receipt_.rule if receipt_.return_status == "100" else receipt_.return_status
    assert found == {case: code for case, (_, code) in REFUSED_NOTICES.items()}


def test_who_names_a_time_that_cannot_be_learns_which_elements_to_mend(sold: Sold) -> None:
    refused = sold.notice(startTime="00010101000000")
    assert remedy(refused.rule).fields["recall_notice"] == ("startTime", "madeFrom", "madeUntil")


def test_a_company_holds_no_lot_that_it_never_had(sold: Sold) -> None:
    story, item = sold.story, book_item(sold.story, sold.trades[0])
    others = (story.trade(number).parties.merchant for number in range(100))
    stranger = next(one for one in others if one.code != sold.merchant.code and one.dxp_id)
    theirs = Sold(story, sold.trades, stranger, sold.batch)
    book = {"gtin": "", "emsNo": item.ems_no, "itemRecordNo": item.item_record_no}
    assert theirs.notice(ebcCode=stranger.code, **book).rule == "24201"
    assert story.rows(select(hold.c.key).where(hold.c.kind == "lot")) == []


def test_a_notice_of_another_mailbox_is_refused(sold: Sold) -> None:
    stranger = Sold(sold.story, sold.trades, sold.merchant._replace(dxp_id="DXPENT0000000999"), sold.batch)
    assert stranger.notice().rule == "24117"


def test_reports_are_refused(sold: Sold) -> None:
    story, all_sold = sold.story, amount_text(sold.quantity)
    more = amount_text(sold.quantity + SCALE)
    assert sold.progress(1, told="1").rule == "24208", "a report before its notice"
    sold.notice()
    first = {"invtNo": str(story.column(sold.trades[0], "invt_no")), "outcome": "B", "qty": "1"}
    cases: dict[str, tuple[tuple[Mapping[str, str], ...], dict[str, str], str]] = {
        "more back than sold": ((), {"back": more}, "24204"),
        "back and destroyed more than sold": ((), {"back": all_sold, "destroyed": "1"}, "24204"),
        "more told than sold": ((), {"told": more}, "24204"),
        "more refunded than sold": ((), {"refunded": more}, "24204"),
        "less than nothing": ((), {"told": "-1"}, "24204"),
        "a list that did not have it": (({**first, "invtNo": "42402026I999999999"},), {"back": "1"}, "24207"),
        "more than the list had": (({**first, "qty": more},), {"back": "1"}, "24207"),
        "an outcome that is none": (({**first, "outcome": "Z"},), {"back": "1"}, "24118"),
        "closed while buyers were not told": ((), {"told": "1", "closed": "Y"}, "24215"),
        "as of tomorrow": ((), {"told": "1", "asOf": "20991231000000"}, "24213"),
        "of a recall of nobody": ((), {"recall": "RC9", "told": "1"}, "24208"),
    }
    found = {}
    for number, (case, (lines, sums, _)) in enumerate(cases.items(), 10):
        answered = sold.progress(number, *lines, **sums)
        found[case] = answered.rule if answered.return_status == "100" else answered.return_status
    assert found == {case: code for case, (_, _, code) in cases.items()}
    assert sold.progress(30, told=all_sold, back=all_sold).return_status == "399", "all of it is back"
    assert sold.progress(31, told=all_sold, closed="Y").return_status == "399"
    assert sold.progress(32, told=all_sold).rule == "24209", "it is completed"


def test_a_list_has_every_outcome_that_was_told_of_it(sold: Sold) -> None:
    story, trade = sold.story, sold.trades[0]
    sold.notice()
    number, quantity = str(story.column(trade, "invt_no")), trade.document("inventory").lines[0]["qty"]
    whole = scaled_from_text(quantity)
    some, rest = amount_text(whole // 4), amount_text(whole - whole // 4)
    back, destroyed = {"invtNo": number, "outcome": "B", "qty": some}, {"invtNo": number, "outcome": "X", "qty": rest}
    assert sold.progress(1, back, told=some, back=some).return_status == "399"
    assert sold.progress(2, destroyed, told=quantity, destroyed=rest).rule == "24204", "what came back is still told"
    assert sold.progress(3, destroyed, told=quantity, back=some, destroyed=rest).return_status == "399"
    became = [(line.state, line.quantity) for line in trail_of(story, "RC1") if line.list == number]
    assert became == [("back", some), ("destroyed", rest)]
    assert sold.progress(4, back | {"qty": rest}, told=quantity, back=rest, destroyed=rest).return_status == "100"


@pytest.mark.parametrize("before", [True, False])
def test_what_customs_took_back_is_in_the_trail_and_may_be_reported(sold: Sold, before: bool) -> None:
    story, trade = sold.story, sold.trades[0]
    number = str(story.column(trade, "invt_no"))
    quantity = amount_text(scaled_from_text(trade.document("inventory").lines[0]["qty"]))
    if not before:
        sold.notice()
    story.submit(refund(trade, number).body)
    request = str(story.receipts(trade, "refund")[0].fields["copNo"])
    story.pass_time(hours=25)
    story.decide(request, "take_back")
    if before:
        sold.notice()
    assert [(line.state, line.quantity) for line in trail_of(story, "RC1") if line.list == number] == [
        ("back", quantity)
    ]
    assert scaled_from_text(sold.shown().sold_qty) == sold.quantity - (scaled_from_text(quantity) if before else 0)
    back = {"invtNo": number, "outcome": "B", "qty": quantity}
    assert sold.progress(1, back, told=quantity, back=quantity).return_status == "399"
    assert sorted(sold.states()) == ["back", "sold", "sold"]
    assert [ledger.name for ledger in story.read(audit_ledgers) if not ledger.balanced] == []


def test_a_report_that_comes_late_or_twice_changes_nothing(sold: Sold) -> None:
    sold.notice()
    sold.progress(2, told="2")
    late = sold.progress(1, told="1")
    assert (late.return_status, late.rule, sold.shown().told) == ("399", "24019", "2.00")
    again = sold.progress(2, told="3")
    assert (again.return_status, sold.shown().told) == ("-973003", "2.00")


def test_reports_of_one_message_are_taken_in_any_order(sold: Sold) -> None:
    sold.notice()
    for seq in (3, 1, 2):
        sold.progress(seq, told=str(seq))
    shown = sold.shown()
    assert (shown.told, [line.event for line in shown.history].count("recall_progress")) == ("3.00", 3)


def test_a_measure_of_a_spot_check_orders_a_recall(story: StoryRunner) -> None:
    number = failed_samples(story)[0]
    sample = story.read(find_spot_sample, number)
    act(story.window, story.sandbox, number, "order_recall", "铅超标", about="spot_check")
    story.window.settle()
    ordered = newest(story)
    assert (ordered.source, ordered.ordered, ordered.hazard) == (f"M{number}", "Y", "铅超标")
    assert ordered.ebc_code == sample.ebc_code and ordered.lists >= 1
    assert sample.invt_no in {line.list for line in trail_of(story, ordered.recall_no)}


def test_the_sheet_names_no_person(sold: Sold) -> None:
    sold.notice()
    sheet = "".join(trail_sheet(iter(trail_of(sold.story, "RC1"))))
    rows = sheet.splitlines()
    assert (
        rows[0] == "list,gnum,parcel,lot,book_item,item_no,quantity,released,state,precision" and len(rows) == 1 + SOLD
    )
    for trade in sold.trades:
        head = trade.document("inventory").head
        for name in ("buyerName", "buyerIdNumber", "buyerTelephone", "orderNo", "consigneeAddress"):
            assert not head.get(name) or head[name] not in sheet


def test_the_board_is_sorted_by_the_clock_and_begins_with_what_is_overdue(sold: Sold) -> None:
    story = sold.story
    sold.notice(recallNo="SLOW", recallClass="3")
    sold.notice(recallNo="FAST")
    sold.notice(recallNo="MIDDLE", recallClass="2")
    assert [recall.recall_no for recall in story.read(by_clock)] == ["FAST", "MIDDLE", "SLOW"]
    sold.progress(1, recall="FAST", told="1")
    assert [recall.recall_no for recall in story.read(by_clock)] == ["MIDDLE", "SLOW", "FAST"]
    story.pass_time(hours=49)
    assert story.read(by_clock)[0].overdue_kind == "begin"


NO_ORDERS = {
    "no company": "kind=G; item=A; hazard=x",
    "no kind": "ebc=3702961003; item=A; hazard=x",
    "food without class": "ebc=3702961003; kind=F; item=A; hazard=x",
    "no goods": "ebc=3702961003; kind=G; hazard=x",
    "no hazard": "ebc=3702961003; kind=G; item=A",
    "another key": "ebc=3702961003; kind=G; item=A; hazard=x; buyer=y",
    "a wrong GTIN": "ebc=3702961003; kind=G; gtin=09520123456789; hazard=x",
}


@each("terms", NO_ORDERS.values(), NO_ORDERS)
def test_terms_that_are_no_order_are_refused_at_once(story: StoryRunner, terms: str) -> None:
    with pytest.raises(Refusal):
        order(story, terms)


def test_an_order_about_goods_that_nobody_had_is_refused(story: StoryRunner) -> None:
    assert codes(order(story, "ebc=3702961003; kind=G; item=NONE; hazard=x")) == ["24201"]
