"""Guarantees that fail at collection: the bill is overdue, somebody pays it with a surcharge, the guarantor's new lists
wait meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from declarations.money import decimal_of, round_to_fen, scaled_from_text, scaled_of
from simulators.imports.stories import partial_refund, refund
from simulators.imports.trade import ImportTrade
from single_window.accounts.people import participant
from single_window.api.app import create_app
from single_window.auditing import guarantees
from single_window.cases.declarations import assembly
from single_window.cases.tax_bills import queries as tax_bills
from single_window.master_data.importing import import_csv
from single_window.store.tables import guarantee, tax_bill
from single_window.work import filing
from single_window.work.runtime import Runtime
from tests.databases import ON_BOTH, carry_out, fetch
from tests.officers import TESTER, act, signed_in
from tests.stories.story import StoryRunner, outcome

pytestmark = ON_BOTH


def released(story: StoryRunner) -> ImportTrade:
    trade = story.trade()
    story.send(trade)
    assert story.statuses(trade)[-1] == "800"
    return trade


def fail(story: StoryRunner, trade: ImportTrade, standing: str = "good", valid_until: str = "") -> None:
    """Change how the guarantee of a trade's guarantor stands."""
    code = trade.document("inventory").head["assureCode"]
    import_csv(
        story.window,
        story.sandbox,
        "guarantees",
        f"assure_code,amount,standing,valid_until\n{code},10000000.00,{standing},{valid_until}\n",
    )


def of_the_same_guarantor(story: StoryRunner, trade: ImportTrade, first: int) -> ImportTrade:
    """A sound trade whose list names the same guarantor, from this number on."""
    code = trade.document("inventory").head["assureCode"]
    return next(
        other
        for other in map(story.trade, range(first, 1_000))
        if other.document("inventory").head["assureCode"] == code
    )


def bill_of(story: StoryRunner, trade: ImportTrade) -> Any:
    return fetch(
        story.window.engine,
        select(tax_bill)
        .where(tax_bill.c.sandbox == story.sandbox, tax_bill.c.order_no == trade.id)
        .order_by(tax_bill.c.sequence.desc()),
    ).first()


def account_of(story: StoryRunner, trade: ImportTrade) -> Any:
    code = trade.document("inventory").head["assureCode"]
    return fetch(
        story.window.engine,
        select(guarantee).where(guarantee.c.sandbox == story.sandbox, guarantee.c.assure_code == code),
    ).one()


def pay(story: StoryRunner, trade: ImportTrade) -> filing.StoredDecision:
    decision, _ = tax_bills.pay_bill(story.window, story.sandbox, bill_of(story, trade).tax_no, participant("cashier"))
    story.window.settle()
    return filing.outcome(story.window, story.sandbox, decision)


def balanced(story: StoryRunner) -> bool:
    return story.read(guarantees.audit_ledger).balanced


@pytest.mark.parametrize(
    ("standing", "valid_until", "rule"),
    [("withdrawn", "", "14208.withdrawn"), ("used_up", "", "14208.used_up"), ("good", "2026-11-30", "14208.expired")],
)
def test_a_bill_whose_guarantee_fails_is_overdue_after_its_term_and_paid_with_a_surcharge(
    start_story, standing, valid_until, rule
):
    story = start_story()
    trade = released(story)
    fail(story, trade, standing, valid_until)
    story.pass_time(days=45)
    assert story.bills(trade) == [("0", "made")], "day 45 is the last day of payment"
    story.pass_time(days=1)
    assert story.bills(trade) == [("0", "overdue")]
    assert account_of(story, trade).overdue == 1
    noted = [line for line in story.timeline(trade) if line.event in ("not_collected", "overdue")]
    assert [line.event for line in noted] == ["not_collected", "overdue"]
    assert all(rule in line.reasons for line in noted)
    assert balanced(story)
    story.pass_time(days=999)
    assert pay(story, trade).done
    bill = bill_of(story, trade)
    total = story.receipts(trade, "tax_bill")[0].fields
    unpaid = sum(
        decimal_of(scaled_from_text(total[name])) for name in ("customsTax", "valueAddedTax", "consumptionTax")
    )
    computed = round(unpaid * 1000 * 5 / 10_000, 2)
    assert (bill.state, bill.surcharge) == ("collected", scaled_from_text(str(computed)) if computed >= 50 else 0)
    assert story.statuses(trade, "tax_bill") == ["1", "2"]
    assert "14210" in next(line.reasons for line in story.timeline(trade) if line.event == "paid")
    account = account_of(story, trade)
    assert (account.booked, account.overdue) == (0, 0)
    assert balanced(story)


