"""Everyday exports of a year: as many as were asked for, none twice, kept as far as they are spoken of again."""

from datetime import date

import pytest

from simulators.exports import notes
from simulators.refunds.exporting import MAX_EXPORTS_PER_CASE, MONTHS, everyday_exports, trader_count, year_cases
from simulators.refunds.firms import Market
from simulators.refunds.workers import make_exports

FIRST = date(2026, 1, 2)
DIGITS = 7
"""Of a number of an export within its day."""


def planned(trades):
    """A market and the cases of a year with so many everyday exports and no plots."""
    market = Market(1, max(1, trader_count(trades)))
    return market, year_cases(market, 1, FIRST, trades, [])


@pytest.mark.parametrize("trades", [0, 1, 48, 6_000, 48_000, 48_001, 100_000, 1_000_000])
def test_every_export_has_a_number_of_its_own(trades):
    _, result = planned(trades)
    assert sum(row.planned for row in result) == trades
    assert all(0 < row.planned <= MAX_EXPORTS_PER_CASE for row in result)
    assert len({row.number for row in result}) == len(result)
    assert all(row.number * MAX_EXPORTS_PER_CASE + row.planned < 10**DIGITS for row in result)


def test_four_traders_do_as_long_as_none_sells_more_than_a_thousand_a_month():
    assert [
        trader_count(number)
        for number in (0, 1, 4 * MONTHS * MAX_EXPORTS_PER_CASE, 4 * MONTHS * MAX_EXPORTS_PER_CASE + 1, 100_000)
    ] == [0, 4, 4, 5, 9]


def test_what_is_kept_of_an_export_says_in_notes_what_the_whole_of_it_says():
    market, result = planned(480)
    case = result[0]
    whole, kept = list(everyday_exports(market, 1, case)), make_exports(market, 1, case, 100)
    assert [trade.id for trade in kept.trades] == [trade.id for trade in whole] and len(whole) == 10
    assert notes.consolidations(market, kept.trades) == notes.consolidations(market, whole)
    assert notes.arrivals(market, kept.trades) == notes.arrivals(market, whole)
    assert notes.departures(kept.trades) == notes.departures(whole)
    assert sum(len(message.trades) for message in kept.messages if message.code == "603") == 10
