"""Foreign exchange: reports are booked, wait for the bank or are refused; what is booked reaches the refund desk."""

from __future__ import annotations

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

import msgspec
import pytest
from sqlalchemy import select

from declarations.money import amount_text
from gateways.agencies import ROUTES
from gateways.forex.topics import FOREX
from single_window.cases.exchange import decisions as forex
from single_window.cases.exchange.queries import FOREX_REPORT_CASES, restore_legs
from single_window.language.refusal import Refusal
from single_window.refused import NotFound
from single_window.store.gateways.forex import StoredForexRepository
from single_window.store.tables import delivery
from single_window.work.gateway_runner import GatewayConsumer
from single_window.work.worker import Worker
from tests.databases import ON_BOTH
from tests.officers import TESTER
from tests.patience import PATIENCE
from tests.stories.exchanging import MERCHANT, Exchanging, cost, leg
from tests.stories.exporting import Sale, invt_no, note
from tests.stories.summarising import Summarising, inventory
from tests.stories.test_batches_two_workers import beside, together

pytestmark = ON_BOTH
DRIVER = Exchanging
BOOKED = [("2", "2"), ("120", "1800"), ("800", "21190")]


@pytest.fixture
def start_story(start_story):
    """With a transaction for each consumer, and nobody at the refund desk: what it is told waits (`collected`)."""

    def starting(**options):
        story = start_story(run_to_completion=0, **options)
        del story.window._workers["refund"]
        return story

    return starting


def test_a_collection_for_an_order_is_booked_in_yuan_and_reported_to_the_refund_desk(driver):
    (order,) = driver.sold(1)
    assert driver.reports(leg(order)) == BOOKED
    report = driver.report()
    assert (report.state, amount_text(report.rmb), amount_text(report.usd), report.value_on, report.keep_until) == (
        "booked",
        "249.85",
        "34.80",
        "2026-11-20",
        "2031-11-20",
    )
    assert [(row.state, row.currency, amount_text(row.amount), amount_text(row.rmb)) for row in driver.legs()] == [
        ("booked", "502", "34.80", "249.85")
    ]
    assert driver.collected() == [[MERCHANT.code, [], [order]]]
    assert driver.years() == [(2026, "1", "34.80", 1)]
    assert driver.history() == [("forex_booked", ["21030"])]
    assert report.reasons[0].values["rate"] == "7.1795"
    assert report.reasons[0].parameter_ids == ("exchange.usd@2010-01-01", "forex.retention@2019-04-29")


def test_fx1_waits_for_the_bank_and_is_booked_with_its_restoration(driver):
    (order,) = driver.sold(1, value="79991.00")
    legs = [leg(order, "80000.00"), cost("12500.00"), cost("3400.00", 3)]
    assert driver.reports(*legs, settlement="2", amount="64100.00") == [("2", "2"), ("300", "21060")]
    assert driver.collected() == []
    driver.act("approve")
    report = driver.report()
    assert (report.state, amount_text(report.rmb)) == ("booked", "460205.95")
    assert driver.answers()[-1] == ("800", "21190")
    assert driver.collected() == [[MERCHANT.code, [], [order]]]
    assert driver.years() == [(2026, "1", "80000.00", 1), (2026, "2", "15900.00", 1)]
    with driver.story.window.engine.connect() as connection:
        records = restore_legs(connection, report, driver.story.window.parameters)
    assert [(record.code, amount_text(record.amount)) for record in records] == [
        ("999999", "64100.00"),
        ("122030", "80000.00"),
        ("222014", "12500.00"),
        ("222014", "3400.00"),
    ]
    assert driver.history() == [("forex_in_review", ["21060", "21030"]), ("forex_booked", ["21201"])]


def test_what_the_bank_refuses_counts_no_longer_and_may_be_reported_again(start_story):
    driver = Exchanging(start_story(), "C")
    (order,) = driver.sold(1)
    assert driver.reports(leg(order))[-1] == ("300", "21023")
    assert driver.years() == [(2026, "1", "34.80", 1)]
    driver.act("refuse", why="交易背景不实")
    assert driver.answers()[-1] == ("100", "21192")
    assert driver.years() == [(2026, "1", "0.00", 0)]
    assert [booked.state for booked in driver.legs()] == ["rejected"]
    assert driver.reports(leg(order, "30.00"))[-2:] == [("2", "2"), ("300", "21023")]
    assert [(booked.state, amount_text(booked.amount)) for booked in driver.legs()] == [("in_review", "30.00")]
    driver.act("approve")
    assert driver.report().state == "booked"
    assert driver.balanced()


