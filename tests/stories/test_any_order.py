"""Order, payment, waybill and list come in any order: they always meet, once, with the same outcome."""

from __future__ import annotations

from itertools import permutations

import pytest

from declarations.calendar import HOUR
from declarations.money import scaled_from_text
from simulators.imports.stories import amended_document
from single_window.receipts.rows import of_orders
from single_window.store import sandboxes
from single_window.store.tables import allowance
from tests.databases import carry_out, read_by, write_by
from tests.stories.story import KINDS, StoryRunner, outcome

GREEN = {
    "order": [("2", "2"), ("120", "1800")],
    "payment": [("2", "2"), ("120", "1800")],
    "waybill": [("2", "2"), ("120", "1800")],
    "inventory": [("2", "2.inventory"), ("120", "1800"), ("800", "2600")],
}


def in_orders(story, trade, orders):
    """Runners of a trade, by the order of its documents: each order in a sandbox of its own, and one document after the
    other, with all work done between them."""
    runners = {"-".join(order): StoryRunner(story.window, f"order-{number}") for number, order in enumerate(orders)}
    for place in range(len(KINDS)):
        for order, runner in runners.items():
            runner.file(runner.message(trade, order.split("-")[place]))
        story.window.settle()
    return runners


def test_every_order_of_the_four_documents_ends_in_release(story):
    trade = story.trade()
    for order, result in in_orders(story, trade, permutations(KINDS)).items():
        assert {kind: outcome(result.receipts(trade, kind)) for kind in KINDS} == GREEN, order
        assert len(result.receipts(trade, "tax_bill")) == 1, order
        assert result.bills(trade) == [("0", "made")], order


def test_a_mismatch_is_found_whatever_comes_last(story):
    trade = story.trade(fault="amount_differs")
    for order, result in in_orders(story, trade, list(permutations(KINDS))[::5]).items():
        assert outcome(result.receipts(trade)) == [("2", "2.inventory"), ("100", "1332")], order
        assert result.used_allowance(trade) == (0, 0), order


def test_return_times_of_a_list_strictly_increase_though_the_clock_stands_still(story):
    trade = story.trade()
    story.send(trade)
    times = [receipt.return_time for receipt in story.receipts(trade)]
    assert times == sorted(set(times))


def test_a_list_whose_partner_never_comes_is_rejected_after_its_window(story):
    trade = story.trade()
    story.send(trade, "order", "waybill", "inventory")
    story.pass_time(hours=71)
    assert story.state(trade) == "declared"
    story.pass_time(hours=2)
    assert outcome(story.receipts(trade)) == [("2", "2.inventory"), ("100", "14302")]
    assert outcome(story.receipts(trade, "order")) == [("2", "2")]


def test_a_partner_in_the_last_hour_is_in_time(story):
    trade = story.trade()
    story.send(trade, "order", "waybill", "inventory")
    story.pass_time(hours=71)
    story.send(trade, "payment")
    story.pass_time(hours=10)
    assert "800" in story.statuses(trade)


def test_an_amended_list_waits_a_window_of_its_own(story):
    trade = story.trade()
    story.send(trade, "order", "waybill", "inventory")
    story.pass_time(hours=10)
    story.submit(amended_document(trade, changes={}, pre_no=str(story.column(trade, "pre_no"))).body)
    story.pass_time(hours=71)
    assert story.state(trade) == "declared"
    story.pass_time(hours=2)
    assert outcome(story.receipts(trade)) == [("2", "2.inventory"), ("2", "2.inventory.modify"), ("100", "14302")]


def test_a_list_amended_at_the_last_moment_is_not_rejected_for_what_it_was(story):
    trade = story.trade()
    story.send(trade, "order", "waybill", "inventory")
    story.file(amended_document(trade, changes={}, pre_no=str(story.column(trade, "pre_no"))).body)
    write_by(story.window.engine, sandboxes.set_clock, story.sandbox, story.window.now(story.sandbox) + 73 * HOUR)
    story.window.file_due()
    story.window.settle()
    assert (story.state(trade), story.statuses(trade)) == ("declared", ["2", "2"])
    story.pass_time(hours=73)
    assert outcome(story.receipts(trade))[-1] == ("100", "14302")


