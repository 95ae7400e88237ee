"""Stories beside the claims of a year: what they send is valid, and what a window leaves undone is named."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from schemas.reading import open_message, read
from simulators.beside import decided
from simulators.entry.windows import CallRefused
from simulators.recalls import judging
from simulators.recalls.lot import CLOSED, FINISHED, KNOWN, PARCELS, RECALL_NO, RecalledLot
from simulators.receipt_log import ReceiptLog
from simulators.refunds import abroad_judged
from simulators.refunds.abroad import EVIDENCE_DAYS, GoodsAbroad
from simulators.refunds.exporting import year_cases
from simulators.refunds.firms import Market
from simulators.refunds.scenarios import refund_scenario
from tests.tables import each

FIRST = date(2026, 1, 2)


class Silent:
    """A window that knows nothing and refuses every decision."""

    def __init__(self, **answers):
        self.answers, self.decisions = answers, []

    def call(self, method, path, **options):
        return next((answer for name, answer in self.answers.items() if f"/{name}" in path), {})

    def decide(self, number, action, reason, about):
        self.decisions.append((number, action, about))
        raise CallRefused(409, ())


@pytest.fixture(scope="module")
def market():
    return Market(1, 1)


@pytest.fixture
def lot(market):
    return RecalledLot(market, 1, Silent())


@pytest.fixture(scope="module")
def goods(market):
    (case,) = year_cases(market, 1, FIRST, 0, [refund_scenario("overseas_told")])
    return GoodsAbroad(case, 1, Silent(cases={"cases": []}, stock={"stock": []}, items={"items": []}))


def log_of(*types):
    return ReceiptLog((), None, frozenset(types))


def test_parcels_of_a_lot_draw_on_one_item_of_the_book(lot):
    items = {trade.inventory.lines[0]["itemRecordNo"] for trade in lot.trades}
    assert len(lot.trades) == PARCELS + 1 and len(items) == 1
    assert lot.pieces() == sum(lot.pieces(place) for place in range(PARCELS))


def test_a_recall_sends_valid_messages_on_days_after_one_another(lot):
    log = log_of()
    log.expect(lot.trades)
    messages = [(day, message) for day in lot.days for message in lot.messages(day, log)]
    assert list(lot.days) == sorted(lot.days)
    for _, message in messages:
        assert not read(open_message(message.body)).findings, message.code
    assert {message.code for _, message in messages} >= {"TraceBatch", "621", "RecallNotice", "RecallProgress"}


def test_a_recall_of_which_nothing_comes_is_named(lot):
    log = log_of(*judging.TOLD_ALONE)
    log.expect(lot.trades)
    named = "\n".join(judging.complaints(lot, log))
    for words in (
        "RecallNoticeReturn should come to",
        "the list",
        "should be told that it is late",
        "does not know it",
    ):
        assert words in named
    lot.act(CLOSED)
    lot.act(FINISHED)
    assert lot.refused == [f"close_recall {RECALL_NO} is refused: HTTP 409"]


@each(
    ("day", "last"),
    [
        (date(2026, 3, 12), date(2026, 3, 26)),
        (date(2026, 3, 14), date(2026, 3, 27)),
        (date(2026, 3, 13), date(2026, 3, 27)),
    ],
)
def test_ten_working_days_are_two_weeks(day, last):
    assert judging._end_of_working_day(day).date() == last


def test_clocks_of_the_story_do_not_run_on_the_same_day():
    assert KNOWN[:8] == "20260312"


def test_warehouses_of_a_claim_tell_valid_messages(goods):
    log = log_of()
    for day in goods.days:
        for message in goods.messages(day, log):
            assert not read(open_message(message.body)).findings, (day, message.trades)


def test_what_is_sold_abroad_is_a_share_of_what_was_exported(goods):
    assert len(goods.case.sold_abroad) == 3
    assert all(0 < share < 1 for share in goods.case.sold_abroad.values())
    for trade in goods.case.trades:
        truth = goods.runs[trade.id].truth
        share = Decimal(truth.total("S") - truth.total("R")) / 80
        assert goods.case.sold_abroad[trade.id] == share


def test_vouchers_are_given_when_they_are_asked_for_and_those_of_one_day_later(goods):
    unproved = goods.unproved()
    late = [day for day in unproved if goods.given_on(day, day == max(unproved)) > day + timedelta(days=EVIDENCE_DAYS)]
    assert max(unproved) in late and len(unproved) > 3
    assert set(goods.vouchers) == {goods.given_on(day, day == max(unproved)) for day in unproved}


def test_a_window_that_books_nothing_is_named(goods):
    goods.act(goods.case.first)
    named = "\n".join(abroad_judged.complaints(goods, log_of(*abroad_judged.TOLD_ALONE)))
    for words in (
        "should be answered ['120']",
        "news of evidence that is missing",
        "was not told of its draft",
        "the officer should have found",
        "sold should be",
        "of what went to DEU exported should be 80, and is 0",
    ):
        assert words in named, words
    assert "the simulator itself" not in named


def test_a_refused_decision_is_said():
    assert decided(Silent(), "HW1", "accept", "overseas_case")[0].startswith("accept HW1 is refused")