def test_a_declaration_is_collected_for_by_its_own_number_and_the_refund_desk_is_notified_which(driver):
    summed = Summarising(driver.story)
    single, *_ = summed.closed([inventory(1, mode="9710"), inventory(2), inventory(3)])
    driver.story.submit(summed.month())
    (made,) = summed.made()
    assert driver.reports(leg("", "25.80", entryNo=single), leg("", "51.60", 2, entryNo=made.entry_id)) == BOOKED
    assert driver.collected() == [[MERCHANT.code, sorted([single, made.entry_id]), []]]
    assert driver.reports(leg("", "0.02", entryNo=made.entry_id), cop_no="B")[-1] == ("100", "21044")
    assert driver.reports(leg("", "600.00", entryNo="422720260000000999"), cop_no="C")[-1] == ("100", "21042")


def test_an_order_and_its_list_are_one_trade_whichever_names_it(driver):
    sale = Sale(7, mode="9710")
    driver.story.submit(*sale.messages(), note("arrival_note", [sale], "YD1"), note("departure_note", [sale], "LJ1"))
    number = invt_no(driver.story, sale)
    assert driver.reports(leg("", "25.80", entryNo=number), cop_no="A") == BOOKED
    assert [row.order_no for row in driver.legs("A")] == [sale.id]
    assert driver.reports(leg(sale.id, "25.80"), cop_no="B")[-1] == ("100", "21044")
    assert driver.reports(leg(sale.id, "9.00"), cop_no="C") == BOOKED
    assert driver.reports(leg("", "0.02", entryNo=number), cop_no="D")[-1] == ("100", "21044")


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("whole_first", [False, True])
def test_money_for_a_declaration_and_for_its_orders_is_looked_at_by_the_bank(driver, whole_first, together):
    summed = Summarising(driver.story)
    orders = driver.sold(8, 9)
    summed.closed([msgspec.structs.replace(inventory(number), order_no=order) for number, order in enumerate(orders)])
    driver.story.submit(summed.month())
    (made,) = summed.made()
    messages = [
        driver.message(leg("", "40.00", entryNo=made.entry_id), cop_no="W"),
        driver.message(leg(orders[0], "30.00"), cop_no="O"),
    ]
    messages = messages if whole_first else messages[::-1]
    if together:
        driver.story.submit(*messages)
    else:
        for body in messages:
            driver.story.submit(body)
    first, second = ("W", "O") if whole_first else ("O", "W")
    assert driver.answers(first) == BOOKED
    assert driver.answers(second) == [("2", "2"), ("300", "21046")]
    assert driver.reports(leg(orders[1], "30.00", entryNo=made.entry_id), cop_no="X")[-1][0] == "100"
    assert driver.reports(leg(orders[1], "1.00", entryNo=made.entry_id), cop_no="Y") == BOOKED


def test_money_that_goes_back_to_the_buyer_is_a_payment_of_its_own(driver):
    (order,) = driver.sold(1)
    driver.reports(leg(order), cop_no="A")
    assert driver.reports(leg(order, "5.00", country="KOR"), cop_no="B", direction="2") == BOOKED
    assert driver.reports(leg(order, "29.81"), cop_no="C", direction="2")[-1] == ("800", "21190")
    assert driver.reports(leg(order, "0.01"), cop_no="D", direction="2")[-1] == ("100", "21044")
    assert driver.reports(leg(order, "1.00", counterparty="Lee"), cop_no="E", direction="2")[-1] == ("100", "21044")
    assert driver.years() == [(2026, "1", "34.80", 1), (2026, "2", "34.81", 2)]
    assert len(driver.collected()) == 1


def test_a_small_enterprise_passes_without_the_directory_until_its_year_is_full(start_story):
    driver = Exchanging(start_story(), "")
    orders = driver.sold(1, 2, 3, 4, 5, value="49991.00")
    for place, order in enumerate(orders[:3]):
        assert driver.reports(leg(order, "50000.00"), cop_no=f"A{place}") == BOOKED
    assert driver.history("A0") == [("forex_booked", ["21020", "21030"])]
    assert driver.reports(leg(orders[3], "50000.00"), cop_no="B")[-1] == ("100", "21022")
    assert driver.reports(leg(orders[3], "49999.99"), cop_no="C") == BOOKED
    assert driver.years() == [(2026, "1", "199999.99", 4)]
    forex.set_class(driver.story.window, driver.story.sandbox, MERCHANT.code, "A", TESTER)
    assert driver.reports(leg(orders[4], "50000.00"), cop_no="D") == BOOKED