def test_lateness_of_fifty_yuan_and_more_is_charged_and_the_audit_computes_it_again(start_story):
    story = start_story()
    trade = released(story)
    fail(story, trade, "withdrawn")
    story.pass_time(days=45 + 11_000)
    assert pay(story, trade).done
    bill = bill_of(story, trade)
    assessed = next(owed for owed in listed(story) if owed.bill.tax_no == bill.tax_no)
    charged = round_to_fen(decimal_of(assessed.tax) * 11_000 * 5 / 10_000)
    assert assessed.late.days == 11_000 and charged >= 50
    assert bill.surcharge == scaled_of(charged) and balanced(story)
    carry_out(
        story.window.engine,
        update(tax_bill)
        .where(tax_bill.c.tax_no == bill.tax_no)
        .values(surcharge=bill.surcharge + scaled_from_text("0.01")),
    )
    differences = story.read(guarantees.audit_ledger).differences
    assert [(difference.key, difference.what) for difference in differences] == [
        (bill.tax_no, "surcharge of an overdue bill")
    ]


def test_the_page_of_tax_bills_names_what_is_late_and_what_it_costs(start_story) -> None:
    story = start_story()
    trade = released(story)
    fail(story, trade, "withdrawn")
    story.pass_time(days=45 + 3)
    browser = signed_in(create_app(story.window, runtime=Runtime(story.window)).test_client(), story.window)
    pages = {
        state: browser.get(f"/tax-bills?sandbox=story&lang=en&state={state}").get_data(as_text=True)
        for state in ("", "made", "collected")
    }
    number = bill_of(story, trade).tax_no
    assert [state for state, page in pages.items() if number in page] == [""]
    assert "below 50.00 yuan: not charged" in pages[""] and "must pay tax and surcharge" in pages[""]
    account = account_of(story, trade)
    left = decimal_of(account.amount - account.reserved - account.booked)
    assert f'<td class="number">{left:,.2f}</td>' in pages[""], "what its guarantee has left"
    found = browser.get(f"/declarations?sandbox=story&lang=en&number={number}")
    assert found.status_code == 303 and f"number={number}" in found.location
    assert number in browser.get(found.location).get_data(as_text=True)
    assert "There is no tax bill 1_0" in browser.get("/tax-bills?sandbox=story&lang=en&number=1_0").text


def test_a_file_of_guarantees_leaves_alone_what_it_does_not_speak_of(start_story):
    story = start_story()
    trade = released(story)
    fail(story, trade, "withdrawn", "2027-01-31")
    code = trade.document("inventory").head["assureCode"]
    import_csv(story.window, story.sandbox, "guarantees", f"assure_code,amount\n{code},20000000.00\n")
    account = account_of(story, trade)
    assert (account.standing, account.valid_until, account.amount) == (
        "withdrawn",
        "2027-01-31",
        scaled_from_text("20000000"),
    )


def test_a_bill_that_waited_for_a_return_is_not_late(start_story):
    story = start_story()
    trade = story.trade(fault="returned")
    story.send(trade)
    story.submit(refund(trade, str(story.column(trade, "invt_no"))).body)
    story.pass_time(days=60)
    assert story.bills(trade) == [("0", "collected")]
    owed = next(debt for debt in listed(story) if debt.bill.order_no == trade.id)
    assert owed.bill.collected_at > 0 and owed.late.days == 0


def listed(story: StoryRunner) -> list[tax_bills.OwedBill]:
    return story.read(
        tax_bills.list_bills,
        story.window.now(story.sandbox),
        story.window.parameters,
    )


def test_a_guarantee_that_is_good_again_within_the_term_is_collected_from_on_the_next_day(start_story):
    story = start_story()
    trade = released(story)
    fail(story, trade, "withdrawn")
    story.pass_time(days=35)
    assert story.bills(trade) == [("0", "made")]
    fail(story, trade)
    story.pass_time(days=1)
    assert story.bills(trade) == [("0", "collected")]
    assert bill_of(story, trade).surcharge == 0


