"""Rates of foreign exchange: their fixing day, amounts in yuan and dollars, and five years of keeping records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import known

from declarations.forex.rates import (
    NoExchangeRate,
    convert_at_rate_of_day,
    convert_to_dollars,
    customs_code_of,
    fixing_day_of,
    letters_of,
    round_minor_rate,
    scaled_dollars,
)
from declarations.forex.retention import retention_of
from declarations.money import amount_text, scaled_from_text
from declarations.parameters import NoValue, load
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each

DAY = date(2026, 11, 20)


@each("row", known("fixing days"))
def test_rates_are_fixed_on_the_days_that_the_table_says(row: KnownRow) -> None:
    assert mistakes("fixing days", row) == []


@given(st.dates(date(2000, 2, 1), date(2040, 12, 31)))
def test_rates_are_fixed_in_the_month_before_on_a_wednesday(day: date) -> None:
    result = fixing_day_of(day, load()).day
    assert result.isoweekday() == 3 and result.day >= 15
    assert (result.year * 12 + result.month + 1) == day.year * 12 + day.month


def test_rates_of_minor_currencies_have_four_decimals() -> None:
    assert round_minor_rate(Decimal("0.00514999"), DAY, load()) == Decimal("0.0051")
    assert round_minor_rate(Decimal("0.00515"), DAY, load()) == Decimal("0.0052")


def test_amounts_are_converted_to_fen_with_their_rate() -> None:
    conversion = convert_at_rate_of_day(scaled_from_text("64100.00"), "502", DAY, load())
    assert (amount_text(conversion.amount), conversion.rate, conversion.parameter_ids) == (
        "460205.95",
        Decimal("7.1795"),
        ("exchange.usd@2010-01-01",),
    )
    assert convert_at_rate_of_day(scaled_from_text("64100.00"), "USD", DAY, load()) == conversion


def test_other_currencies_are_compared_in_dollars_at_the_rates_of_the_day() -> None:
    assert convert_to_dollars(scaled_from_text("50000.01"), "USD", DAY, load()) == Decimal("50000.01")
    assert scaled_dollars(convert_to_dollars(scaled_from_text("7179.50"), "142", DAY, load())) == scaled_from_text(
        "1000.00"
    )


@each(("currency", "day"), [("XAU", DAY), ("usd ", DAY), ("EUR", date(2009, 12, 31))])
def test_what_has_no_rate_is_named(currency: str, day: date) -> None:
    with pytest.raises(NoExchangeRate, match=f"no rate of {currency} on {day}"):
        convert_at_rate_of_day(scaled_from_text("1"), currency, day, load())


def test_amounts_above_what_can_be_kept_are_not_converted() -> None:
    with pytest.raises(OverflowError, match="in yuan is above"):
        convert_at_rate_of_day(scaled_from_text("92233720368547"), "USD", DAY, load())


def test_currencies_are_known_by_letters_and_by_customs_code() -> None:
    assert [letters_of(code) for code in ("502", "USD", "usd", "142", "CNY", "999")] == [
        "USD",
        "USD",
        "USD",
        "CNY",
        "CNY",
        "999",
    ]


def test_records_are_kept_for_five_years() -> None:
    assert retention_of(date(2026, 11, 20), load()) == (date(2031, 11, 20), ("forex.retention@2019-04-29",))
    assert retention_of(date(2024, 2, 29), load()).until == date(2029, 2, 28)
    assert retention_of(date(2019, 4, 28), load()).parameter_ids == ("forex.retention@2015-01-20",)
    with pytest.raises(NoValue, match=r"forex\.retention on 2012-12-31"):
        retention_of(date(2012, 12, 31), load())


def test_currencies_are_kept_by_customs_code() -> None:
    assert [customs_code_of(code) for code in ("USD", "502", "CNY", "142", "XAU")] == [
        "502",
        "502",
        "142",
        "142",
        "XAU",
    ]


def test_the_rates_that_come_with_the_package_are_published_ones() -> None:
    values = [
        value for parameter in load().describe() if parameter.name.startswith("exchange.") for value in parameter.values
    ]
    assert len(values) >= 8
    assert all(round_minor_rate(value.amount, DAY, load()) == value.amount for value in values)