def test_what_was_received_is_not_received_again_and_what_was_decided_not_decided_again(start_story):
    driver = Exchanging(start_story(), "C")
    (order,) = driver.sold(1)
    driver.reports(leg(order))
    before, report = driver.answers(), driver.report()
    driver.deliver("agency.forex_report", [report.document_id, "SH1"])
    assert driver.answers() == before
    driver.act("approve")
    decided = driver.answers()
    for action in ("approve", "refuse", "burn"):
        driver.deliver("decision.forex_report", [report.id, 0, 0, action, "again", "officer", {}])
    assert driver.answers() == decided
    assert [event for event, _ in driver.history()] == ["forex_in_review", "forex_booked", *["action_refused"] * 3]
    assert len(driver.collected()) == 1
    assert driver.balanced()


def test_what_is_reported_cannot_be_reported_again_nor_amended_nor_deleted(driver):
    (order,) = driver.sold(1)
    driver.reports(leg(order))
    before = driver.answers()
    assert driver.reports(leg(order, "1.00"))[len(before) :] == [("-995003", "-995003")]
    assert driver.reports(leg(order, "1.00"), appType="2")[len(before) + 1 :] == [("-995004", "-995004")]
    assert driver.reports(leg(order, "1.00"), appType="3")[len(before) + 2 :] == [("-995004", "-995004")]
    assert driver.reports(leg(order, "1.00"), appType="3", cop_no="NONE") == [("-995002", "-995002")]
    assert amount_text(driver.report().amount) == "34.80" and driver.report().state == "booked"


def test_an_officer_decides_only_what_waits_and_refuses_with_a_reason(start_story):
    driver = Exchanging(start_story(), "C")
    (order,) = driver.sold(1)
    driver.reports(leg(order))
    with pytest.raises(Refusal, match="needs a reason"):
        driver.act("refuse")
    with pytest.raises(NotFound, match="SH9"):
        driver.act("approve", "SH9")
    driver.act("approve")
    with pytest.raises(Refusal, match="SH1 is registered"):
        driver.act("refuse", why="late")


class Meeting(StoredForexRepository):
    """Waits, once it has read what an order was collected, for another one who has read the same."""

    both: Barrier

    def legs_naming(self, column, numbers):
        legs = super().legs_naming(column, numbers)
        with suppress(BrokenBarrierError):
            self.both.wait(1)
        return legs


def test_two_who_judge_reports_for_one_order_at_the_same_instant_do_not_both_book_it(driver):
    window = driver.story.window
    orders = driver.sold(1, 2)
    del window._workers["forex"]
    for cop_no, amount in (("A", "30.00"), ("B", "20.00")):
        driver.story.submit(
            driver.message(*[leg(order, amount, place) for place, order in enumerate(orders, 1)], cop_no=cop_no)
        )
    with window.engine.connect() as connection:
        waiting = connection.execute(select(delivery.c.id).where(delivery.c.queue == "forex")).scalars().all()
    memory = type("Meeting", (Meeting,), {"both": Barrier(2)})
    threads = [
        Thread(
            target=Worker(
                window.engine,
                window.numbering,
                GatewayConsumer(FOREX, memory, ROUTES, window.numbering, window.circumstances),
                window.settings.attempts,
            ).work,
            args=([number],),
        )
        for number in waiting
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(driver.answers(cop_no)[-1] for cop_no in "AB") == [("100", "21044"), ("800", "21190")]
    assert driver.balanced()
    assert driver.years()[0][3] == 1


def test_of_reports_that_race_for_an_order_together_only_what_it_is_worth_is_booked(start_story):
    driver = Exchanging(start_story(batch=1))
    orders = driver.sold(*range(1, 9))
    driver.story.file(
        *[
            driver.message(leg(order, amount, counterparty=amount), cop_no=f"{order[-2:]}-{amount}")
            for order in orders
            for amount in ("30.00", "20.00")
        ]
    )
    other = beside(driver.story)
    del other._workers["refund"]
    together(driver.story.window, other)
    other.close()
    driver.story.window.settle()
    for order in orders:
        answers = [driver.answers(f"{order[-2:]}-{amount}")[-1] for amount in ("30.00", "20.00")]
        assert sorted(answers) == [("100", "21044"), ("800", "21190")]
    assert driver.balanced()
    assert sorted(orders) == sorted(order for _, _, named in driver.collected() for order in named)


def test_a_report_that_is_shown_names_the_acts_behind_its_decision(driver):
    (order,) = driver.sold(1)
    driver.reports(leg(order))
    shown = driver.story.read(FOREX_REPORT_CASES.show, driver.report().cop_no)
    named = {basis.id: basis for basis in shown.bases}
    assert set(named) == {name for reason in shown.reasons for name in reason.parameters}
    assert named["forex.retention@2019-04-29"].source == "汇发〔2019〕13号"
    assert named["forex.retention@2019-04-29"].title_zh and named["forex.retention@2019-04-29"].value_zh