def test_new_lists_of_a_guarantor_wait_for_an_officer_until_his_overdue_bills_are_paid(start_story):
    story = start_story()
    trade = released(story)
    fail(story, trade, "withdrawn")
    second = of_the_same_guarantor(story, trade, 1)
    story.send(second)
    assert outcome(story.receipts(second))[-1] == ("300", "14208.withdrawn")
    story.pass_time(days=46)
    fail(story, trade)
    third = of_the_same_guarantor(story, trade, 500)
    story.send(third)
    assert outcome(story.receipts(third))[-1] == ("300", "14209")
    number = str(story.column(third, "invt_no"))
    story.decide(number, "conclude", "")
    assert story.state(third) == "in_review", "the bill is still overdue"
    assert pay(story, trade).done
    for waiting in (second, third):
        number = str(story.column(waiting, "invt_no"))
        act(story.window, story.sandbox, number, "conclude", reason="", officer=TESTER, as_declared=True)
    story.window.settle()
    assert (story.state(second), story.state(third)) == ("released", "released")
    assert balanced(story)


def test_a_bill_is_paid_once_and_not_before_its_first_day_of_collection(start_story):
    story = start_story()
    trade = released(story)
    early = pay(story, trade)
    assert early.refused and "2026-12-21" in early.answer[0].values["refusal_zh"]
    fail(story, trade, "withdrawn")
    story.pass_time(days=31)
    assert pay(story, trade).done, "within the window, without a surcharge"
    assert bill_of(story, trade).surcharge == 0
    again = pay(story, trade)
    assert again.refused and story.statuses(trade, "tax_bill") == ["1", "2"]


def test_two_who_pay_the_same_bill_at_once_pay_it_once(start_story):
    story = start_story()
    trade = released(story)
    fail(story, trade, "withdrawn")
    story.pass_time(days=50)
    filed = [
        tax_bills.pay_bill(story.window, story.sandbox, bill_of(story, trade).tax_no, participant(who))[0]
        for who in ("a", "b")
    ]
    story.window.settle()
    answers = [filing.outcome(story.window, story.sandbox, number) for number in filed]
    assert sorted((answer.done, answer.refused) for answer in answers) == [(False, True), (True, False)]
    assert story.statuses(trade, "tax_bill") == ["1", "2"] and balanced(story)


def test_a_story_shows_how_late_a_bill_is_and_what_that_costs(start_story):
    story = start_story()
    trade = released(story)
    fail(story, trade, "withdrawn")
    story.pass_time(days=47)
    record = story.read(assembly.of_declaration, int(str(story.column(trade, "id"))))
    late, cost = (day.text for day in record.bills[0].days[-2:])
    assert late == "2" and cost.startswith("0.00 (") and " × 0.0005 × 2 = " in cost
    assert any("collection.surcharge" in line or "滞纳金" in line for line in record.bills[0].working("zh"))


def test_the_number_of_a_void_bill_does_not_pay_the_bill_that_took_its_place(start_story):
    """A second return that is refused brings the new bill to the version that the void one ended with."""
    story = start_story()
    trade = story.trade(fault="returned_partly")
    story.send(trade)
    number = str(story.column(trade, "invt_no"))
    first = partial_refund(trade, number, after=90_000).body
    story.submit(partial_refund(trade, number).body)
    story.pass_time(hours=25)
    story.decide(str(story.receipts(trade, "refund")[0].fields["copNo"]), "take_back")
    story.submit(first.replace(b"<ceb:copNo>T", b"<ceb:copNo>U").replace(first.split(b'guid="')[1][:36], b"C" * 36, 1))
    story.decide(
        next(
            receipt.fields["copNo"]
            for receipt in story.receipts(trade, "refund")
            if receipt.fields["copNo"].startswith("U")
        ),
        "reject",
    )
    fail(story, trade, "withdrawn")
    story.pass_time(days=50)
    assert story.bills(trade) == [("0", "void"), ("1", "overdue")]
    void = bill_of(story, trade).tax_no.replace("_1", "_0")
    decision, _ = tax_bills.pay_bill(story.window, story.sandbox, void, participant("cashier"))
    story.window.settle()
    answer = filing.outcome(story.window, story.sandbox, decision)
    assert answer.refused and "void" in str(answer.answer[0].values)
    assert story.bills(trade) == [("0", "void"), ("1", "overdue")] and balanced(story)