def test_another_platforms_payment_of_the_same_order_number_is_no_partner(story):
    trade, other = story.trade(0), story.trade(1)
    story.send(trade, "order", "waybill", "inventory")
    story.send(other, "payment", orderNo=trade.id, ebpCode="9999999999")
    assert story.state(trade) == "declared"
    story.send(trade, "payment")
    assert story.statuses(trade)[-1] == "800"


OTHER_NUMBERS = [
    ("payment", {"payTransactionId": "OTHER-1"}, "14107"),
    ("waybill", {"orderNo": "OTHER-1"}, "14105"),
    ("waybill", {"logisticsNo": "OTHER-1"}, "14108"),
    ("waybill", {"logisticsCode": "1105910159"}, "14109"),
    ("payment", {"ebpCode": "1105910159"}, "14106"),
    ("payment", {"orderNo": "OTHER-1"}, "14105"),
    ("order", {"ebcCode": "1105910159"}, "14102"),
]


@pytest.mark.parametrize(("kind", "change", "code"), OTHER_NUMBERS)
def test_a_partner_of_other_numbers_is_named_with_what_differs(story, kind, change, code):
    trade = story.trade()
    story.send(trade, *(each for each in KINDS if each not in {kind, "inventory"}))
    story.send(trade, kind, **change)
    story.send(trade, "inventory")
    story.pass_time(hours=73)
    refused = story.receipts(trade)[-1]
    assert (refused.return_status, refused.rule) == ("100", code)
    assert all(text in refused.info and text in refused.text_in("en") for text in change.values())


@pytest.mark.parametrize(("kind", "change", "code"), OTHER_NUMBERS[:2])
@pytest.mark.parametrize("together", [False, True])
def test_the_list_is_told_at_once_of_a_partner_of_other_numbers(story, kind, change, code, together):
    trade = story.trade()
    bodies = [story.message(trade, each, **(change if each == kind else {})) for each in KINDS]
    for group in [bodies] if together else [bodies[:3], bodies[3:]]:
        story.submit(*group)
    told = story.receipts(trade)[0]
    assert told.return_status == "2"
    assert all(text in told.info and text in told.text_in("en") for text in (code, *change.values()))


def test_the_order_of_a_list_with_another_number_is_named_by_its_waybill(story):
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    story.send(trade, "inventory", orderNo="OTHER-1")
    story.pass_time(hours=73)
    receipts = read_by(story.window.engine, of_orders, story.sandbox, ["OTHER-1"])
    assert [receipt.rule for _, receipt in receipts] == ["2.inventory", "14105"]


@pytest.mark.parametrize("first", ["strange", "own"])
def test_an_order_that_names_its_payment_waits_for_that_one(story, first):
    trade = story.trade()
    strange = story.message(trade, "payment", payTransactionId="STRANGE", guid="A" * 36)
    own = story.message(trade, "payment")
    story.send(trade, "order", "waybill", "inventory")
    story.submit(*([strange, own] if first == "strange" else [own, strange]))
    assert outcome(story.receipts(trade))[-1] == ("800", "2600")


@pytest.mark.parametrize("batch", [1, 7, 2048])
def test_who_is_complete_first_has_the_allowance_first_whatever_the_batch(start_story, batch):
    story = start_story(batch=batch)
    later, first = story.trade(0), story.trade(1)
    assert first.id > later.id, "so that deciding by order number would be seen"
    head = first.document("inventory").head
    carry_out(
        story.window.engine,
        allowance.insert().values(
            sandbox=story.sandbox,
            identity=head["buyerIdNumber"],
            year=2026,
            used=scaled_from_text("26000") - value_of(first),
        ),
    )
    buyer = {name: head[name] for name in ("buyerIdNumber", "buyerName", "buyerTelephone")}
    payer = {"payerIdNumber": head["buyerIdNumber"], "payerName": head["buyerName"]}
    changes = {"order": buyer, "inventory": buyer, "payment": payer, "waybill": {}}
    story.file(*[story.message(first, kind) for kind in KINDS])
    story.file(*[story.message(later, kind, **changes[kind]) for kind in KINDS])
    story.window.settle()
    assert (story.statuses(first)[-1], outcome(story.receipts(later))[-1]) == ("800", ("100", "1313"))


def value_of(trade) -> int:
    """Goods, freight and insurance of a trade's list, scaled."""
    document = trade.document("inventory")
    return sum(scaled_from_text(line["totalPrice"]) for line in document.lines) + sum(
        scaled_from_text(document.head[name]) for name in ("freight", "insuredFee")
    )
