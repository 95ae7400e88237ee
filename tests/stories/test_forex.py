"""Foreign exchange: reports are booked, wait for the bank or are refused; what is booked reaches the refund desk."""

from __future__ import annotations

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

import msgspec
import pytest
from sqlalchemy import select

from declarations.money import plain
from gateways.forex import Forex
from single_window.cases import forex
from single_window.store.gateways.forex import StoredForexRepository
from single_window.store.tables import delivery
from single_window.work.gateway_runner import GatewayConsumer
from single_window.work.worker import Worker
from tests.databases import LATER_ON_POSTGRESQL, ON_BOTH
from tests.officers import TESTER
from tests.stories.exchanging import MERCHANT, Exchanging, cost, leg
from tests.stories.exporting import Sale, invt_no, note
from tests.stories.summarising import Summarising, inventory
from tests.stories.telling import WORLD
from tests.stories.test_batches_two_workers import beside, together

pytestmark = LATER_ON_POSTGRESQL
TOLD = Exchanging
BOOKED = [("2", "2"), ("120", "1800"), ("800", "21190")]


def test_a_collection_for_an_order_is_booked_in_yuan_and_told_to_the_refund_desk(told):
    (order,) = told.sold(1)
    assert told.reports(leg(order)) == BOOKED
    one = told.one()
    assert (one.state, plain(one.rmb), plain(one.usd), one.value_on, one.keep_until) == (
        "booked",
        "249.85",
        "34.80",
        "2026-11-20",
        "2031-11-20",
    )
    assert [(each.state, each.currency, plain(each.amount), plain(each.rmb)) for each in told.legs()] == [
        ("booked", "502", "34.80", "249.85")
    ]
    assert told.collected() == [[MERCHANT.code, [], [order]]]
    assert told.years() == [(2026, "1", "34.80", 1)]
    assert told.told() == [("forex_booked", ["21030"])]
    assert one.reasons[0].values["rate"] == "7.1795"
    assert one.reasons[0].parameters == ("exchange.usd@2010-01-01", "forex.retention@2019-04-29")


@ON_BOTH
def test_fx1_waits_for_the_bank_and_is_booked_with_its_restoration(told):
    (order,) = told.sold(1, value="79991.00")
    legs = [leg(order, "80000.00"), cost("12500.00"), cost("3400.00", 3)]
    assert told.reports(*legs, settlement="2", amount="64100.00") == [("2", "2"), ("300", "21060")]
    assert told.collected() == []
    told.act("approve")
    one = told.one()
    assert (one.state, plain(one.rmb)) == ("booked", "460205.95")
    assert told.answers()[-1] == ("800", "21190")
    assert told.collected() == [[MERCHANT.code, [], [order]]]
    assert told.years() == [(2026, "1", "80000.00", 1), (2026, "2", "15900.00", 1)]
    with told.story.window.engine.connect() as connection:
        records = forex.restored(connection, one, told.story.window.parameters)
    assert [(record.code, plain(record.amount)) for record in records] == [
        ("999999", "64100.00"),
        ("122030", "80000.00"),
        ("222014", "12500.00"),
        ("222014", "3400.00"),
    ]
    assert told.told() == [("forex_in_review", ["21060", "21030"]), ("forex_booked", ["21201"])]


def test_what_the_bank_refuses_counts_no_longer_and_may_be_reported_again(tell):
    told = Exchanging(tell(), "C")
    (order,) = told.sold(1)
    assert told.reports(leg(order))[-1] == ("300", "21023")
    assert told.years() == [(2026, "1", "34.80", 1)]
    told.act("refuse", why="交易背景不实")
    assert told.answers()[-1] == ("100", "21192")
    assert told.years() == [(2026, "1", "0.00", 0)]
    assert [one.state for one in told.legs()] == ["rejected"]
    assert told.reports(leg(order, "30.00"))[-2:] == [("2", "2"), ("300", "21023")]
    assert [(one.state, plain(one.amount)) for one in told.legs()] == [("in_review", "30.00")]
    told.act("approve")
    assert told.one().state == "booked"
    assert told.balanced()


@pytest.mark.parametrize(
    ("changes", "of_leg", "rule"),
    [
        ({"amount": "-34.80"}, {"amount": "-34.80"}, "21003"),
        ({"currency": "EUR"}, {"currency": "EUR"}, "21043"),
        ({}, {"currency": "EUR"}, "21004"),
        ({"currency": "XAU"}, {"currency": "XAU"}, "21009"),
        ({"amount": "900.00"}, {"orderNo": "NOBODY", "amount": "900.00"}, "21041"),
        ({"amount": "34.82"}, {"amount": "34.82"}, "21044"),
        ({"amount": "90000000000000.00"}, {"amount": "90000000000000.00"}, "21008"),
        ({"valueTime": "20261121100000"}, {}, "21002"),
        ({"valueTime": "2026-11-20 10:"}, {}, "21001"),
        ({"ebcCode": WORLD.merchants[1].code, "amount": "900.00"}, {"amount": "900.00"}, "21041"),
    ],
)
def test_each_bad_report_is_refused_with_its_own_reason(told, changes, of_leg, rule):
    (order,) = told.sold(1)
    answers = told.reports({**leg(order), **of_leg}, **changes)
    assert answers == [("2", "2"), ("100", rule)]
    assert told.collected() == [] == told.years()


