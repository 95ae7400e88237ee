"""Rates of foreign exchange that come with the package, and amounts that cannot be kept."""

from __future__ import annotations

from datetime import date

import pytest

from declarations.forex.rates import (
    convert_at_rate_of_day,
    round_minor_rate,
)
from declarations.money import scaled_from_text
from declarations.parameters import load

DAY = date(2026, 11, 20)


def test_amounts_above_what_can_be_kept_are_not_converted() -> None:
    with pytest.raises(OverflowError, match="in yuan is above"):
        convert_at_rate_of_day(scaled_from_text("92233720368547"), "USD", DAY, load())


def test_the_rates_that_come_with_the_package_are_published_ones() -> None:
    values = [
        value for parameter in load().describe() if parameter.name.startswith("exchange.") for value in parameter.values
    ]
    assert len(values) >= 8
    assert all(round_minor_rate(value.amount, DAY, load()) == value.amount for value in values)