def test_collections_of_an_order_add_up_and_never_above_it(told):
    (order,) = told.sold(1)
    assert told.reports(leg(order, "20.00"), cop_no="A") == BOOKED
    assert told.reports(leg(order, "14.82"), cop_no="B")[-1] == ("100", "21044")
    assert told.reports(leg(order, "14.81"), cop_no="C") == BOOKED
    assert told.balanced()


def test_a_declaration_is_collected_for_by_its_own_number_and_tells_the_refund_desk_which(told):
    summed = Summarising(told.story)
    single, *_ = summed.closed([inventory(1, mode="9710"), inventory(2), inventory(3)])
    told.story.say(summed.month())
    (made,) = summed.made()
    assert told.reports(leg("", "25.80", entryNo=single), leg("", "51.60", 2, entryNo=made.entry_id)) == BOOKED
    assert told.collected() == [[MERCHANT.code, sorted([single, made.entry_id]), []]]
    assert told.reports(leg("", "0.02", entryNo=made.entry_id), cop_no="B")[-1] == ("100", "21044")
    assert told.reports(leg("", "600.00", entryNo="422720260000000999"), cop_no="C")[-1] == ("100", "21042")


def test_an_order_and_its_list_are_one_trade_whichever_names_it(told):
    sale = Sale(7, mode="9710")
    told.story.say(*sale.messages(), note("arrival_note", [sale], "YD1"), note("departure_note", [sale], "LJ1"))
    number = invt_no(told.story, sale)
    assert told.reports(leg("", "25.80", entryNo=number), cop_no="A") == BOOKED
    assert [one.order_no for one in told.legs("A")] == [sale.id]
    assert told.reports(leg(sale.id, "25.80"), cop_no="B")[-1] == ("100", "21044")
    assert told.reports(leg(sale.id, "9.00"), cop_no="C") == BOOKED
    assert told.reports(leg("", "0.02", entryNo=number), cop_no="D")[-1] == ("100", "21044")


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("whole_first", [False, True])
def test_money_for_a_declaration_and_for_its_orders_is_looked_at_by_the_bank(told, whole_first, together):
    summed = Summarising(told.story)
    orders = told.sold(8, 9)
    summed.closed([msgspec.structs.replace(inventory(number), order_no=order) for number, order in enumerate(orders)])
    told.story.say(summed.month())
    (made,) = summed.made()
    messages = [
        told.message(leg("", "40.00", entryNo=made.entry_id), cop_no="W"),
        told.message(leg(orders[0], "30.00"), cop_no="O"),
    ]
    messages = messages if whole_first else messages[::-1]
    if together:
        told.story.say(*messages)
    else:
        for body in messages:
            told.story.say(body)
    first, second = ("W", "O") if whole_first else ("O", "W")
    assert told.answers(first) == BOOKED
    assert told.answers(second) == [("2", "2"), ("300", "21046")]
    assert told.reports(leg(orders[1], "30.00", entryNo=made.entry_id), cop_no="X")[-1][0] == "100"
    assert told.reports(leg(orders[1], "1.00", entryNo=made.entry_id), cop_no="Y") == BOOKED


def test_the_same_money_twice_within_a_day_is_a_duplicate(told):
    (order,) = told.sold(1)
    assert told.reports(leg(order, "10.00", legTime="20261119090000"), cop_no="A") == BOOKED
    assert told.reports(leg(order, "10.00", legTime="20261120085959"), cop_no="B")[-1] == ("100", "21080")
    assert told.reports(leg(order, "10.00", legTime="20261120090000"), cop_no="C") == BOOKED


def test_money_that_goes_back_to_the_buyer_is_a_payment_of_its_own(told):
    (order,) = told.sold(1)
    told.reports(leg(order), cop_no="A")
    assert told.reports(leg(order, "5.00", country="KOR"), cop_no="B", direction="2") == BOOKED
    assert told.reports(leg(order, "29.81"), cop_no="C", direction="2")[-1] == ("800", "21190")
    assert told.reports(leg(order, "0.01"), cop_no="D", direction="2")[-1] == ("100", "21044")
    assert told.reports(leg(order, "1.00", counterparty="Lee"), cop_no="E", direction="2")[-1] == ("100", "21044")
    assert told.years() == [(2026, "1", "34.80", 1), (2026, "2", "34.81", 2)]
    assert len(told.collected()) == 1


def test_a_small_enterprise_passes_without_the_directory_until_its_year_is_full(tell):
    told = Exchanging(tell(), "")
    orders = told.sold(1, 2, 3, 4, 5, value="49991.00")
    for place, order in enumerate(orders[:3]):
        assert told.reports(leg(order, "50000.00"), cop_no=f"A{place}") == BOOKED
    assert told.told("A0") == [("forex_booked", ["21020", "21030"])]
    assert told.reports(leg(orders[3], "50000.00"), cop_no="B")[-1] == ("100", "21022")
    assert told.reports(leg(orders[3], "49999.99"), cop_no="C") == BOOKED
    assert told.years() == [(2026, "1", "199999.99", 4)]
    forex.set_class(told.story.window, told.story.sandbox, MERCHANT.code, "A", TESTER)
    assert told.reports(leg(orders[4], "50000.00"), cop_no="D") == BOOKED


def test_what_was_heard_is_not_heard_again_and_what_was_decided_not_decided_again(tell):
    told = Exchanging(tell(), "C")
    (order,) = told.sold(1)
    told.reports(leg(order))
    before, one = told.answers(), told.one()
    told.hears("agency.forex_report", [one.document_id, "SH1"])
    assert told.answers() == before
    told.act("approve")
    decided = told.answers()
    for action in ("approve", "refuse", "burn"):
        told.hears("forex.acted", [one.id, action, "officer", "again"])
    assert told.answers() == decided
    assert [event for event, _ in told.told()] == ["forex_in_review", "forex_booked", *["action_refused"] * 3]
    assert len(told.collected()) == 1
    assert told.balanced()


def test_what_is_reported_cannot_be_reported_again_nor_amended_nor_deleted(told):
    (order,) = told.sold(1)
    told.reports(leg(order))
    before = told.answers()
    assert told.reports(leg(order, "1.00"))[len(before) :] == [("-995003", "-995003")]
    assert told.reports(leg(order, "1.00"), appType="2")[len(before) + 1 :] == [("-995004", "-995004")]
    assert told.reports(leg(order, "1.00"), appType="3")[len(before) + 2 :] == [("-995004", "-995004")]
    assert told.reports(leg(order, "1.00"), appType="3", cop_no="NONE") == [("-995002", "-995002")]
    assert plain(told.one().amount) == "34.80" and told.one().state == "booked"


def test_an_officer_decides_only_what_waits_and_refuses_with_a_reason(tell):
    told = Exchanging(tell(), "C")
    (order,) = told.sold(1)
    told.reports(leg(order))
    with pytest.raises(forex.NotWaiting, match="needs a reason"):
        told.act("refuse")
    with pytest.raises(forex.NoSuchReport, match="'SH9'"):
        told.act("approve", "SH9")
    told.act("approve")
    with pytest.raises(forex.NotWaiting, match="SH1 is booked"):
        told.act("refuse", why="late")


class Meeting(StoredForexRepository):
    """Waits, once it has read what an order was collected, for another one who has read the same."""

    both: Barrier

    def legs_naming(self, column, numbers):
        found = super().legs_naming(column, numbers)
        with suppress(BrokenBarrierError):
            self.both.wait(1)
        return found


def test_two_who_judge_reports_for_one_order_at_the_same_instant_do_not_both_book_it(told):
    window = told.story.window
    orders = told.sold(1, 2)
    del window._workers["forex"]
    for cop_no, amount in (("A", "30.00"), ("B", "20.00")):
        told.story.say(
            told.message(*[leg(order, amount, place) for place, order in enumerate(orders, 1)], cop_no=cop_no)
        )
    with window.engine.connect() as connection:
        waiting = connection.execute(select(delivery.c.id).where(delivery.c.queue == "forex")).scalars().all()
    memory = type("Meeting", (Meeting,), {"both": Barrier(2)})
    threads = [
        Thread(
            target=Worker(
                window.engine,
                window.numbering,
                GatewayConsumer(Forex(), memory, window.numbering, window.circumstances),
                window.settings.attempts,
            ).work,
            args=([number],),
        )
        for number in waiting
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told.answers(cop_no)[-1] for cop_no in "AB") == [("100", "21044"), ("800", "21190")]
    assert told.balanced()
    assert told.years()[0][3] == 1


def test_of_reports_that_race_for_an_order_together_only_what_it_is_worth_is_booked(tell):
    told = Exchanging(tell(batch=1))
    orders = told.sold(*range(1, 9))
    told.story.file(
        *[
            told.message(leg(order, amount, counterparty=amount), cop_no=f"{order[-2:]}-{amount}")
            for order in orders
            for amount in ("30.00", "20.00")
        ]
    )
    other = beside(told.story)
    together(told.story.window, other)
    other.close()
    told.story.window.settle()
    for order in orders:
        answers = [told.answers(f"{order[-2:]}-{amount}")[-1] for amount in ("30.00", "20.00")]
        assert sorted(answers) == [("100", "21044"), ("800", "21190")]
    assert told.balanced()
    assert sorted(orders) == sorted(order for _, _, named in told.collected() for order in named)
